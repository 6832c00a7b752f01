"""A notebook's text and the cells in it: changing a cell changes its lines, nothing else.

The text is kept in pieces: the notebook's own members, and each cell as one piece that is cut
further only when that cell changes. An unchanged cell is never written anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ipynb_nvim.domain.document_cells import (
    CellRecord,
    edited_json,
    is_same_cell,
    new_cell_id,
    new_json,
    parse_cell,
    with_unique_ids,
)
from ipynb_nvim.domain.document_edit import edit_object, inner_margin, is_same
from ipynb_nvim.domain.document_frame import NBFORMAT, format_of, scan_frame, style_of
from ipynb_nvim.domain.document_spans import Container, Entry, scan
from ipynb_nvim.domain.document_style import JsonStyle, margin_of
from ipynb_nvim.domain.json_value import JsonValue
from ipynb_nvim.errors import FileError, NotANotebookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipynb_nvim.domain.json_value import JsonObject

NBFORMAT_MINOR = 5
# nbformat 4.1 brought attachments, 4.5 cell ids.
_MINOR_WITH_ATTACHMENTS = 1
_MINOR_WITH_IDS = 5


@dataclass(frozen=True)
class Original:
    """A file that a notebook was made from, but is not the text of: blank, or an old format."""

    text: str
    nbformat: int = NBFORMAT
    nbformat_minor: int = NBFORMAT_MINOR


@dataclass(frozen=True, eq=False)
class Document:
    """An immutable notebook; ``with_cells`` makes the next one.

    Until there is a change, ``text`` is what the file has, even if it is of an old format.
    """

    cells: tuple[CellRecord, ...]
    # The text: _prefix + _frame + _suffix, where the frame's member "cells" is cut into cells.
    _prefix: str
    _frame: Container
    _suffix: str
    # nbformat and nbformat_minor that _frame says.
    _format: tuple[int, int]
    # What the file has instead of this text; None after a change.
    _original: Original | None = None
    # The layout, once an edit has asked for it.
    _known_style: JsonStyle | None = None

    @classmethod
    def parse(cls, text: str) -> Document:
        """Read a notebook of nbformat 4; a byte order mark may begin the text.

        Raises NotebookSyntaxError (no JSON), OldFormatError (nbformat 1 to 3) and
        NotANotebookError.
        """
        prefix, frame, suffix = scan_frame(text)
        file_format = format_of(frame)
        array = _cells_of(frame)
        records = [parse_cell(entry.json, index) for index, entry in enumerate(array.entries)]
        return cls(
            cells=tuple(with_unique_ids(records)),
            _prefix=prefix,
            _frame=frame,
            _suffix=suffix,
            _format=file_format,
        )

    @classmethod
    def empty(cls, kernelspec: JsonObject | None = None, language: str | None = None) -> Document:
        """Return a new notebook with one empty code cell, laid out as JupyterLab writes it."""
        metadata: dict[str, JsonValue] = {}
        if kernelspec is not None:
            metadata["kernelspec"] = kernelspec
        if language is not None:
            metadata["language_info"] = {"name": language}
        cell = CellRecord(new_cell_id(), "code", "")
        notebook: JsonObject = {
            "cells": [new_json(cell, {}, has_id=True)],
            "metadata": metadata,
            "nbformat": NBFORMAT,
            "nbformat_minor": NBFORMAT_MINOR,
        }
        return cls.parse(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")

    def made_from(self, original: Original) -> Document:
        """Return this notebook as one whose file has, until a change, the text of ``original``."""
        return replace(self, _original=original)

    @property
    def nbformat(self) -> int:
        """The major format of the file."""
        return self._format[0] if self._original is None else self._original.nbformat

    @property
    def nbformat_minor(self) -> int:
        """The minor format of the file."""
        return self._format[1] if self._original is None else self._original.nbformat_minor

    @property
    def is_upgraded(self) -> bool:
        """Whether the file is of an older major format; saving a change writes 4.5."""
        return self.nbformat < NBFORMAT

    @cached_property
    def text(self) -> str:
        """The whole file's text."""
        if self._original is not None:
            return self._original.text
        return "".join(self._pieces())

    def encode(self) -> bytes:
        """Return the whole file's bytes, several times as fast as by way of ``text``.

        Most pieces are ASCII, which one piece with an emoji would quadruple in memory.
        """
        if self._original is not None:
            return self._original.text.encode()
        return b"".join(piece.encode() for piece in self._pieces())

    @property
    def metadata(self) -> JsonObject:
        """The notebook's metadata."""
        entry = self._frame.find("metadata")
        return entry.json if entry is not None and isinstance(entry.json, dict) else {}

    def is_same(self, cells: Sequence[CellRecord], metadata: JsonObject | None = None) -> bool:
        """Tell whether ``with_cells`` would give the same text.

        Cheap for the very records this document has.
        """
        if len(cells) != len(self.cells):
            return False
        if metadata is not None and not is_same(self.metadata, metadata):
            return False
        return all(
            old is new or (old.cell_id == new.cell_id and is_same_cell(old, new))
            for old, new in zip(self.cells, cells, strict=True)
        )

    def with_cells(
        self, cells: Sequence[CellRecord], metadata: JsonObject | None = None
    ) -> Document:
        """Return the notebook with these cells, and this metadata if it is not None.

        Cells are known by ``cell_id``: one that this notebook has keeps its text, wherever it
        moves. Returns this very document if nothing changes. Raises FileError for values nested
        deeper than Python can write.
        """
        if self.is_same(cells, metadata):
            return self
        try:
            return self._changed(cells, metadata)
        except RecursionError as error:
            raise FileError("an output or metadata is nested too deep to be saved") from error

    def _pieces(self) -> Iterator[str]:
        yield self._prefix
        yield from self._frame.pieces()
        yield self._suffix

    def _changed(self, cells: Sequence[CellRecord], metadata: JsonObject | None) -> Document:
        minor = self._minor_for(cells)
        frame = self._with_members(metadata, minor)
        array = _cells_of(frame)
        entries = self._cell_entries(array, cells)
        array = array.with_entries(entries, self._style, margin_of(frame.opening))
        return replace(
            self,
            cells=tuple(cells),
            _frame=_with_cells_array(frame, array),
            _format=(NBFORMAT, minor),
            _original=None,
            _known_style=self._style,
        )

    @cached_property
    def _style(self) -> JsonStyle:
        if self._known_style is not None:
            return self._known_style
        return style_of(self._frame)

    def _minor_for(self, cells: Sequence[CellRecord]) -> int:
        """Return the minor that can hold the cells: the file's own unless attachments are new."""
        minor = self._format[1]
        if _has_attachments(self.cells) or not _has_attachments(cells):
            return minor
        return max(minor, _MINOR_WITH_ATTACHMENTS)

    def _with_members(self, metadata: JsonObject | None, minor: int) -> Container:
        """Return the frame with what changed beside the cells."""
        members = {entry.key: entry.json for entry in self._frame.entries}
        if metadata is not None:
            members["metadata"] = metadata
        if minor != self._format[1]:
            members["nbformat_minor"] = minor
        return edit_object(self._frame, members, self._style, "")

    def _cell_entries(self, array: Container, cells: Sequence[CellRecord]) -> list[Entry]:
        style = self._style
        margin = inner_margin(array, style, margin_of(self._frame.opening))
        known = {
            record.cell_id: (record, entry)
            for record, entry in zip(self.cells, array.entries, strict=True)
        }
        has_id = self._format[1] >= _MINOR_WITH_IDS
        like = _first_of_each_type(array)
        usual = next(iter(like.values()), dict[str, JsonValue]())
        entries: list[Entry] = []
        for cell in cells:
            if cell.cell_id in known:
                record, entry = known[cell.cell_id]
                is_kept = is_same_cell(record, cell)
                template = like.get(cell.cell_type, {})
                entries.append(
                    entry if is_kept else _edited(entry, record, cell, template, (style, margin))
                )
            else:
                json = new_json(cell, like.get(cell.cell_type, usual), has_id=has_id)
                entries.append(Entry("", "", style.render(json, margin), json))
        return entries


def _cells_of(frame: Container) -> Container:
    entry = frame.find("cells")
    if entry is None or not isinstance(entry.value, Container):
        raise NotANotebookError("the notebook has no list of cells")
    return entry.value


def _with_cells_array(frame: Container, array: Container) -> Container:
    old = frame.find("cells")
    assert old is not None
    new = replace(old, value=array, json=[entry.json for entry in array.entries])
    return replace(frame, entries=tuple(new if entry is old else entry for entry in frame.entries))


def _edited(
    entry: Entry,
    old: CellRecord,
    new: CellRecord,
    template: JsonObject,
    layout: tuple[JsonStyle, str | None],
) -> Entry:
    """Return a cell's entry after the change from ``old`` to ``new``."""
    assert isinstance(entry.value, str)
    container, _ = scan(entry.value, 0)
    members = {member.key: member.json for member in container.entries}
    container = edit_object(container, edited_json(members, old, new, template), *layout)
    # In the order of the text: new cells may be written like this one.
    json: JsonObject = {member.key: member.json for member in container.entries}
    return replace(entry, value=container.text, json=json)


def _first_of_each_type(array: Container) -> dict[str, JsonObject]:
    """Return the first cell of each type: new cells are written like it."""
    first: dict[str, JsonObject] = {}
    for entry in array.entries:
        if isinstance(entry.json, dict):
            first.setdefault(str(entry.json.get("cell_type")), entry.json)
    return first


def _has_attachments(cells: Sequence[CellRecord]) -> bool:
    return any(cell.attachments is not None and cell.cell_type != "code" for cell in cells)
