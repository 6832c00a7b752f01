"""The only user of ``pynvim.Nvim``: pushes to Lua, tasks on the host's loop; knows no notebook."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine, Sequence

    import pynvim

logger = logging.getLogger(__name__)

# Constant: Neovim gets data, never code made from it.
_APPLY = "require('ipynb.host.receive').apply(...)"

Operation = dict[str, Any]


class Bridge:
    """Speaks to one Neovim. Nothing here waits for an answer: tasks have no greenlet for it."""

    def __init__(self, nvim: pynvim.Nvim) -> None:
        """Use the host's connection and its event loop."""
        # Mutable state: the running tasks, kept so that they are not collected.
        self._nvim = nvim
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The host's one event loop."""
        return self._nvim.loop

    def push(self, buf: int, batch_no: int, batch: Sequence[Operation]) -> None:
        """Let Lua apply a batch; it answers with ``ack``."""
        self._nvim.exec_lua(_APPLY, buf, batch_no, batch, async_=True)

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine; the one place where tasks start and their errors are reported."""
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a task failed", exc_info=task.exception())
