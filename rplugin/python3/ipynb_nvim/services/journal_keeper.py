"""Writes the journal of one notebook as it changes, in bounded time; knows no format of files.

::

    change ──> dirty ──> a second later, or 20 times what the last write took ──> write
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.events import StructureChanged

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.services.journal import Journal

logger = logging.getLogger(__name__)

_DELAY_S = 1.0
# At most a twentieth of the time goes into writing.
_SHARE = 20
# Outputs with more lines are left out: writing them again and again would hold the host up.
_MAX_LINES = 200_000


class JournalKeeper:
    """Keeps what differs from the file safe; ``saved`` says which file that is."""

    def __init__(
        self,
        notebook: Notebook,
        journal: Journal,
        saved: Callable[[], tuple[Sequence[str], str | None]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Listen to ``notebook``; what differs already is written soon."""
        # Mutable state: the cells to look at; the order last seen; the timer of the next write,
        # and how long to wait for it; whether there is a journal; whether it is over.
        self._notebook = notebook
        self._journal = journal
        self._saved = saved
        self._loop = loop
        self._dirty: set[str] = set()
        self._order: Sequence[str] = ()
        self._timer: asyncio.TimerHandle | None = None
        self._delay_s = _DELAY_S
        self._is_written = journal.is_there
        self._is_over = False
        notebook.subscribe(self._on_event)
        if notebook.is_modified:
            self._begin()

    def on_saved(self) -> None:
        """Begin anew: the file was written, and less or nothing differs from it."""
        self._clear()
        if self._notebook.is_modified:
            self._begin()

    def give_up(self) -> None:
        """Forget it all: the user does not want what was not saved."""
        self._clear()
        self._end()

    def keep(self) -> None:
        """Write at once and end: editor or host go without the user having said so."""
        self.write_now()
        self._end()

    def write_now(self) -> bool:
        """Write at once; tell whether all is on the disk."""
        self._stop_timer()
        if self._is_over:
            return False
        if not self._notebook.is_modified:
            self._clear()
            return True
        began_s = time.monotonic()
        dirty, self._dirty = self._dirty, set()
        present = self._notebook.differing
        changed = [self._record(name) for name in dirty if name in present]
        try:
            self._journal.write(self._notebook.order, self._saved(), changed, dirty - present)
        except (OSError, RecursionError):
            logger.exception("no journal is kept any more")
            self._end()
            return False
        self._is_written = True
        self._delay_s = max(_DELAY_S, _SHARE * (time.monotonic() - began_s))
        return True

    def _begin(self) -> None:
        self._dirty.update(self._notebook.differing)
        self._schedule()

    def _end(self) -> None:
        self._is_over = True
        self._stop_timer()

    def _clear(self) -> None:
        self._stop_timer()
        self._dirty.clear()
        if self._is_written and not self._is_over:
            self._journal.clear()
        self._is_written = False

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_event(self, event: NotebookEvent) -> None:
        if isinstance(event, StructureChanged):
            self._dirty.update(set(self._notebook.order).symmetric_difference(self._order))
            self._dirty.update(self._notebook.differing)
            self._order = tuple(self._notebook.order)
        else:
            self._dirty.add(event.cell_id)
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is None and not self._is_over:
            self._timer = self._loop.call_later(self._delay_s, self.write_now)

    def _record(self, cell_id: str) -> CellRecord:
        cell = self._notebook[cell_id]
        if cell.outputs.line_count > _MAX_LINES:
            return replace(cell.record_without_outputs(), outputs=[])
        return cell.record()
