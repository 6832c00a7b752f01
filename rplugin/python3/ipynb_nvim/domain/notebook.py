"""The open notebook: cells, their order, text and outputs; knows no file, kernel or screen.

Every change goes through the methods here and is told to the listeners. Cells that were
deleted are kept with their outputs for as long as the notebook is open: undo brings them back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.absorptions import Absorptions
from ipynb_nvim.domain.cell import Cell
from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.events import (
    ExecutionChanged,
    OutputsChanged,
    SourceChanged,
    StructureChanged,
)
from ipynb_nvim.domain.saved_cells import SavedCells
from ipynb_nvim.domain.spliced_cell import (
    Absorbing,
    PastedFrom,
    SpliceResult,
    SplitFrom,
)
from ipynb_nvim.domain.widgets import Widgets
from ipynb_nvim.errors import IpynbError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from collections.abc import Set as AbstractSet

    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import CommMessage
    from ipynb_nvim.domain.output import Output
    from ipynb_nvim.domain.spliced_cell import SplicedCell


class OutOfStepError(IpynbError):
    """The editor speaks of cells that stand elsewhere here; it must send everything anew."""


class Notebook:
    """Cells by id and in order, and what of them the file has."""

    def __init__(
        self, records: Sequence[CellRecord], saved: Sequence[CellRecord] | None = None
    ) -> None:
        """Take the cells; ``saved`` are the file's if those are others."""
        # Mutable state: the order on screen, also as a set; all cells ever known, by id; which
        # of them were merged; what the file has; the listeners; the widgets.
        self._order = [record.cell_id for record in records]
        self._present = set(self._order)
        self._cells = {record.cell_id: Cell(record) for record in records}
        self._absorptions = Absorptions(self._cells)
        self._saved = SavedCells(records if saved is None else saved)
        self._listeners: list[Callable[[NotebookEvent], None]] = []
        self.widgets = Widgets()
        if saved is not None:
            self._saved.compare_order(self._order)
            for cell_id in self._order:
                self._compare(cell_id)

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

    def is_runnable(self, cell_id: str) -> bool:
        """Tell whether a cell is here, not deleted, and of the type that runs."""
        return cell_id in self._present and self._cells[cell_id].is_code

    def subscribe(self, listener: Callable[[NotebookEvent], None]) -> None:
        """Call ``listener`` after each change, in order."""
        self._listeners.append(listener)

    @property
    def is_modified(self) -> bool:
        """Whether a save would change the file."""
        return self._saved.is_modified

    @property
    def differing(self) -> AbstractSet[str]:
        """The cells here that a save would write otherwise than the file has them."""
        return self._saved.differing

    @property
    def has_unsaved_outputs(self) -> bool:
        """Whether something that undo does not know differs from the file."""
        return self._saved.has_unsaved_outputs

    def change_text(self, cell_id: str, first: int, last: int, lines: Sequence[str]) -> None:
        """Replace lines of a cell; raises OutOfStepError for a cell that is not here."""
        cell = self._cells.get(cell_id)
        if cell is None:
            raise OutOfStepError(f"cell {cell_id} is unknown")
        cell.change_text(first, last, lines)
        self._compare(cell_id)
        self._emit(SourceChanged(cell_id))

    def splice(
        self, index: int, removed: Sequence[str], cells: Sequence[SplicedCell]
    ) -> SpliceResult:
        """Replace the cells ``removed`` from ``index`` on.

        Raises OutOfStepError, and changes nothing, if others stand there or a cell would stand
        in two places.
        """
        inserted = {cell.cell_id: None for cell in cells}
        self._check_step(index, removed, inserted, len(cells))
        gone = set(removed).difference(inserted)
        new = inserted.keys() - set(removed)
        changed = new | {cell.cell_id for cell in cells if self._is_changed_by(cell)}
        redrawn = tuple(cell.cell_id for cell in cells if self._is_redrawn_by(cell))
        for cell in cells:
            self._put_in(cell, is_new=cell.cell_id in new)
        self._order[index : index + len(removed)] = inserted
        self._present.difference_update(gone)
        self._present.update(new)
        changed.update(self._absorptions.share({*removed, *inserted}, self._present))
        self._saved.compare_order(self._order)
        self._saved.forget(gone)
        for cell_id in changed:
            self._compare(cell_id)
        self._emit(StructureChanged())
        return SpliceResult(redrawn, self._clashes(cells))

    def append_output(self, cell_id: str, output: Output) -> None:
        """Add an output of a kernel to a cell."""
        self._cells[cell_id].outputs.append(output)
        self.widgets.note(cell_id, output)
        self._note_output(cell_id)
        self._emit(OutputsChanged(cell_id))

    def clear_outputs(self, cell_id: str, *, wait: bool = False) -> None:
        """Drop a cell's outputs; with ``wait``, when the next one comes."""
        self._cells[cell_id].outputs.clear(wait)
        self._note_output(cell_id)
        self._emit(OutputsChanged(cell_id))

    def update_display(self, display_id: str, data: JsonObject, metadata: JsonObject) -> None:
        """Replace what every display of this id shows (messaging 5.4, update_display_data)."""
        for cell_id, cell in self._cells.items():
            if cell.outputs.has_display_id(display_id) and cell.outputs.update_display(
                display_id, data, metadata
            ):
                self._note_output(cell_id)
                self._emit(OutputsChanged(cell_id))

    def update_widget(self, message: CommMessage) -> None:
        """Take what a widget tells; the cells that show widgets look different then."""
        if self.widgets.apply(message):
            for cell_id in self.widgets.cell_ids & self._present:
                self._emit(OutputsChanged(cell_id))

    def set_execution_count(self, cell_id: str, execution_count: int | None) -> None:
        """Note the number in a cell's ``[n]``."""
        self._cells[cell_id].execution_count = execution_count
        self._compare(cell_id)
        self._emit(ExecutionChanged(cell_id))

    def note_execution_times(self, cell_id: str, times: JsonObject) -> None:
        """Note in a cell's metadata when the parts of its run were."""
        self._cells[cell_id].note_execution_times(times)
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
        return [self._saved.record_of(self._cells[cell_id]) for cell_id in self._order]

    def mark_saved(self, records: Sequence[CellRecord]) -> None:
        """Take ``records``, made by ``records()``, to be what the file has now."""
        self._saved.take(records, [self._cells[cell_id] for cell_id in self._order])

    def _check_step(
        self, index: int, removed: Sequence[str], inserted: Collection[str], count: int
    ) -> None:
        if self._order[index : index + len(removed)] != list(removed):
            raise OutOfStepError(f"other cells stand at {index}")
        gone = set(removed)
        if len(inserted) < count or any(
            name in self._present and name not in gone for name in inserted
        ):
            raise OutOfStepError("a cell would stand in two places")

    def _is_changed_by(self, spliced: SplicedCell) -> bool:
        cell = self._cells.get(spliced.cell_id)
        if cell is None or cell.cell_type != spliced.cell_type:
            return True
        return spliced.lines is not None and list(spliced.lines) != cell.lines

    def _is_redrawn_by(self, spliced: SplicedCell) -> bool:
        cell = self._cells.get(spliced.cell_id)
        if cell is None:
            return isinstance(spliced.origin, PastedFrom)
        return cell.is_code != (spliced.cell_type == "code")

    def _put_in(self, spliced: SplicedCell, *, is_new: bool) -> None:
        cell, origin = self._cells.get(spliced.cell_id), spliced.origin
        if cell is None:
            self._cells[spliced.cell_id] = Cell(self._new_record(spliced))
            if isinstance(origin, SplitFrom):
                self._absorptions.inherit(spliced.cell_id, origin.cell_id)
        else:
            if spliced.lines is not None and list(spliced.lines) != cell.lines:
                cell.change_text(0, -1, spliced.lines)
            cell.cell_type = spliced.cell_type
            if is_new and isinstance(origin, PastedFrom):
                self._absorptions.note_pasted(spliced.cell_id)
        if isinstance(origin, Absorbing):
            self._absorptions.note(spliced.cell_id, origin.cell_ids)

    def _new_record(self, spliced: SplicedCell) -> CellRecord:
        source = "\n".join(spliced.lines or [""])
        record = CellRecord(spliced.cell_id, spliced.cell_type, source, [])
        origin = spliced.origin
        if isinstance(origin, PastedFrom) and origin.record is not None:
            copied = origin.record
            return replace(
                copied,
                cell_id=spliced.cell_id,
                cell_type=spliced.cell_type,
                source=copied.source if spliced.lines is None else source,
            )
        if isinstance(origin, SplitFrom) and origin.cell_id in self._cells:
            old = self._cells[origin.cell_id]
            return replace(record, metadata=old.record().metadata, attachments=old.own_attachments)
        return record

    def _clashes(self, cells: Sequence[SplicedCell]) -> tuple[str, ...]:
        return tuple(
            name
            for cell in cells
            if isinstance(cell.origin, Absorbing)
            for name in self._absorptions.clashes(cell.cell_id, cell.origin.cell_ids)
        )

    def _note_output(self, cell_id: str) -> None:
        if cell_id in self._present:
            self._saved.note_output(self._cells[cell_id])

    def _compare(self, cell_id: str) -> None:
        if cell_id in self._present:
            self._saved.compare(self._cells[cell_id])

    def _emit(self, event: NotebookEvent) -> None:
        for listener in self._listeners:
            listener(event)
