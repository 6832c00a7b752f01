"""What open notebooks have that their files do not, on the disk; knows no screen and no kernel.

::

    <folder>/<hash of the path>-<pid of the editor>/
        head.json      path, editor, order of the cells, and which file they differ from
        <hash>.json    one for each cell that differs from the file's

Each file is replaced as a whole. A journal goes when its notebook is saved or given up, so one
that is there while its editor is not tells of a crash.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ipynb_nvim.domain.document_cells import CellRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HEAD = "head.json"
_START_TIME_FIELD = 19  # of /proc/<pid>/stat after the name in brackets (proc(5), starttime)


@dataclass(frozen=True)
class JournalHead:
    """What the cells belong to; ``saved_ids`` and ``digest`` are those of the file."""

    path: str
    order: tuple[str, ...]
    saved_ids: tuple[str, ...]
    digest: str | None
    pid: int
    process: str
    time_s: float


class Journal:
    """The journal of one notebook in one editor; nothing is on the disk before ``write``."""

    def __init__(self, folder: Path, path: str, pid: int) -> None:
        """Keep it below ``folder``; ``pid`` is the editor's."""
        self._path = path
        self._pid = pid
        self._process = _process(pid) or ""
        self._directory = folder / f"{_digest(path)}-{pid}"

    def write(
        self,
        order: Sequence[str],
        saved: tuple[Sequence[str], str | None],
        changed: Iterable[CellRecord],
        gone: Iterable[str],
    ) -> None:
        """Note the order of the cells, those that changed and those that are as in the file.

        ``saved`` are the ids that the file's cells have here, and the digest of its content.
        Raises OSError, and RecursionError for values nested deeper than Python can write.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for record in changed:
            # Not asdict, which copies every line of an output.
            cell = {member.name: getattr(record, member.name) for member in fields(record)}
            _replace(self._directory / f"{_digest(record.cell_id)}.json", cell)
        for cell_id in gone:
            (self._directory / f"{_digest(cell_id)}.json").unlink(missing_ok=True)
        head = JournalHead(
            path=self._path,
            order=tuple(order),
            saved_ids=tuple(saved[0]),
            digest=saved[1],
            pid=self._pid,
            process=self._process,
            time_s=time.time(),
        )
        _replace(self._directory / _HEAD, asdict(head))

    @property
    def is_there(self) -> bool:
        """Whether something is on the disk, by this host or one before."""
        return self._directory.is_dir()

    def clear(self) -> None:
        """Remove it: the file has all, or nobody wants the rest."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def read(self) -> Unsaved | None:
        """Return what an earlier host of the same editor wrote; None: nothing."""
        return _read(self._directory)


@dataclass(frozen=True)
class Unsaved:
    """A journal as read."""

    head: JournalHead
    cells: Mapping[str, CellRecord]
    directory: Path

    @property
    def is_abandoned(self) -> bool:
        """Whether the editor that wrote it has ended."""
        return _process(self.head.pid) != self.head.process

    def over(self, saved: Sequence[CellRecord]) -> list[CellRecord]:
        """Return the cells as they were, where the file has ``saved``.

        Cells that the file got since then come last.
        """
        known = {record.cell_id: record for record in saved}
        found = [self.cells.get(name) or known.get(name) for name in self.head.order]
        new = [
            record
            for record in saved
            if record.cell_id not in self.head.saved_ids and record.cell_id not in self.head.order
        ]
        return [record for record in found if record is not None] + new

    def delete(self) -> None:
        """Remove it from the disk."""
        shutil.rmtree(self.directory, ignore_errors=True)


def find_unsaved(folder: Path, path: str) -> list[Unsaved]:
    """Return the journals of a notebook by all editors, the newest first."""
    found = [_read(directory) for directory in folder.glob(f"{_digest(path)}-*")]
    journals = [one for one in found if one is not None and one.head.path == path]
    return sorted(journals, key=lambda one: -one.head.time_s)


def _read(directory: Path) -> Unsaved | None:
    """Read a journal; what a crash or another version left unreadable counts as not there."""
    head = _object(directory / _HEAD)
    try:
        head["order"], head["saved_ids"] = tuple(head["order"]), tuple(head["saved_ids"])
        read = JournalHead(**head)
    except (KeyError, TypeError):
        return None
    cells: dict[str, CellRecord] = {}
    for path in directory.glob("*.json"):
        if path.name != _HEAD:
            try:
                record = CellRecord(**_object(path))
            except TypeError:
                continue
            cells[record.cell_id] = record
    return Unsaved(read, cells, directory)


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _replace(path: Path, value: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    # Lone surrogates are escaped, so that every text can be written.
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _process(pid: int) -> str | None:
    """Return what tells a process from a later one of the same number; None: there is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # no Linux: the number has to do
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[_START_TIME_FIELD]
