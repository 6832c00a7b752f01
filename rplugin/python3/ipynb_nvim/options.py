"""What the host is told of the user's options; knows neither Lua's declaration nor their use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Options:
    """The options of ``lua/ipynb/config/init.lua`` that matter to the host.

    ``journal_dir`` is for what a crash must not take; None: the user wants no such files.
    ``max_lines`` and ``max_columns`` bound what is drawn of an output; ``columns`` is how wide
    the window is. ``editor_pid`` is
    Neovim's: a kernel must not outlive it.
    """

    max_lines: int = 40
    max_columns: int = 500
    columns: int = 100
    temp_dir: str | None = None
    journal_dir: str | None = None
    custom_mimes: Sequence[str] = ()
    kernel_python: str | None = None
    stop_on_error: bool = True
    notify_after_s: int | None = None
    record_timing: bool = False
    keep_kernel: bool = False
    log_level: str = "warning"
    log_path: str | None = None
    editor_pid: int | None = None

    @classmethod
    def from_wire(cls, value: Mapping[str, Any]) -> Options:
        """Read the table that Lua sends; it was validated there."""
        return cls(**value)
