"""Says that a long run has ended; decides when and in which words, knows no screen.

A run is all that is in the queue from the first cell that starts until none is left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.services.run_events import CellDone, CellStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.services.run_events import RunEvent

_MINUTE_S = 60
_HOUR_S = 3600


@dataclass
class _Run:
    started_s: float
    done: int = 0
    failed_count: int | None = None
    has_failed: bool = False


class RunNotice:
    """Watches the runs of one notebook for long ones."""

    def __init__(
        self,
        after_s: int | None,
        is_idle: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Speak of runs of at least ``after_s`` seconds; None: of none."""
        # Mutable state: the run under way.
        self._after_s = after_s
        self._is_idle = is_idle
        self._clock = clock
        self._run: _Run | None = None

    def on_event(self, event: RunEvent) -> str | None:
        """Return the line to show when ``event`` ends a long run."""
        if isinstance(event, CellStarted) and self._run is None:
            self._run = _Run(self._clock())
        if not isinstance(event, CellDone) or self._run is None:
            return None
        run = self._run
        if event.status != "cancelled":
            run.done += 1
        if event.status == "error":
            run.has_failed, run.failed_count = True, event.execution_count
        if not self._is_idle():
            return None
        self._run = None
        elapsed_s = self._clock() - run.started_s
        is_long = self._after_s is not None and elapsed_s >= self._after_s
        return _text(run, elapsed_s) if is_long else None


def _text(run: _Run, elapsed_s: float) -> str:
    cells = "a cell" if run.done == 1 else f"{run.done} cells"
    if not run.done:
        return f"run cancelled after {_duration(elapsed_s)}"
    if not run.has_failed:
        return f"{cells} done after {_duration(elapsed_s)}"
    where = "" if run.failed_count is None else f" in [{run.failed_count}]"
    return f"run failed{where} after {_duration(elapsed_s)}"


def _duration(seconds: float) -> str:
    """Return ``12 s``, ``3 min 20 s`` or ``2 h 5 min``."""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
