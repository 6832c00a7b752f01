"""What is asked of a kernel besides running code, each answer found by its msg_id; knows no cell.

A question must neither wait in the kernel behind a long cell nor delay the next one::

    kernel free ───────────────────────> main shell
    kernel busy, it has subshells ─────> a subshell (messaging 5.5, create_subshell_request)
    kernel busy, it has none ──────────> wait here until it is free, or nobody wants it any more

Nothing of a question is told to the kernel's owner: the kernel does not become ``busy`` by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import KernelInfo

    # Channel, msg_type, content and the subshell's id; returns the msg_id.
    Send = Callable[[str, str, JsonObject, "str | None"], str]

_SUBSHELLS = "kernel subshells"


@dataclass(frozen=True)
class _Question:
    answer: asyncio.Future[JsonObject | None]
    is_replied: bool = False
    is_idle: bool = False


class KernelQuestions:
    """The questions to one running kernel; all are answered by None when it ends."""

    def __init__(self, send: Send, is_busy: Callable[[], bool]) -> None:
        """Ask by ``send``; ``is_busy`` tells whether the main shell runs something."""
        # Mutable state: whether the kernel has subshells, and the id of ours, once it was asked
        # for; the requests of which something may come, by msg_id; who waits for a free shell;
        # whether the kernel has ended.
        self.has_subshells = False
        self._send = send
        self._is_busy = is_busy
        self._subshell: asyncio.Future[JsonObject | None] | None = None
        self._questions: dict[str, _Question] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self._is_closed = False

    async def ask(
        self, msg_type: str, content: JsonObject, *, is_main: bool = False
    ) -> JsonObject | None:
        """Return the content of the reply, None if there will be none.

        ``is_main``: only the main shell will do. Who does not want the answer any more cancels.
        """
        subshell_id: str | None = None
        while self._is_busy() and not self._is_closed and subshell_id is None:
            if self.has_subshells and not is_main:
                subshell_id = await self._open_subshell()
            else:
                await self._wait_until_free()
        if self._is_closed:
            return None
        return await self._request("shell", msg_type, content, subshell_id)

    def take(self, received: JsonObject) -> bool:
        """Take a message if it belongs to a question."""
        msg_id = _string(received, "parent_header", "msg_id")
        question = self._questions.get(msg_id)
        if question is None:
            return False
        msg_type = _string(received, "header", "msg_type")
        content = received.get("content")
        if msg_type.endswith("_reply"):
            question = replace(question, is_replied=True)
            if not question.answer.done():
                question.answer.set_result(content if isinstance(content, Mapping) else None)
        elif msg_type == "status" and _string(received, "content", "execution_state") == "idle":
            question = replace(question, is_idle=True)
        if question.is_replied and question.is_idle:
            del self._questions[msg_id]
        else:
            self._questions[msg_id] = question
        return True

    def release(self) -> None:
        """Let those go on who wait for a free shell, if it is."""
        if self._waiting and (self._is_closed or not self._is_busy()):
            waiting, self._waiting = self._waiting, set()
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    def close(self) -> None:
        """Answer everything by None: the kernel has ended."""
        self._is_closed = True
        questions, self._questions = self._questions, {}
        for question in questions.values():
            if not question.answer.done() and not question.answer.get_loop().is_closed():
                question.answer.set_result(None)
        self.release()

    def _request(
        self, channel: str, msg_type: str, content: JsonObject, subshell_id: str | None
    ) -> asyncio.Future[JsonObject | None]:
        answer: asyncio.Future[JsonObject | None] = asyncio.get_running_loop().create_future()
        self._questions[self._send(channel, msg_type, content, subshell_id)] = _Question(answer)
        return answer

    async def _open_subshell(self) -> str | None:
        if self._subshell is None:
            self._subshell = self._request("control", "create_subshell_request", {}, None)
        # Who stops waiting must not take it from the others.
        reply = await asyncio.shield(self._subshell)
        subshell_id = None if reply is None else reply.get("subshell_id")
        if isinstance(subshell_id, str):
            return subshell_id
        self.has_subshells = False
        return None

    async def _wait_until_free(self) -> None:
        free: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(free)
        try:
            await free
        finally:
            self._waiting.discard(free)


def has_subshells(info: KernelInfo) -> bool:
    """Tell whether a kernel can answer a question while it runs a cell.

    Only IPython's own is believed: kernels made with ipykernel announce what it can do, but theirs
    cannot. bash_kernel asks its one shell in the middle of what that runs, and garbles both.
    """
    return info.implementation == "ipython" and _SUBSHELLS in info.supported_features


def _string(message: JsonObject, part: str, key: str) -> str:
    section = message.get(part)
    value = section.get(key) if isinstance(section, Mapping) else None
    return value if isinstance(value, str) else ""
