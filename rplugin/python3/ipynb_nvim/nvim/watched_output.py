"""Keeps the editor's output window on a cell up to date, in bounded steps; knows no window.

What is too long for a window is written to a file of the editor's own temporary folder once the
cell does not run any more; the window says where.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.domain.events import OutputsChanged
from ipynb_nvim.view.output_feed import OutputFeed
from ipynb_nvim.view.output_view import whole_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.nvim.bridge import Operation
    from ipynb_nvim.nvim.renderer import Renderer

_WRITE_STEP = 2000
# An output that has not changed for so long has ended, or pauses.
_QUIET_S = 1.0


class WatchedOutput:
    """The one cell of a notebook whose output is in a window."""

    def __init__(
        self,
        notebook: Notebook,
        renderer: Renderer,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        folder: str | None,
    ) -> None:
        """Watch nothing yet; long outputs are written to ``folder``, None: nowhere."""
        # Mutable state: the cell and its feed, while there is a window; the revision of the
        # outputs that were written to a file last, and whether one is; the names of the files.
        self._notebook = notebook
        self._renderer = renderer
        self._spawn = spawn
        self._folder = folder
        self._cell_id: str | None = None
        self._feed: OutputFeed | None = None
        self._written = -1
        self._is_writing = False
        self._numbers = itertools.count(1)
        notebook.subscribe(self._on_event)

    def open(self, cell_id: str) -> Operation:
        """Watch a cell; return what its window has at first."""
        self._cell_id, self._written = cell_id, -1
        self._feed = OutputFeed(
            self._notebook[cell_id].shown_outputs,
            self._notebook.widgets,
            self._renderer.custom_mimes,
        )
        return self._operation()

    def close(self) -> None:
        """Watch nothing."""
        self._cell_id = self._feed = None

    def _on_event(self, event: NotebookEvent) -> None:
        if isinstance(event, OutputsChanged) and event.cell_id == self._cell_id:
            self._schedule()

    def _schedule(self) -> None:
        if self._feed is not None:
            self._renderer.set("output_text", self._operation)

    def _operation(self) -> Operation:
        if self._feed is None or self._cell_id is None:
            return {"op": "output_text", "id": None}  # closed before the batch was sent
        area = self._notebook[self._cell_id].shown_outputs
        step = self._feed.step(area)
        if not step.is_last:
            asyncio.get_running_loop().call_soon(self._schedule)
        elif self._feed.is_cut and not self._is_writing and area.revision != self._written:
            self._is_writing = True
            self._spawn(self._write(self._feed, area))
        return {
            "op": "output_text",
            "id": self._cell_id,
            "first": step.first,
            "lines": step.lines,
            "spans": step.spans,
            "is_last": step.is_last,
        }

    async def _write(self, feed: OutputFeed, area: OutputArea) -> None:
        """Write all of an output to a file, once it has not changed for a while."""
        revision = -1
        while feed is self._feed and revision != area.revision:
            revision = area.revision
            await asyncio.sleep(_QUIET_S)
        path = None
        if feed is self._feed and self._folder is not None:
            path = Path(self._folder) / f"output-{os.getpid()}-{next(self._numbers)}.txt"
            with suppress(OSError):  # the window says how much is missing all the same
                await _write_file(path, area)
        self._is_writing = False
        self._written = revision
        if path is not None and feed is self._feed and area.revision == revision:
            feed.say_place(str(path))
        self._schedule()


async def _write_file(path: Path, area: OutputArea) -> None:
    with path.open("x", encoding="utf-8", errors="replace") as file:
        for block in whole_blocks(area):
            for first in range(0, len(block), _WRITE_STEP):
                last = min(first + _WRITE_STEP, len(block))
                file.writelines(f"{line}\n" for line in block.plain_lines(first, last))
                await asyncio.sleep(0)
