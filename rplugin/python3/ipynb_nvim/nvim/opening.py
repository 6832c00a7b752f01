"""Opening a notebook in two steps, so that its first screen need not wait for the whole file.

::

    open ──> the first cells ──> painted ──> "shown", or the first key ──> the rest
    a small file ──> all cells at once

Cells cross the channel as ``(id, cell_type, lines, execution_count, output count, whether the
outputs are folded at first)``.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.document_peek import peek_cells, peek_language
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.errors import MissingFileError
from ipynb_nvim.nvim.notebook_file import NotebookFile
from ipynb_nvim.nvim.wire import to_wire
from ipynb_nvim.services.file_store import is_read_only, parse_content, read_content
from ipynb_nvim.view.output_view import Limits, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.nvim.bridge import Operation
    from ipynb_nvim.options import Options
    from ipynb_nvim.services.file_store import FileContent

# Smaller files are read whole in the time a partial answer would take.
_MIN_PARTIAL_BYTES = 64_000
# Cells whose outputs are in the answer to "open"; those of the rest follow the first paint.
_FIRST_OUTPUTS = 30


class Opening:
    """A notebook whose first cells are on screen while the rest is not read yet."""

    def __init__(
        self, content: FileContent, first: Sequence[CellRecord], drawn: frozenset[str]
    ) -> None:
        """Take the file as read and the cells that were seen at its start.

        ``drawn`` are those whose outputs are on screen already.
        """
        self.drawn = drawn
        self._content = content
        self._first = first

    def finish(self) -> NotebookFile:
        """Read it all; the cells on screen keep their ids. Raises FileError and its kind."""
        with garbage_waiting():
            file = NotebookFile.of(str(self._content.path), parse_content(self._content))
        file.name_cells([record.cell_id for record in self._first])
        return file

    def rest(self, file: NotebookFile) -> dict[str, Any]:
        """Return what Lua has not heard of yet."""
        return view(file, file.document.cells[len(self._first) :])


def begin(
    path: str, options: Options, min_lines: int
) -> tuple[Opening | None, NotebookFile | None, dict[str, Any]]:
    """Read a file as far as ``min_lines`` lines of source; 0: all of it.

    Returns the opening to finish, or the file if it was read whole, and the answer for Lua.
    Raises FileError and its kind.
    """
    try:
        content = read_content(Path(path))
    except MissingFileError:
        file = NotebookFile.new(path)
        return None, file, whole_view(file, options)
    first: list[CellRecord] = []
    if min_lines > 0 and len(content.data) >= _MIN_PARTIAL_BYTES:
        text = content.text()
        first = peek_cells(text, min_lines)
        if first:
            language = peek_language(text)
            answer = {
                "cells": [_cell(record) for record in first],
                "outputs": _outputs(first, options),
                "language": NotebookFile.new(path).language if language is None else language,
                "is_read_only": is_read_only(content),
                "is_partial": True,
            }
            return Opening(content, first, drawn_ids(answer)), None, answer
    with garbage_waiting():
        file = NotebookFile.of(path, parse_content(content))
    return None, file, whole_view(file, options)


def drawn_ids(answer: dict[str, Any]) -> frozenset[str]:
    """Return the cells whose outputs an answer has."""
    return frozenset(operation["id"] for operation in answer["outputs"])


def whole_view(
    file: NotebookFile, options: Options, cells: Sequence[CellRecord] | None = None
) -> dict[str, Any]:
    """Return a whole notebook for Lua, with the outputs of its first cells.

    ``cells`` None: the file's.
    """
    cells = file.document.cells if cells is None else cells
    return {**view(file, cells), "outputs": _outputs(cells, options), "is_partial": False}


def view(file: NotebookFile, cells: Sequence[CellRecord]) -> dict[str, Any]:
    """Return cells for Lua, and what it must know of the file."""
    return {
        "cells": [_cell(record) for record in cells],
        "language": file.language,
        "stamp": file.wire_stamp(),
        "is_read_only": file.is_read_only,
        "note": file.note,
    }


@contextmanager
def garbage_waiting() -> Iterator[None]:
    """Build many objects that stay, without the collector looking through them again and again.

    It takes up to two thirds of the time to read 5,000 cells. Afterwards they are set aside.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _cell(record: CellRecord) -> tuple[Any, ...]:
    lines = to_wire(record.source.split("\n"))
    return (
        record.cell_id,
        record.cell_type,
        lines,
        record.execution_count,
        len(record.outputs),
        record.has_hidden_outputs,
    )


def _outputs(cells: Sequence[CellRecord], options: Options) -> list[Operation]:
    limits = Limits(options.max_lines, options.max_columns, options.columns)
    shown = [record for record in cells if record.outputs][:_FIRST_OUTPUTS]
    return [
        {
            "op": "output",
            "id": record.cell_id,
            "lines": render(OutputArea.from_json(record.outputs), limits),
            "count": len(record.outputs),
        }
        for record in shown
    ]
