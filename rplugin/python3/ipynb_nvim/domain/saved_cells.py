"""What the file of a notebook has, and which cells differ from it; knows no text of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.document_cells import is_same_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from ipynb_nvim.domain.cell import Cell
    from ipynb_nvim.domain.document_cells import CellRecord


class SavedCells:
    """The cells of the file, compared with those on screen as these change."""

    def __init__(self, records: Sequence[CellRecord]) -> None:
        """Take the cells as the file has them; those on screen are the same."""
        # Mutable state: what the file has, by id, and its order; whether that is the order on
        # screen; the cells on screen that differ, and those of them whose outputs do.
        self._records = {record.cell_id: record for record in records}
        self._order = [record.cell_id for record in records]
        self._is_same_order = True
        self._differing: set[str] = set()
        self._differing_outputs: set[str] = set()

    @property
    def is_modified(self) -> bool:
        """Whether a save would change the file."""
        return not self._is_same_order or bool(self._differing)

    @property
    def differing(self) -> AbstractSet[str]:
        """The cells on screen that differ; stays this one's."""
        return self._differing

    @property
    def has_unsaved_outputs(self) -> bool:
        """Whether outputs differ from the file, where undo might bring back all else.

        Those of a cell that is no code cell now count too, if it is one in the file.
        """
        return bool(self._differing_outputs)

    def take(self, records: Sequence[CellRecord], cells: Sequence[Cell]) -> None:
        """Take ``records`` to be what the file has now; ``cells`` are those on screen."""
        self._records = {record.cell_id: record for record in records}
        self._order = [record.cell_id for record in records]
        self._differing.clear()
        self._differing_outputs.clear()
        self.compare_order([cell.cell_id for cell in cells])
        for cell in cells:
            if cell.record() is not self._records.get(cell.cell_id):
                self.compare(cell)

    def compare_order(self, order: Sequence[str]) -> None:
        """Look whether the cells on screen are those of the file, in its order."""
        self._is_same_order = order == self._order

    def compare(self, cell: Cell) -> None:
        """Look whether a cell on screen differs from the file; may cost its size."""
        saved = self._records.get(cell.cell_id)
        if saved is None or cell.surely_differs(saved) or not is_same_cell(saved, cell.record()):
            self._differing.add(cell.cell_id)
        else:
            self._differing.discard(cell.cell_id)
        self._compare_outputs(cell)

    def note_output(self, cell: Cell) -> None:
        """Take a cell to differ as its outputs changed: to look would cost their size."""
        if cell.is_code:
            self._differing.add(cell.cell_id)
        self._compare_outputs(cell)

    def forget(self, cell_ids: Iterable[str]) -> None:
        """Leave cells out that are not on screen any more."""
        self._differing.difference_update(cell_ids)
        self._differing_outputs.difference_update(cell_ids)

    def record_of(self, cell: Cell) -> CellRecord:
        """Return a cell as a save would write it: the file's own record if nothing differs."""
        record = cell.record()
        saved = self._records.get(cell.cell_id)
        return record if saved is None or cell.cell_id in self._differing else saved

    def _compare_outputs(self, cell: Cell) -> None:
        saved = self._records.get(cell.cell_id)
        if (
            saved is not None
            and saved.cell_type == "code"
            and cell.cell_id in self._differing
            and (saved.execution_count != cell.execution_count or not cell.has_outputs_of(saved))
        ):
            self._differing_outputs.add(cell.cell_id)
        else:
            self._differing_outputs.discard(cell.cell_id)
