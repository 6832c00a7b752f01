"""Editors to measure: children of the test harness, plain or with the plugin."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bench.notebooks import FIRST_OUTPUT, FIRST_SOURCE
from tests.harness import Child, Launch
from tests.harness.processes import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.harness import Screen

WIDTH, HEIGHT = 120, 50
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LINE_LENGTH = 60


class Editors:
    """Starts editors below one folder; they end with the context."""

    # Mutable state: the number of editors started, for their folders' names.

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._count = 0
        self._stack = ExitStack()

    def __enter__(self) -> Editors:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def plain(self, init: str = "") -> Child:
        """Start Neovim without the plugin; ``init`` is Lua that it runs first."""
        return self._start(is_plugin=False, init=init)

    def with_plugin(self, init: str = "") -> Child:
        """Start Neovim with the plugin and nothing else; ``init`` is Lua that runs before it."""
        return self._start(is_plugin=True, init=init)

    def _start(self, *, is_plugin: bool, init: str = "") -> Child:
        self._count += 1
        launch = Launch(
            width=WIDTH,
            height=HEIGHT,
            is_plugin=is_plugin,
            has_groups=False,
            cwd=self.folder,
            init=init,
        )
        child = Child(self.folder / f"editor-{self._count}", launch)
        self._stack.callback(child.close)
        if is_plugin:
            child.command("set swapfile updatecount=200")  # as users have it: with a journal
        return child


def open_notebook(child: Child, path: Path, count: int) -> None:
    """Open a notebook and wait until its cells are there."""
    child.keys(f":edit {path}<CR>")
    code = "return #require('ipynb').cells()"
    child.wait_for(lambda: child.lua(code) == count, timeout_s=60, what=f"{count} cells")
    child.settle()


def is_first_cell_painted(screen: Screen) -> bool:
    """Tell whether the first cell's source and output of ``everyday`` notebooks are visible."""
    text = "\n".join(screen.rows())
    return FIRST_SOURCE in text and FIRST_OUTPUT in text


class Typist:
    """Types letters into an editor in insert mode, one at a time, and measures each."""

    # Mutable state: how many letters were typed.

    def __init__(self, child: Child) -> None:
        self._child = child
        self._count = 0

    def key_ms(self) -> float:
        """Type one letter; return the time until it is painted and the cursor behind it."""
        if self._count and self._count % LINE_LENGTH == 0:
            self._start_line()
        letter = LETTERS[self._count % len(LETTERS)]
        self._count += 1
        row, col = self._child.screen.cursor
        taken_ms = self._child.latency_ms(
            letter,
            lambda screen: screen.cursor == (row, col + 1) and screen.cell_text(row, col) == letter,
        )
        self._child.settle()  # what is left to do after this key is not the next one's
        return taken_ms

    def _start_line(self) -> None:
        before = self._child.screen.cursor
        self._child.keys_and_settle("<C-g>u<CR>")
        self._child.wait_for(lambda: self._child.screen.cursor != before, what="a new line")
        self._child.settle()


def host_pid(child: Child) -> int:
    """Return the process of the plugin's host."""
    hosts = [pid for pid in child.descendants() if "start_host" in command_line(pid)]
    if not hosts:
        hosts = [pid for pid in child.descendants() if "python" in command_line(pid)]
    return hosts[0]


@contextmanager
def busy_host(child: Child) -> Iterator[None]:
    """Keep the host from answering, as one that burns CPU does."""
    pid = host_pid(child)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
