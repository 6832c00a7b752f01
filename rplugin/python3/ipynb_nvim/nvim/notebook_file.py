"""The file of one open notebook: what was read, what is written next; knows no screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.filetypes import filetype_of, first_filetype
from ipynb_nvim.errors import FileError, MissingFileError
from ipynb_nvim.services.file_stamp import FileStamp
from ipynb_nvim.services.file_store import read_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue
    from ipynb_nvim.services.file_store import StoredNotebook
    from ipynb_nvim.services.launch_spec import LaunchSpec

_DEFAULT_LANGUAGE = "python"


class NotebookFile:
    """A path, the document last read or written there, and that content's stamp."""

    def __init__(
        self, path: str, document: Document, stamp: FileStamp | None, *, is_read_only: bool = False
    ) -> None:
        """Take what was read; ``stamp`` None: there is no such file yet."""
        # Mutable state: all of these; the metadata to write with the next save, if it changed;
        # whether it lacks what the new kernel will say of its language.
        self.path = path
        self.document = document
        self.stamp = stamp
        self.is_read_only = is_read_only
        self._metadata: JsonObject | None = None
        self._is_language_wanted = False

    @classmethod
    def open(cls, path: str) -> NotebookFile:
        """Read a notebook; one that does not exist is new, with an empty code cell.

        Raises FileError and its kind, as ``read_notebook`` does.
        """
        try:
            return cls.of(path, read_notebook(Path(path)))
        except MissingFileError:
            return cls.new(path)

    @classmethod
    def of(cls, path: str, stored: StoredNotebook) -> NotebookFile:
        """Take a notebook that was read from ``path``."""
        return cls(path, stored.document, stored.stamp, is_read_only=stored.is_read_only)

    @classmethod
    def new(cls, path: str) -> NotebookFile:
        """Return a notebook that is not on the disk yet, with an empty code cell."""
        return cls(path, Document.empty(), None)

    def name_cells(self, cell_ids: Sequence[str]) -> None:
        """Let the first cells have these ids, under which they are known already."""
        cells = list(self.document.cells)
        for index, cell_id in enumerate(cell_ids):
            if cells[index].cell_id != cell_id:
                cells[index] = replace(cells[index], cell_id=cell_id)
        self.document = replace(self.document, cells=tuple(cells))

    @classmethod
    def open_again(
        cls, path: str, saved_ids: Sequence[str], stamp: Mapping[str, Any] | None
    ) -> NotebookFile:
        """Read the file that an earlier host had open; its cells get the ids they had there.

        ``stamp`` is the earlier host's: a file that changed since is not overwritten unasked.
        """
        old_stamp = None if stamp is None else _stamp_from_wire(stamp)
        try:
            file = cls.open(path)
        except FileError:
            return cls(path, Document.empty(), old_stamp)
        read, file.stamp = file.stamp, old_stamp
        is_same = read is not None and old_stamp is not None and read.digest == old_stamp.digest
        if is_same and len(file.document.cells) == len(saved_ids):
            file.name_cells(saved_ids)
        return file

    @property
    def metadata(self) -> JsonObject:
        """The notebook's metadata as a save would write it."""
        return self.document.metadata if self._metadata is None else self._metadata

    @property
    def is_metadata_changed(self) -> bool:
        """Whether the metadata differs from the file's."""
        return self._metadata is not None

    @property
    def language(self) -> str:
        """The language of the code cells, as Neovim's filetypes spell it; empty: it has none."""
        named = []
        for section, key in (("language_info", "name"), ("kernelspec", "language")):
            value = self.metadata.get(section)
            name = value.get(key) if isinstance(value, dict) else None
            if isinstance(name, str) and name:
                named.append(name)
        return first_filetype(named) if named else _DEFAULT_LANGUAGE

    @property
    def format_name(self) -> str:
        """The format for a person, ``nbformat 4.5``."""
        return f"nbformat {self.document.nbformat}.{self.document.nbformat_minor}"

    @property
    def note(self) -> str | None:
        """What the user should know after opening; None: nothing."""
        if self.stamp is None:
            return None
        if self.document.nbformat < 4:  # noqa: PLR2004 (nbformat's own major)
            return f"{self.format_name}: the first change saved writes nbformat 4"
        return None

    def saved(self) -> tuple[Sequence[str], str | None]:
        """Return the ids that the file's cells have here, and the digest of its content."""
        ids = [record.cell_id for record in self.document.cells]
        return ids, None if self.stamp is None else self.stamp.digest.hex()

    def wire_stamp(self) -> dict[str, Any] | None:
        """Return the stamp as Lua keeps it for a host that comes after this one."""
        stamp = self.stamp
        if stamp is None:
            return None
        return {
            "mtime_ns": stamp.mtime_ns,
            "size": stamp.size,
            "inode": stamp.inode,
            "digest": stamp.digest.hex(),
        }

    def set_kernelspec(self, spec: LaunchSpec) -> None:
        """Name another kernel in the metadata (nbformat 4.5, kernelspec)."""
        kernelspec: dict[str, JsonValue] = {
            "display_name": spec.display_name,
            "language": spec.language,
            "name": spec.name,
        }
        old = self.metadata
        changed: dict[str, JsonValue] = {**old, "kernelspec": kernelspec}
        if self.language != filetype_of(spec.language) or "language_info" not in old:
            changed["language_info"] = {"name": spec.language}
            self._is_language_wanted = True
        self._change_metadata(changed)

    def take_language(self, language_info: JsonObject) -> bool:
        """Note what the kernel says of its language, if another kernel was named since the save.

        Else a notebook would change with each version of its kernel. Tell whether it was noted.
        """
        if not self._is_language_wanted or not language_info.get("name"):
            return False
        self._is_language_wanted = False
        self._change_metadata({**self.metadata, "language_info": dict(language_info)})
        return True

    def _change_metadata(self, metadata: JsonObject) -> None:
        self._metadata = None if metadata == self.document.metadata else metadata

    def write(self, path: str, records: Sequence[CellRecord], *, is_forced: bool) -> int:
        """Write the notebook to its own or another path; return the size in bytes.

        Raises FileChangedError if the file is not the one that was read, and FileError.
        """
        document = self.document.with_cells(records, self._metadata)
        is_own = path == self.path
        stamp = write_notebook(
            Path(path), document, self.stamp if is_own else None, force=is_forced
        )
        if is_own:
            self.document, self.stamp, self._metadata = document, stamp, None
        return stamp.size


def _stamp_from_wire(stamp: Mapping[str, Any]) -> FileStamp:
    return FileStamp(
        stamp["mtime_ns"], stamp["size"], stamp["inode"], bytes.fromhex(stamp["digest"])
    )
