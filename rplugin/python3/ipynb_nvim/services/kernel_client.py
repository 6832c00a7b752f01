"""The requests to one running kernel and their answers; knows no process, start or end of it.

A request has ended when its reply and its ``idle`` are there (see domain/requests.py). That rule
also tells that a kernel is ready: a reply to kernel_info_request alone does not prove that iopub
is subscribed, and the first cell's output would be lost (2 times in 16).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ipynb_nvim.domain.messages import (
    ExecuteReply,
    InputRequest,
    KernelInfo,
    OutputMessage,
    Status,
    parse_message,
)
from ipynb_nvim.domain.requests import PendingRequests
from ipynb_nvim.services.kernel_channels import KernelChannels
from ipynb_nvim.services.kernel_events import (
    ExecutionFinished,
    ExecutionReplied,
    KernelState,
    MessageReceived,
    StateChanged,
)
from ipynb_nvim.services.kernel_questions import KernelQuestions, has_subshells
from ipynb_nvim.services.kernel_tuning import tuning_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import Message
    from ipynb_nvim.domain.requests import Reply
    from ipynb_nvim.services.kernel_channels import Spawn
    from ipynb_nvim.services.kernel_events import KernelEvent

_FIRST_PROBE_S = 0.25
# After a kernel's end: nothing for this long counts as all; and the most to wait for it.
_QUIET_S = 0.02
_DRAIN_S = 0.5

# An ``idle`` that comes so long after its reply is behind very much output, or lost.
_LATE_IDLE_S = 2.0

_STATE_OF_STATUS = {"busy": KernelState.BUSY, "idle": KernelState.IDLE}


class KernelClient:
    """A client of the kernel at ``endpoints``; ``on_event`` hears of messages and states."""

    def __init__(
        self,
        endpoints: Mapping[str, str],
        connection: Mapping[str, Any],
        on_event: Callable[[KernelEvent], None],
        spawn: Spawn,
    ) -> None:
        """Connect; nothing is known of the kernel before ``wait_until_ready``."""
        # Mutable state: the requests under way; those that are this client's own business, of
        # which nobody hears, and the futures of the kernel_info_requests among them; the message
        # to which the next input_reply is the answer.
        self._on_event = on_event
        self._requests = PendingRequests()
        self._own_requests: set[str] = set()
        self._probes: dict[str, asyncio.Future[KernelInfo]] = {}
        self._input_request: JsonObject | None = None
        self._channels = KernelChannels(endpoints, connection, self._on_message, spawn)
        self._is_busy = False  # by anybody's request
        self.questions = KernelQuestions(self._send_question, lambda: self._is_busy_or_executing)

    @property
    def is_executing(self) -> bool:
        """Whether an execution has not ended."""
        return bool(self._requests)

    def execute(self, code: str, *, store_history: bool, allow_stdin: bool, silent: bool) -> str:
        """Send an execute_request and return its ``msg_id``; never waits."""
        content: JsonObject = {
            "code": code,
            "silent": silent,
            "store_history": store_history and not silent,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": True,
        }
        msg_id = self._channels.send("shell", "execute_request", content)
        self._requests.add(msg_id)
        return msg_id

    def reply_input(self, text: str) -> None:
        """Answer the latest input_request; nothing happens if none waits."""
        request, self._input_request = self._input_request, None
        if request is not None:
            self._channels.send("stdin", "input_reply", {"value": text}, request)

    def control(self, msg_type: str, content: JsonObject) -> None:
        """Send a request to the control channel, whose answer nobody needs."""
        self._own_requests.add(self._channels.send("control", msg_type, content))

    async def wait_until_ready(
        self, ended: asyncio.Future[str], channel: str = "shell"
    ) -> KernelInfo | None:
        """Ask who the kernel is until a request has ended; None if the kernel ``ended`` first.

        Asks again after a while: the ``idle`` of a request that came before iopub was subscribed
        is lost.
        """
        probes: set[asyncio.Future[KernelInfo]] = set()
        timeout_s = _FIRST_PROBE_S
        while not ended.done():
            probes.add(self.probe(channel))
            waited = {ended, *probes}
            await asyncio.wait(waited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            for probe in probes:
                if probe.done():
                    self._tune(probe.result())
                    return probe.result()
            timeout_s *= 2
        return None

    def probe(self, channel: str) -> asyncio.Future[KernelInfo]:
        """Send a kernel_info_request; the future is done when it has ended."""
        future: asyncio.Future[KernelInfo] = asyncio.get_running_loop().create_future()
        msg_id = self._channels.send(channel, "kernel_info_request", {})
        self._own_requests.add(msg_id)
        self._requests.add(msg_id)
        self._probes[msg_id] = future
        return future

    def adopt(self, msg_ids: Iterable[str]) -> None:
        """Let the executions of an earlier client end here.

        Call it with what is known to run before anything else is sent. When the kernel answers
        a later request, those that did not end by then have ended unheard.
        """
        for msg_id in msg_ids:
            self._requests.adopt(msg_id)
        self.probe("shell").add_done_callback(self._on_caught_up)

    async def drain(self) -> None:
        """Wait until all that an ended kernel had sent is received."""
        self.questions.close()
        loop = asyncio.get_running_loop()
        end_s = loop.time() + _DRAIN_S
        received_count = -1
        while received_count != self._channels.received_count and loop.time() < end_s:
            received_count = self._channels.received_count
            await asyncio.sleep(_QUIET_S)

    def finish_all(self, status: str) -> None:
        """End every execution by ``status``: the kernel will not."""
        for msg_id in self._requests.drop():
            if msg_id not in self._own_requests:
                self._on_event(ExecutionFinished(msg_id, status, None))

    def close(self) -> None:
        """Stop receiving at once."""
        self.questions.close()
        self._channels.close()

    def _tune(self, info: KernelInfo) -> None:
        # Nobody need wait for it: the shell takes what is executed next after it.
        self.questions.has_subshells = has_subshells(info)
        request = tuning_request(info)
        if request is not None:
            self._own_requests.add(self._channels.send("shell", "execute_request", request))

    @property
    def _is_busy_or_executing(self) -> bool:
        return self._is_busy or self.is_executing

    def _send_question(
        self, channel: str, msg_type: str, content: JsonObject, subshell_id: str | None
    ) -> str:
        return self._channels.send(channel, msg_type, content, subshell_id=subshell_id)

    def _on_message(self, received: JsonObject) -> None:
        if self.questions.take(received):
            return
        message = parse_message(received)
        if message is None:
            return
        is_own = message.parent_id in self._own_requests
        if not is_own:
            self._tell(message, received)
        for reply in self._requests.on_message(message):
            self._on_end(reply)
        if isinstance(message, ExecuteReply) and self._requests.has_reply(message.parent_id):
            loop = asyncio.get_running_loop()
            loop.call_later(_LATE_IDLE_S, self._look_for_idle, message.parent_id)
        self.questions.release()

    def _on_end(self, reply: Reply) -> None:
        if isinstance(reply, KernelInfo):
            self._own_requests.discard(reply.parent_id)
            self._probes.pop(reply.parent_id).set_result(reply)
        else:
            self._on_event(ExecutionFinished(reply.parent_id, reply.status, reply.execution_count))

    def _tell(self, message: Message, received: JsonObject) -> None:
        if isinstance(message, Status) and message.execution_state in _STATE_OF_STATUS:
            self._is_busy = message.execution_state == "busy"
            self._on_event(StateChanged(_STATE_OF_STATUS[message.execution_state]))
        if isinstance(message, InputRequest):
            self._input_request = received
        self._on_event(MessageReceived(message))
        if isinstance(message, ExecuteReply):
            for page in message.pages:
                self._on_event(MessageReceived(OutputMessage(message.parent_id, page)))
            self._on_event(ExecutionReplied(message.parent_id, message.status))

    def _look_for_idle(self, msg_id: str) -> None:
        """Ask the kernel for something if an ``idle`` is late: with that ends what was before it.

        Kernels drop messages that a host without CPU does not take (zmq_setsockopt, ZMQ_SNDHWM).
        """
        if self._requests.has_reply(msg_id) and not self._channels.is_closed:
            self.probe("shell")

    def _on_caught_up(self, _: asyncio.Future[KernelInfo]) -> None:
        for msg_id in self._requests.drop_adopted():
            self._on_event(ExecutionFinished(msg_id, "aborted", None))
        self._on_event(StateChanged(KernelState.IDLE))
