"""When the parts of one run were, for a cell's metadata; knows no cell.

The keys are JupyterLab's (jupyterlab, metadata.execution) and the times the kernel's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.messages import ExecuteInput, ExecuteReply, Status

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import Message


class RunTimes:
    """The dates of the messages of one run."""

    def __init__(self) -> None:
        """Begin with none."""
        # Mutable state: the dates so far, by JupyterLab's keys.
        self._times: dict[str, str] = {}

    def note(self, message: Message) -> None:
        """Take the date of a message, if it is one that counts."""
        key = _key_of(message)
        date = getattr(message, "date", "")
        if key is not None and date:
            self._times.setdefault(key, date)

    def to_json(self) -> JsonObject:
        """Return the value of ``metadata.execution``."""
        return dict(sorted(self._times.items()))


def _key_of(message: Message) -> str | None:
    if isinstance(message, Status) and message.execution_state in ("busy", "idle"):
        return f"iopub.status.{message.execution_state}"
    if isinstance(message, ExecuteInput):
        return "iopub.execute_input"
    return "shell.execute_reply" if isinstance(message, ExecuteReply) else None
