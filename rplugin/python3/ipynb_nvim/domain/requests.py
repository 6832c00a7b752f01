"""Which requests to a kernel have not ended yet; pure bookkeeping, knows no socket.

A request has ended when its reply and its ``idle`` on iopub are both there, in whatever order: they
come over different channels, so the reply may overtake the request's last outputs (messaging 5.4,
request-reply)::

    sent ──> reply ──> idle ──> ended
      └────> idle ───> reply ────┘
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Union

from ipynb_nvim.domain.messages import ExecuteReply, KernelInfo, OutputMessage, Status
from ipynb_nvim.domain.output import ErrorOutput

if TYPE_CHECKING:
    from ipynb_nvim.domain.messages import Message

Reply = Union[ExecuteReply, KernelInfo]  # noqa: UP007 (evaluated at import, so Python 3.10 callers can use it at run time too)


@dataclass(frozen=True)
class _Request:
    reply: Reply | None = None
    is_idle: bool = False
    is_adopted: bool = False


class PendingRequests:
    """The requests of one kernel that were sent and have not ended."""

    def __init__(self) -> None:
        """Begin with none."""
        # Mutable state: what came of each request, in the order they were sent.
        self._requests: dict[str, _Request] = {}

    def __bool__(self) -> bool:
        return bool(self._requests)

    def add(self, msg_id: str) -> None:
        """Remember a request that was sent."""
        self._requests[msg_id] = _Request()

    def adopt(self, msg_id: str) -> None:
        """Remember an execute_request that another client sent, whose reply goes to that client.

        Its end is its ``idle``; its status is ``ok`` unless an error comes among its outputs.
        """
        self._requests[msg_id] = _Request(ExecuteReply(msg_id, "ok", None), is_adopted=True)

    def on_message(self, message: Message) -> list[Reply]:
        """Take note of any message; return the replies of the requests that have ended by it.

        Requests are done one after the other: with one end those before it that lack nothing but
        their ``idle``, which was lost.
        """
        request = self._requests.get(message.parent_id)
        if request is None:
            return []
        request = self._requests[message.parent_id] = _after(request, message)
        if request.reply is None or not request.is_idle:
            return []
        ended = [*self._drop_replied_before(message.parent_id), request.reply]
        del self._requests[message.parent_id]
        return ended

    def drop(self) -> tuple[str, ...]:
        """Forget all requests and return them: nothing of them will come any more."""
        dropped = tuple(self._requests)
        self._requests.clear()
        return dropped

    def has_reply(self, msg_id: str) -> bool:
        """Tell whether a request that has not ended lacks nothing but its ``idle``."""
        request = self._requests.get(msg_id)
        return request is not None and request.reply is not None

    def _drop_replied_before(self, msg_id: str) -> list[Reply]:
        """Forget the requests before this one that have a reply, and return those."""
        before = takewhile(lambda item: item[0] != msg_id, self._requests.items())
        found = [one.reply for _, one in before if one.reply is not None and not one.is_adopted]
        for reply in found:
            del self._requests[reply.parent_id]
        return found

    def drop_adopted(self) -> tuple[str, ...]:
        """Forget the adopted requests and return them: they ended before anyone listened."""
        dropped = tuple(name for name, request in self._requests.items() if request.is_adopted)
        for msg_id in dropped:
            del self._requests[msg_id]
        return dropped


def _after(request: _Request, message: Message) -> _Request:
    if isinstance(message, Status):
        return replace(request, is_idle=request.is_idle or message.execution_state == "idle")
    if isinstance(message, (ExecuteReply, KernelInfo)):
        return replace(request, reply=message)
    if (
        request.is_adopted
        and isinstance(message, OutputMessage)
        and isinstance(message.output, ErrorOutput)
    ):
        return replace(request, reply=ExecuteReply(message.parent_id, "error", None))
    return request
