"""Asks the user to choose between a few things, and waits for the answer; knows no kernel."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Choices:
    """The questions of one notebook; Lua asks them by ``vim.ui.select`` when it suits."""

    def __init__(self, tell: Callable[..., None]) -> None:
        """Ask by ``tell``, which brings an operation to Lua."""
        # Mutable state: what was asked and not answered yet, by number.
        self._tell = tell
        self._numbers = count(1)
        self._open: dict[int, asyncio.Future[int | None]] = {}

    async def ask(self, prompt: str, items: Sequence[str]) -> int | None:
        """Return which item was chosen, by index; None if none was."""
        number = next(self._numbers)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        self._tell("choose", no=number, prompt=prompt, items=list(items))
        try:
            return await answer
        finally:
            self._open.pop(number, None)

    def answer(self, number: int, index: int | None) -> None:
        """Take the user's choice; one that nobody waits for any more is passed over."""
        answer = self._open.get(number)
        if answer is not None and not answer.done():
            answer.set_result(index)

    def close(self) -> None:
        """Let everyone who waits go on without a choice."""
        for number in list(self._open):
            self.answer(number, None)
