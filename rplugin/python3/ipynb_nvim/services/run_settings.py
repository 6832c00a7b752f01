"""What the user has set about runs; values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunSettings:
    """How one notebook's cells run.

    ``editor_pid`` is the process that no kernel outlives. ``stop_on_error``: what is queued behind
    an error is dropped. ``is_timed``: a cell's metadata says when it ran. ``is_kept``: a kernel
    outlives the editor.
    """

    editor_pid: int | None = None
    stop_on_error: bool = True
    is_timed: bool = False
    is_kept: bool = False
