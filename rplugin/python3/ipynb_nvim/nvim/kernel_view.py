"""Says what a notebook's kernel does: events, messages and the statusline; decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.services.run_events import (
    CellDone,
    CellQueued,
    CellStarted,
    InputWanted,
    KernelBecameReady,
    KernelFailed,
    KernelGone,
)
from ipynb_nvim.view.output_view import plain_text

if TYPE_CHECKING:
    import asyncio

    from ipynb_nvim.nvim.bridge import Operation
    from ipynb_nvim.nvim.renderer import Renderer
    from ipynb_nvim.services.run_events import RunEvent
    from ipynb_nvim.services.runner import Runner


# A start that takes longer is said; the statusline shows each.
_SLOW_START_S = 2.0


class KernelView:
    """Turns a runner's events into operations; the names of the events are public."""

    def __init__(self, runner: Runner, renderer: Renderer, loop: asyncio.AbstractEventLoop) -> None:
        """Speak of ``runner`` to ``renderer``'s screen."""
        # Mutable state: the timer of a start under way, and whether it was said to be slow.
        self._runner = runner
        self._slow: asyncio.TimerHandle | None = None
        self._is_slow_said = False
        self._renderer = renderer
        self._loop = loop  # it does not run yet when a new host takes its first messages

    def on_event(self, event: RunEvent) -> None:
        """Show one event."""
        self._watch_start()
        if isinstance(event, CellQueued):
            self._renderer.draw_cell(event.cell_id)
            self._tell_event("CellQueued", cell_id=event.cell_id)
        elif isinstance(event, CellStarted):
            self._renderer.draw_cell(event.cell_id)
        elif isinstance(event, CellDone):
            self._on_cell_done(event)
        elif isinstance(event, KernelBecameReady):
            self._show_kernel()
            self._tell_event("KernelReady", name=event.name)
        elif isinstance(event, KernelGone):
            self._on_gone(event)
        elif isinstance(event, KernelFailed):
            self._renderer.tell("message", level="error", text=event.reason)
        elif isinstance(event, InputWanted):
            prompt = plain_text(event.prompt)
            self._renderer.tell(
                "input", id=event.cell_id, prompt=prompt, is_password=event.is_password
            )
        else:
            self._show_kernel()

    def describe(self) -> str:
        """Return the kernel's name, state and process for a person."""
        session = self._runner.session
        if session is None:
            return "none"
        record = session.record
        process = f", pid {record.pid}" if record else ""
        return f"{session.spec.display_name} ({session.execution_state.value}{process})"

    def _on_cell_done(self, event: CellDone) -> None:
        self._renderer.draw_cell(event.cell_id)
        self._tell_event(
            "CellDone",
            cell_id=event.cell_id,
            status=event.status,
            execution_count=event.execution_count,
            elapsed_ms=event.elapsed_ms,
        )

    def _on_gone(self, event: KernelGone) -> None:
        self._show_kernel()
        if event.reason is None:
            self._tell_event("KernelStopped")
            return
        self._renderer.tell(
            "message",
            level="error",
            text=f"the kernel {event.reason}. Run a cell or :NotebookKernelRestart to start anew",
        )
        self._tell_event("KernelDied")

    def _watch_start(self) -> None:
        """Say after a while that a kernel is still starting, and then that it is there."""
        if not self._runner.keeper.is_starting:
            if self._slow is not None:
                self._slow.cancel()
            if self._is_slow_said and self._runner.keeper.is_running:
                self._say_of_kernel("is ready")
            self._slow, self._is_slow_said = None, False
        elif self._slow is None:
            self._slow = self._loop.call_later(_SLOW_START_S, self._say_slow)

    def _say_slow(self) -> None:
        session = self._runner.session
        if session is None or session.execution_state.value not in ("starting", "restarting"):
            return  # it is still looked for; the user may be asked something
        self._is_slow_said = True
        self._say_of_kernel("is starting …")

    def _say_of_kernel(self, what: str) -> None:
        session = self._runner.session
        if session is not None:
            text = f"{plain_text(session.spec.display_name)} {what}"
            self._renderer.tell("message", level="info", text=text)

    def _show_kernel(self) -> None:
        self._renderer.set("kernel", self._kernel_operation)

    def _kernel_operation(self) -> Operation:
        session = self._runner.session
        if session is None:
            return {"op": "kernel", "kernel": _no_kernel(self._runner), "record": None}
        record = session.record
        kernel = {
            "name": session.spec.name,
            "display_name": session.spec.display_name,
            "language": session.spec.language,
            "id": record.directory.rpartition("/")[2] if record else "",
            "execution_state": session.execution_state.value,
            "connected": session.is_alive,
        }
        return {"op": "kernel", "kernel": kernel, "record": record.to_json() if record else None}

    def _tell_event(self, event: str, **data: object) -> None:
        known = {key: value for key, value in data.items() if value is not None}
        self._renderer.tell("event", name=event, data=known)


def _no_kernel(runner: Runner) -> dict[str, object]:
    """Return what Lua knows of a kernel that is looked for, or is not there."""
    state = "starting" if runner.keeper.is_alive else ""
    names = dict.fromkeys(("name", "display_name", "language", "id"), "")
    return {**names, "execution_state": state, "connected": False}
