"""Which cells' text is another one than when they were run; knows no screen.

Exact by text, so that undo back to what was run takes the mark away. A key costs one comparison
with the text of the cell's last run, if it was run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipynb_nvim.domain.execution import ExecutionQueue
    from ipynb_nvim.domain.notebook import Notebook


class EditedCells:
    """The cells that were edited since their run."""

    def __init__(self, notebook: Notebook, queue: ExecutionQueue) -> None:
        """Compare ``notebook`` with the runs of ``queue``."""
        # Mutable state: the cells whose text differed when it was last looked at.
        self._notebook = notebook
        self._queue = queue
        self._edited: set[str] = set()

    def look(self, cell_id: str) -> bool:
        """Compare a cell; True if it is another state than the last time."""
        is_edited = self.is_edited(cell_id)
        is_changed = is_edited != (cell_id in self._edited)
        if is_changed:
            self._edited.symmetric_difference_update((cell_id,))
        return is_changed

    def is_edited(self, cell_id: str) -> bool:
        """Tell whether a cell has run, with another text than it has now."""
        execution = self._queue.execution_of(cell_id)
        if execution is None or execution.started_s is None:
            return False
        return execution.source != self._notebook[cell_id].source
