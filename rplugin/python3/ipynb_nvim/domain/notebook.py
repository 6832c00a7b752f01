"""The open notebook: cells, their order, text and outputs; knows no file, kernel or screen.

Every change goes through the methods here and is told to the listeners. Cells that were
deleted are kept with their outputs for as long as the notebook is open: undo brings them back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.cell import Cell
from ipynb_nvim.domain.document_cells import CellRecord, is_same_cell
from ipynb_nvim.domain.events import (
    ExecutionChanged,
    OutputsChanged,
    SourceChanged,
    StructureChanged,
)
from ipynb_nvim.errors import IpynbError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.output import Output


class OutOfStepError(IpynbError):
    """The editor speaks of cells that stand elsewhere here; it must send everything anew."""


@dataclass(frozen=True)
class SplicedCell:
    """A cell that a splice puts in: a known one comes back with what it had.

    ``lines`` None keeps a known cell's text. ``origin`` names the cell whose metadata and
    attachments a new one starts with.
    """

    cell_id: str
    cell_type: str
    lines: Sequence[str] | None
    origin: str | None = None


class Notebook:
    """Cells by id and in order. ``saved`` is what the file has."""

    def __init__(self, records: Sequence[CellRecord]) -> None:
        """Take the cells as the file has them."""
        # Mutable state: the order on screen; all cells ever known, by id; what the file has,
        # by id, and its order; the cells of the order that differ from it; the listeners.
        self._order = [record.cell_id for record in records]
        self._cells = {record.cell_id: Cell(record) for record in records}
        self._saved = {record.cell_id: record for record in records}
        self._saved_order = list(self._order)
        self._unsaved: set[str] = set()
        self._listeners: list[Callable[[NotebookEvent], None]] = []

    @property
    def order(self) -> Sequence[str]:
        """The ids, top to bottom."""
        return self._order

    def __getitem__(self, cell_id: str) -> Cell:
        """Return a cell, also one that was deleted; KeyError for an id never seen."""
        return self._cells[cell_id]

    def __contains__(self, cell_id: str) -> bool:
        """Tell whether a cell of this id was ever here."""
        return cell_id in self._cells

    def subscribe(self, listener: Callable[[NotebookEvent], None]) -> None:
        """Call ``listener`` after each change, in order."""
        self._listeners.append(listener)

    @property
    def is_modified(self) -> bool:
        """Whether a save would change the file."""
        return self._order != self._saved_order or bool(self._unsaved)

    @property
    def has_unsaved_outputs(self) -> bool:
        """Whether something that undo does not know differs from the file."""
        return any(self._differs_beside_text(cell_id) for cell_id in self._unsaved)

    def change_text(self, cell_id: str, first: int, last: int, lines: Sequence[str]) -> None:
        """Replace lines of a cell; raises OutOfStepError for a cell that is not here."""
        cell = self._cells.get(cell_id)
        if cell is None:
            raise OutOfStepError(f"cell {cell_id} is unknown")
        cell.change_text(first, last, lines)
        self._compare(cell_id)
        self._emit(SourceChanged(cell_id))

    def splice(self, index: int, removed: Sequence[str], cells: Sequence[SplicedCell]) -> None:
        """Replace the cells ``removed`` from ``index`` on.

        Raises OutOfStepError if others stand there.
        """
        end = index + len(removed)
        if self._order[index:end] != list(removed):
            raise OutOfStepError(f"other cells stand at {index}")
        for cell in cells:
            self._put_in(cell)
        self._order[index:end] = [cell.cell_id for cell in cells]
        for cell_id in {*removed, *(cell.cell_id for cell in cells)}:
            self._compare(cell_id)
        self._unsaved.intersection_update(self._order)
        self._emit(StructureChanged())

    def append_output(self, cell_id: str, output: Output) -> None:
        """Add an output of a kernel to a cell."""
        self._cells[cell_id].outputs.append(output)
        self._note_unsaved(cell_id)
        self._emit(OutputsChanged(cell_id))

    def clear_outputs(self, cell_id: str, *, wait: bool = False) -> None:
        """Drop a cell's outputs; with ``wait``, when the next one comes."""
        self._cells[cell_id].outputs.clear(wait)
        self._note_unsaved(cell_id)
        self._emit(OutputsChanged(cell_id))

    def update_display(self, display_id: str, data: JsonObject, metadata: JsonObject) -> None:
        """Replace what every display of this id shows (messaging 5.4, update_display_data)."""
        for cell_id, cell in self._cells.items():
            if cell.outputs.has_display_id(display_id) and cell.outputs.update_display(
                display_id, data, metadata
            ):
                self._note_unsaved(cell_id)
                self._emit(OutputsChanged(cell_id))

    def set_execution_count(self, cell_id: str, execution_count: int | None) -> None:
        """Note the number in a cell's ``[n]``."""
        self._cells[cell_id].execution_count = execution_count
        self._compare(cell_id)
        self._emit(ExecutionChanged(cell_id))

    def compare(self, cell_id: str) -> None:
        """Look again whether a cell differs from the file.

        Getting outputs, a cell is taken to differ, as looking costs their size: the owner calls
        this when a run ends.
        """
        self._compare(cell_id)

    def records(self) -> list[CellRecord]:
        """Return the cells as a save would write them; unchanged ones are the file's own."""
        return [self._record(cell_id) for cell_id in self._order]

    def mark_saved(self, records: Sequence[CellRecord]) -> None:
        """Take ``records``, made by ``records()``, to be what the file has now."""
        self._saved = {record.cell_id: record for record in records}
        self._saved_order = [record.cell_id for record in records]
        self._unsaved.clear()
        for cell_id in self._order:
            if self._cells[cell_id].record() is not self._saved.get(cell_id):
                self._compare(cell_id)

    def _put_in(self, spliced: SplicedCell) -> None:
        cell = self._cells.get(spliced.cell_id)
        if cell is None:
            cell = Cell(self._new_record(spliced))
            self._cells[spliced.cell_id] = cell
        elif spliced.lines is not None and list(spliced.lines) != cell.lines:
            cell.change_text(0, -1, spliced.lines)
        cell.cell_type = spliced.cell_type

    def _new_record(self, spliced: SplicedCell) -> CellRecord:
        source = "\n".join(spliced.lines or [""])
        record = CellRecord(spliced.cell_id, spliced.cell_type, source, [])
        origin = self._cells.get(spliced.origin or "")
        if origin is None:
            return record
        old = origin.record()
        return replace(record, metadata=old.metadata, attachments=old.attachments)

    def _record(self, cell_id: str) -> CellRecord:
        record = self._cells[cell_id].record()
        saved = self._saved.get(cell_id)
        return saved if saved is not None and cell_id not in self._unsaved else record

    def _note_unsaved(self, cell_id: str) -> None:
        self._unsaved.add(cell_id)

    def _compare(self, cell_id: str) -> None:
        saved = self._saved.get(cell_id)
        if saved is not None and is_same_cell(saved, self._cells[cell_id].record()):
            self._unsaved.discard(cell_id)
        else:
            self._unsaved.add(cell_id)

    def _differs_beside_text(self, cell_id: str) -> bool:
        # Asked at every output: it must not cost the size of what came before.
        saved, cell = self._saved.get(cell_id), self._cells[cell_id]
        return saved is not None and (
            saved.execution_count != cell.execution_count or not cell.has_outputs_of(saved)
        )

    def _emit(self, event: NotebookEvent) -> None:
        for listener in self._listeners:
            listener(event)
