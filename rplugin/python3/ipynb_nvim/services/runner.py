"""Runs the cells of one notebook on its kernel and takes the results in; knows no screen.

::

    execute ──> queue ──> kernel ──> messages ──> notebook, by cell id
                  ^                     │
                  └── next, when the reply and its idle are there

The next request is sent when the reply is there, so that the kernel need not wait for the way of
``idle``: it cannot be cancelled any more, and begins for everyone here when the run before it ends.

A waiting cell that was deleted, or is no code cell any more, is cancelled when its turn comes: by
then undo or a paste may have brought it back. One that runs goes on.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from ipynb_nvim.domain.execution import ExecutionQueue
from ipynb_nvim.domain.messages import CommMessage, UpdateDisplay
from ipynb_nvim.errors import KernelError
from ipynb_nvim.services.kernel_events import (
    ExecutionFinished,
    ExecutionReplied,
    KernelDied,
    KernelReady,
    MessageReceived,
    StateChanged,
)
from ipynb_nvim.services.kernel_keeper import KernelKeeper
from ipynb_nvim.services.run_events import (
    CellDone,
    CellQueued,
    CellStarted,
    KernelBecameReady,
    KernelChanged,
    KernelFailed,
    KernelGone,
)
from ipynb_nvim.services.run_results import RunResults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from ipynb_nvim.domain.execution import Execution
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import KernelInfo, Message
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.services.kernel_channels import Spawn
    from ipynb_nvim.services.kernel_events import KernelEvent
    from ipynb_nvim.services.kernel_guest import KernelGuest
    from ipynb_nvim.services.kernel_session import KernelSession
    from ipynb_nvim.services.launch_spec import LaunchSpec
    from ipynb_nvim.services.run_events import RunEvent
    from ipynb_nvim.services.run_settings import RunSettings


class Runner:
    """The queue, the kernel and what connects them. ``choose`` finds the kernel to launch."""

    def __init__(
        self,
        notebook: Notebook,
        choose: Callable[[str | None], Awaitable[LaunchSpec]],
        tell: Callable[[RunEvent], None],
        spawn: Spawn,
        settings: RunSettings,
    ) -> None:
        """Prepare; no kernel starts before it is needed."""
        # Mutable state: the runs; the kernel's keeper; what takes the results in; the first
        # waiting run and its request if that was sent ahead, and the messages that came of it;
        # what the kernel said of itself when it became ready.
        self.queue = ExecutionQueue(time.monotonic)
        self.keeper = KernelKeeper(choose, self._on_kernel, self._on_settled, spawn, settings)
        self._notebook = notebook
        self._tell = tell
        self._stop_on_error = settings.stop_on_error
        self._results = RunResults(notebook, tell, is_timed=settings.is_timed)
        self.info: KernelInfo | None = None
        self._ahead: tuple[Execution, str] | None = None
        self._early: list[Message] = []

    @property
    def session(self) -> KernelSession | KernelGuest | None:
        """The kernel's session, dead or alive."""
        return self.keeper.session

    def execute(self, cell_ids: Sequence[str], cwd: Path) -> None:
        """Queue cells; a kernel is started in ``cwd`` when there is none."""
        for cell_id in cell_ids:
            if self.queue.enqueue(cell_id, self._notebook[cell_id].source):
                self._tell(CellQueued(cell_id))
        self._go(cwd)

    def execute_part(self, cell_id: str, code: str, cwd: Path) -> bool:
        """Queue a part of a cell, whose results are the cell's; False if the cell waits already."""
        is_new = self.queue.enqueue(cell_id, self._notebook[cell_id].source, code)
        if is_new:
            self._tell(CellQueued(cell_id))
        self._go(cwd)
        return is_new

    def _go(self, cwd: Path) -> None:
        if self.keeper.is_running:
            self._send_next()
        else:
            self.start(None, cwd)

    def start(self, name: str | None, cwd: Path) -> None:
        """Start the kernel unless it runs; ``name`` asks for another than the notebook's own."""
        self.keeper.start(name, cwd)
        self._tell(KernelChanged())

    def cancel(self, cell_ids: Sequence[str] | None = None) -> None:
        """Drop what waits: these cells, or all."""
        first = self.queue.first_waiting
        sent = None if first is None or self._request_of(first) is None else first.cell_id
        cancelled: list[str] = []
        for cell_id in self.queue.waiting if cell_ids is None else cell_ids:
            if cell_id != sent:
                cancelled += self.queue.cancel(cell_id)
        self._tell_cancelled(cancelled)

    def interrupt(self) -> None:
        """Interrupt what runs and drop what waits."""
        self.cancel()
        self.keeper.interrupt()

    def restart(self) -> None:
        """Restart the kernel; what runs or waits is cancelled."""
        self._ahead = None
        self.cancel()
        self.keeper.restart()

    def connect(self, connection_file: Path) -> None:
        """Use a kernel that somebody else started."""
        self.keeper.connect(connection_file)
        self._tell(KernelChanged())

    def shutdown(self, *, for_all: bool = False) -> None:
        """End the kernel; one that somebody else started is left, unless ``for_all``."""
        self._ahead = None
        self.cancel()
        self.keeper.shutdown(for_all=for_all)

    def reply_input(self, text: str) -> None:
        """Answer the kernel's question."""
        try:
            self.keeper.reply_input(text)
            self._results.on_answer(text)
        except KernelError as error:
            self._tell(KernelFailed(str(error)))

    def attach(self, record: JsonObject) -> None:
        """Find the kernel again that an earlier host ran."""
        self.keeper.attach(record)

    def release(self) -> JsonObject | None:
        """Leave a running kernel for another runner's ``attach``; None if none runs."""
        return self.keeper.release()

    def kill_now(self) -> None:
        """End the kernel at once, or leave it if so set; for a host that is about to end."""
        self.keeper.kill_now()

    def _on_settled(self, reason: str | None) -> None:
        if reason is not None:
            self._fail(reason)
            return
        self._tell(KernelChanged())
        self._send_next()

    def _fail(self, reason: str) -> None:
        self._tell_cancelled(self.queue.clear())
        self._tell(KernelFailed(reason))
        self._tell(KernelChanged())

    def _tell_cancelled(self, cell_ids: Sequence[str]) -> None:
        for cell_id in cell_ids:
            self._tell(CellDone(cell_id, "cancelled", None, None))

    def _send_next(self) -> None:
        while self.keeper.is_running:
            self._drop_gone()
            msg_id = self._request_of(self.queue.first_waiting)
            execution = self.queue.next()
            if execution is None:
                return
            if execution.is_blank and msg_id is None:
                self._results.pass_over(execution.cell_id)
                self.queue.finish("ok", None)
                self._tell(CellDone(execution.cell_id, "ok", None, 0))
                continue
            self._send(execution, msg_id)
            return

    def _send(self, execution: Execution, msg_id: str | None) -> None:
        cell_id = execution.cell_id
        try:
            self.queue.bind(msg_id or self.keeper.execute(execution.code))
        except KernelError as error:
            self._fail(str(error))
            return
        self._results.begin(cell_id)
        self._tell(CellStarted(cell_id))
        self._ahead = None
        early, self._early = self._early, []
        for message in early:
            self._on_message(message)

    def _drop_gone(self) -> None:
        while self.queue.current is None:
            waiting = self.queue.first_waiting
            if waiting is None or self._request_of(waiting) is not None:
                return
            if self._notebook.is_runnable(waiting.cell_id):
                return
            self._tell_cancelled(self.queue.cancel(waiting.cell_id))

    def _request_of(self, waiting: Execution | None) -> str | None:
        """Return the request that was sent ahead for a run; not for a later run of the cell."""
        if self._ahead is None or self._ahead[0] is not waiting:
            return None
        return self._ahead[1]

    def _send_ahead(self, event: ExecutionReplied) -> None:
        current, waiting = self.queue.current, self.queue.first_waiting
        is_current = current is not None and self.queue.cell_of(event.msg_id) == current.cell_id
        if event.status != "ok" or not is_current or waiting is None:
            return
        if waiting.is_blank or not self._notebook.is_runnable(waiting.cell_id):
            return  # it is not sent at all, or has until its turn to come back
        with suppress(KernelError):  # which is told when its turn comes
            self._ahead = (waiting, self.keeper.execute(waiting.code))

    def _on_kernel(self, event: KernelEvent) -> None:
        if isinstance(event, MessageReceived):
            self._on_message(event.message)
        elif isinstance(event, ExecutionReplied):
            self._send_ahead(event)
        elif isinstance(event, ExecutionFinished):
            self._on_finished(event)
        elif isinstance(event, StateChanged):
            self._tell(KernelChanged())
        elif isinstance(event, KernelReady):
            self._on_ready(event)
        elif isinstance(event, KernelDied):
            self._ahead = None
            self._tell_cancelled(self.queue.clear())
            self._tell(KernelGone(event.reason))
        else:  # KernelStopped
            self._ahead = None
            if not self.keeper.is_starting:  # else it makes room for another one
                self._tell_cancelled(self.queue.clear())
            self._tell(KernelGone(None))

    def _on_ready(self, event: KernelReady) -> None:
        self.info = event.info
        name = "" if self.session is None else self.session.spec.name
        self._tell(KernelBecameReady(name, event.info.language_info))
        self._send_next()

    def _on_message(self, message: Message) -> None:
        if isinstance(message, (UpdateDisplay, CommMessage)):
            self._results.on_shared(message)
            return
        if self._ahead is not None and message.parent_id == self._ahead[1]:
            self._early.append(message)  # a question, on its own channel, may overtake ``idle``
            return
        cell_id = self.queue.cell_of(message.parent_id)
        if cell_id is not None:  # else another client's, or a cell that was run again since
            self._results.on_message(cell_id, message)

    def _on_finished(self, event: ExecutionFinished) -> None:
        cell_id = self.queue.cell_of(event.msg_id)
        current = self.queue.current
        if cell_id is None or current is None or cell_id != current.cell_id:
            return
        execution_count = self._results.end(cell_id, event.execution_count)
        ended = self.queue.finish(
            event.status, event.execution_count, stop_on_error=self._stop_on_error
        )
        assert ended is not None
        elapsed_s = self.queue.elapsed_s(cell_id) or 0.0
        status = ended.execution.state.value
        self._tell(CellDone(cell_id, status, execution_count, round(elapsed_s * 1000)))
        self._tell_cancelled(ended.cancelled)
        self._send_next()
