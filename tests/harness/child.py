"""One Neovim as a person has it before them: keys go in, a screen comes out."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.harness import processes
from tests.harness.launch import Launch, start
from tests.harness.rpc import ChildError, ChildExitedError, ChildTimeoutError, RpcPeer
from tests.harness.screen import Highlight, Screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POLL_S = 0.01
PIECE_CHARACTERS = 3000
BLOCKED_AFTER_S = 0.03
EXIT_TIMEOUT_S = 5.0


def _pieces(keys: str) -> list[str]:
    """Cut keys into pieces that Neovim's input buffer can hold, never inside a ``<key>``."""
    pieces = [""]
    for key in re.findall(r"<[^<>\s]+>|.", keys, re.DOTALL):
        if len(pieces[-1]) > PIECE_CHARACTERS:
            pieces.append("")
        pieces[-1] += key
    return pieces


class Api:
    """Neovim's API functions as methods: ``api.buf_line_count(0)`` is nvim_buf_line_count."""

    def __init__(self, request: Callable[..., Any]) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._request(f"nvim_{name}", *arguments)


class Child:
    """A real ``nvim --embed`` with a screen; ends, with all its processes, at ``close``."""

    # Mutable state: the process (in _started), the connection, and the screen it feeds.

    def __init__(self, home: Path, launch: Launch | None = None) -> None:
        launch = launch or Launch()
        self.home = home
        self.screen = Screen()
        self._is_closed = False
        self._started = start(home, launch)
        stdin, stdout = self._started.process.stdin, self._started.process.stdout
        assert stdin is not None
        assert stdout is not None
        self._peer = RpcPeer(stdout.fileno(), stdin.fileno(), self._on_notification)
        self.api = Api(self._request)
        options = {"rgb": launch.is_rgb, "ext_linegrid": True, "ext_hlstate": launch.has_groups}
        self._peer.request("nvim_ui_attach", launch.width, launch.height, options)
        self.settle()

    # -- what a person does ---------------------------------------------------------------

    def keys(self, keys: str) -> None:
        """Press keys (:h nvim_input, ``<`` is written ``<lt>``); does not wait for them.

        Except when there are thousands: a full input buffer of Neovim stays full, so they go
        in pieces, each waited for.
        """
        first, *rest = _pieces(keys)
        self._peer.request("nvim_input", first)
        for piece in rest:
            self.settle()
            self._peer.request("nvim_input", piece)

    def keys_and_settle(self, keys: str) -> None:
        """Press keys and wait until Neovim has processed and drawn them."""
        self.keys(keys)
        self.settle()

    def type_text(self, text: str) -> None:
        """Press the keys of a text literally, line breaks as <CR>, and settle."""
        self.keys_and_settle(text.replace("<", "<lt>").replace("\n", "<CR>"))

    def command(self, command: str) -> str:
        """Execute an Ex command and return its output."""
        return self.api.exec2(command, {"output": True})["output"]

    def resize(self, width: int, height: int) -> None:
        """Resize the terminal."""
        self.api.ui_try_resize(width, height)
        self.settle()

    # -- what a person sees ---------------------------------------------------------------

    def rows(self) -> list[str]:
        """Return the text of every screen row, without trailing blanks."""
        self.pump(0)
        return self.screen.rows()

    def row_text(self, row: int) -> str:
        """Return the text of one screen row, without trailing blanks."""
        self.pump(0)
        return self.screen.row_text(row)

    def find_row(self, text: str) -> int | None:
        """Return the first screen row that contains ``text``, None when no row does."""
        for row, line in enumerate(self.rows()):
            if text in line:
                return row
        return None

    def is_visible(self, text: str) -> bool:
        """Tell whether some screen row contains ``text``."""
        return self.find_row(text) is not None

    def highlight_at(self, row: int, col: int) -> Highlight:
        """Return the look of one screen cell: its attributes and highlight groups."""
        self.pump(0)
        return self.screen.highlight_at(row, col)

    def highlight_of(self, text: str) -> Highlight:
        """Return the look of the first place on the screen where ``text`` stands."""
        for row, line in enumerate(self.rows()):
            if text in line:
                return self.screen.highlight_at(row, self.screen.col_of(row, line.index(text)))
        raise AssertionError(f"{text!r} is not on the screen:\n{self.picture()}")

    def picture(self) -> str:
        """Return the screen as one framed text, for failure messages."""
        width = max(map(len, self.screen.rows()), default=0)
        lines = (f"{row:3} |{line:<{width}}|" for row, line in enumerate(self.screen.rows()))
        return "\n".join([*lines, f"cursor {self.screen.cursor}, mode {self.screen.mode}"])

    def messages(self) -> str:
        """Return the message history (:h :messages)."""
        return self.command("messages")

    # -- what a person does not see -------------------------------------------------------

    def lua(self, code: str, *arguments: object) -> Any:
        """Run a Lua chunk (``...`` are the arguments) and return its value."""
        return self._request("nvim_exec_lua", code, arguments)

    def _request(self, method: str, *arguments: object) -> Any:
        try:
            return self._peer.request(method, *arguments)
        except ChildTimeoutError as error:
            # What Neovim waits for, a prompt say, is on the screen.
            raise ChildTimeoutError(f"{error}\n{self.picture()}") from None

    def lines(self, buf: int = 0) -> list[str]:
        """Return all lines of a buffer, default the current one."""
        return self.api.buf_get_lines(buf, 0, -1, True)

    def mode(self) -> str:
        """Return the short name of the mode (:h mode())."""
        return self.api.get_mode()["mode"]

    @property
    def pid(self) -> int:
        """The process id of Neovim itself."""
        return self._started.process.pid

    def descendants(self) -> list[int]:
        """Return the pids of everything Neovim started: hosts, kernels, servers."""
        return [pid for pid in processes.marked_pids(self._started.test_id) if pid != self.pid]

    # -- time -----------------------------------------------------------------------------

    def pump(self, timeout_s: float) -> None:
        """Take what Neovim has sent; when nothing is there, wait for it up to ``timeout_s``."""
        if self._peer.pump(timeout_s):
            while self._peer.pump(0):
                pass

    def wait_for(
        self, condition: Callable[[], Any], timeout_s: float = 10, what: str = "the condition"
    ) -> Any:
        """Poll until ``condition()`` is true and return its value."""
        deadline_s = time.perf_counter() + timeout_s
        while not (value := condition()):
            if time.perf_counter() > deadline_s:
                seen = f"{self.picture()}\nmessages: {self._last_messages()}"
                raise ChildTimeoutError(f"{what} did not come in {timeout_s} s\n{seen}")
            self.pump(POLL_S)
        return value

    def wait_for_text(self, text: str, timeout_s: float = 10) -> int:
        """Wait until ``text`` is on the screen and return its row."""
        self.wait_for(lambda: self.is_visible(text), timeout_s, f"{text!r} on the screen")
        row = self.find_row(text)
        assert row is not None
        return row

    def settle(self, timeout_s: float = 20) -> None:
        """Wait until Neovim has processed all input and drawn the result.

        A request is answered only when no typed key is left, and the second one only after
        the redraw that followed the first. Returns, too, when Neovim waits for more keys:
        half a command, a prompt.
        """
        for _ in range(2):
            request_id = self._peer.send_request("nvim_eval", "1")
            if not self._wait_unless_blocked(request_id, timeout_s):
                return
            self._peer.take_answer(request_id)
        self.pump(0)

    def latency_ms(
        self, keys: str, is_painted: Callable[[Screen], bool], timeout_s: float = 30
    ) -> float:
        """Press keys; return the time until the bytes of the flush that paints them arrive."""
        deadline_s = time.perf_counter() + timeout_s
        start_s = time.perf_counter()
        self._peer.notify("nvim_input", keys)
        while not is_painted(self.screen):
            left_s = deadline_s - time.perf_counter()
            if left_s <= 0:
                raise ChildTimeoutError(f"{keys!r} not painted\n{self.picture()}")
            self._peer.pump(left_s)
        return (self._peer.arrived_s - start_s) * 1000

    # -- the end --------------------------------------------------------------------------

    def kill(self) -> None:
        """End Neovim alone as kill -9 does; ``close`` still looks for survivors."""
        processes.kill([self.pid])
        self._started.process.wait()

    def close(self, grace_s: float = EXIT_TIMEOUT_S) -> None:
        """Leave Neovim by ``:qall!``; fail if it or a process it started does not end."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(ChildExitedError, ChildError, ChildTimeoutError):
            self._peer.notify("nvim_input", "<C-\\><C-n>")
            self._peer.request("nvim_command", "qall!", timeout_s=grace_s)
        self._drain(grace_s)
        survivors = processes.wait_until_gone(self._started.test_id, grace_s)
        names = [f"{pid}: {processes.command_line(pid)}" for pid in survivors]
        processes.kill(survivors)
        self._started.process.wait()
        for pipe in (self._started.process.stdin, self._started.process.stdout):
            assert pipe is not None
            pipe.close()
        shutil.rmtree(self._started.runtime_dir, ignore_errors=True)
        assert not survivors, "still alive after :qall!:\n" + "\n".join(names)

    def _drain(self, timeout_s: float) -> None:
        """Read until Neovim closes the connection, so that no full pipe keeps it alive."""
        deadline_s = time.perf_counter() + timeout_s
        with contextlib.suppress(ChildExitedError):
            while (left_s := deadline_s - time.perf_counter()) > 0:
                self._peer.pump(left_s)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._started.process.wait(timeout_s)

    def _wait_unless_blocked(self, request_id: int, timeout_s: float) -> bool:
        deadline_s = time.perf_counter() + timeout_s
        while not self._peer.has_answer(request_id):
            if time.perf_counter() > deadline_s:
                raise ChildTimeoutError(f"Neovim is busy for {timeout_s} s\n{self.picture()}")
            if not self._peer.pump(BLOCKED_AFTER_S) and self.api.get_mode()["blocking"]:
                return False
        return True

    def _last_messages(self) -> str:
        with contextlib.suppress(ChildError, ChildTimeoutError, ChildExitedError):
            if not self.api.get_mode()["blocking"]:
                return self.messages()
        return "(Neovim is blocked)"

    def _on_notification(self, method: str, arguments: list[Any]) -> None:
        if method == "redraw":
            self.screen.redraw(arguments)
