"""The run queue of one notebook: which cell waits, runs or has ended; knows no kernel.

Every run of a cell is one ``Execution`` that moves along one table::

    enqueue        next              finish
       │             │                 │
       ▼             ▼            ┌──> OK
     QUEUED ──────> BUSY ─────────┼──> ERROR      (what is still queued is cancelled)
       │             │            │
       └─────────────┴────────────┴──> CANCELLED  (cancel, clear, aborted by the kernel)

A cell may wait again while it runs; it never waits twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ExecutionState(Enum):
    """What a cell shows of its last run; the values are the public names in interface.md."""

    IDLE = "idle"
    QUEUED = "queued"
    BUSY = "busy"
    OK = "ok"
    ERROR = "error"
    CANCELLED = "cancelled"


_NEXT_STATES: dict[ExecutionState, frozenset[ExecutionState]] = {
    ExecutionState.QUEUED: frozenset({ExecutionState.BUSY, ExecutionState.CANCELLED}),
    ExecutionState.BUSY: frozenset(
        {ExecutionState.OK, ExecutionState.ERROR, ExecutionState.CANCELLED}
    ),
}

# messaging 5.4, request-reply status: "abort" was written for "aborted" before 5.1 and still is
# by some kernels. A status this table lacks counts as an error.
_STATE_OF_STATUS: dict[str, ExecutionState] = {
    "ok": ExecutionState.OK,
    "error": ExecutionState.ERROR,
    "aborted": ExecutionState.CANCELLED,
    "abort": ExecutionState.CANCELLED,
}


@dataclass(frozen=True)
class Execution:
    """One run of one cell; times are the injected clock's seconds.

    ``source`` is the cell's whole text when it was asked for, ``code`` what is run: all or a part.
    """

    cell_id: str
    code: str
    source: str
    state: ExecutionState = ExecutionState.QUEUED
    started_s: float | None = None
    finished_s: float | None = None
    execution_count: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to run."""
        return not self.code or self.code.isspace()

    def moved_to(self, state: ExecutionState) -> Execution:
        """Return this execution in ``state``, which the table must allow."""
        assert state in _NEXT_STATES.get(self.state, ()), f"{self.state} -> {state}"
        return replace(self, state=state)

    def elapsed_s(self, now_s: float) -> float | None:
        """Return how long it runs, or ran; None if it never started."""
        if self.started_s is None:
            return None
        return (now_s if self.finished_s is None else self.finished_s) - self.started_s


@dataclass(frozen=True)
class FinishedExecution:
    """What the end of a run changed: the run itself and the cells that no longer wait."""

    execution: Execution
    cancelled: tuple[str, ...]


class ExecutionQueue:
    """Orders the runs of one notebook's cells: one at a time, first come first served.

    The owner asks ``next()`` for the run to send, tells the request's id by ``bind()`` and its end
    by ``finish()``. Messages find their cell by ``cell_of()`` for as long as the cell has not been
    run again: output of background threads comes after the end of a run.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Make an empty queue; ``clock`` gives monotonic seconds."""
        # Mutable state: the cells that wait, in order; the run that is busy; the last ended run of
        # each cell; the request of each cell's latest run, and back.
        self._clock = clock
        self._waiting: dict[str, Execution] = {}
        self._current: Execution | None = None
        self._ended: dict[str, Execution] = {}
        self._msg_id_of_cell: dict[str, str] = {}
        self._cell_of_msg_id: dict[str, str] = {}

    @property
    def current(self) -> Execution | None:
        """The run that is busy."""
        return self._current

    @property
    def waiting(self) -> tuple[str, ...]:
        """The cells that wait, the next one first."""
        return tuple(self._waiting)

    @property
    def first_waiting(self) -> Execution | None:
        """The run that ``next()`` would start if none were busy."""
        return next(iter(self._waiting.values()), None)

    def enqueue(self, cell_id: str, source: str, code: str | None = None) -> bool:
        """Let a cell wait for its turn; False, and nothing changes, if it waits already.

        ``source`` is the text at the time of the call: editing a waiting cell does not change
        what runs. ``code`` is what to run of it, if not all.
        """
        if cell_id in self._waiting:
            return False
        self._waiting[cell_id] = Execution(cell_id, source if code is None else code, source)
        return True

    def position_of(self, cell_id: str, limit: int) -> int | None:
        """Return the place of a waiting cell, the next one's is 1; None if beyond ``limit``."""
        return next((n for n, name in enumerate(self.first(limit), 1) if name == cell_id), None)

    def first(self, limit: int) -> tuple[str, ...]:
        """Return at most ``limit`` waiting cells, the next one first."""
        return tuple(islice(self._waiting, limit))

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self._current is None and not self._waiting

    @property
    def length(self) -> int:
        """How many cells wait."""
        return len(self._waiting)

    def next(self) -> Execution | None:
        """Start the first waiting run and return it; None while one is busy or none waits."""
        if self._current is not None or not self._waiting:
            return None
        execution = self._waiting.pop(next(iter(self._waiting)))
        self._current = replace(execution.moved_to(ExecutionState.BUSY), started_s=self._clock())
        return self._current

    def bind(self, msg_id: str) -> None:
        """Remember the execute_request that carries the current run."""
        assert self._current is not None
        cell_id = self._current.cell_id
        self._cell_of_msg_id.pop(self._msg_id_of_cell.get(cell_id, ""), None)
        self._msg_id_of_cell[cell_id] = msg_id
        self._cell_of_msg_id[msg_id] = cell_id

    def cell_of(self, msg_id: str) -> str | None:
        """Return the cell whose latest run sent ``msg_id``."""
        return self._cell_of_msg_id.get(msg_id)

    def finish(
        self, status: str, execution_count: int | None, *, stop_on_error: bool = True
    ) -> FinishedExecution | None:
        """End the current run by its reply's ``status``; None if none was busy.

        After any status but ``ok`` the waiting cells are cancelled, unless ``stop_on_error`` is
        False.
        """
        if self._current is None:
            return None
        state = _STATE_OF_STATUS.get(status, ExecutionState.ERROR)
        execution = self._end_current(state, execution_count)
        is_stopped = stop_on_error and state is not ExecutionState.OK
        return FinishedExecution(execution, self.cancel() if is_stopped else ())

    def cancel(self, cell_id: str | None = None) -> tuple[str, ...]:
        """Cancel one waiting cell, or all of them; return those that did wait.

        The current run is not touched: it ends by an interrupt.
        """
        cell_ids = self.waiting if cell_id is None else (cell_id,)
        cancelled = tuple(name for name in cell_ids if name in self._waiting)
        for name in cancelled:
            self._ended[name] = self._waiting.pop(name).moved_to(ExecutionState.CANCELLED)
        return cancelled

    def clear(self) -> tuple[str, ...]:
        """Cancel everything, the current run too; return the cells whose state changed.

        For a kernel that was restarted or shut down: no reply will come.
        """
        busy = () if self._current is None else (self._current.cell_id,)
        if self._current is not None:
            self._end_current(ExecutionState.CANCELLED, None)
        cancelled = self.cancel()
        return tuple(dict.fromkeys(busy + cancelled))

    def state_of(self, cell_id: str) -> ExecutionState:
        """Return what the cell shows: it runs, else it waits, else how its last run ended."""
        execution = self.execution_of(cell_id)
        return ExecutionState.IDLE if execution is None else execution.state

    def execution_of(self, cell_id: str) -> Execution | None:
        """Return the run that ``state_of`` speaks of."""
        if self._current is not None and self._current.cell_id == cell_id:
            return self._current
        return self._waiting.get(cell_id) or self._ended.get(cell_id)

    def elapsed_s(self, cell_id: str) -> float | None:
        """Return how long the cell's run takes or took; None if it never ran or waits."""
        execution = self.execution_of(cell_id)
        return None if execution is None else execution.elapsed_s(self._clock())

    def _end_current(self, state: ExecutionState, execution_count: int | None) -> Execution:
        assert self._current is not None
        ended = replace(
            self._current.moved_to(state),
            finished_s=self._clock(),
            execution_count=execution_count,
        )
        self._current = None
        self._ended[ended.cell_id] = ended
        return ended
