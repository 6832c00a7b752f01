"""Outputs made to harm: nothing of them reaches the terminal, and nothing hangs.

Neovim runs in a pseudo-terminal here: what it writes is what a terminal would read.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from fcntl import ioctl
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import write_notebook
from tests.harness.launch import INIT, KEPT_VARIABLES, VENV_BIN, nvim_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_S, STEP_S = 20, 15
# What a sequence would do its harm with.
EVIL = "PWNED"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
SVG = f'<!DOCTYPE svg [<!ENTITY l0 "{EVIL}">{LAUGHS}]><svg width="9" height="9">&l11;</svg>'

STREAMS = {
    "title": f"\x1b]0;{EVIL}\x07",
    "title without end": f"\x1b]2;{EVIL}\n",
    "clipboard": f"\x1b]52;c;{EVIL}\x1b\\",
    "link": f"\x1b]8;;http://{EVIL}\x1b\\here\x1b]8;;\x1b\\",
    "device control": f"\x1bP$q{EVIL}\x1b\\",
    "kitty image": f"\x1b_Gf=24;{EVIL}\x1b\\",
    "privacy": f"\x1b^{EVIL}\x1b\\ \x1bX{EVIL}\x1b\\",
    "modes": "\x1b[8;1;1t\x1b[?1049l\x1b[?1000h\x1b[5i\x1b[6n\x1bc\x1b(0\x1b#8\x1b[>4;2m",
    "c1": "\x9d0;c1\x9c\x9b31m\x90\x85",
    "nulls and bells": "a\x00b\x07c\x0e\x0f\x7f",
    "bidi": "\u202eabc\u2066d\u2069\u200f\u061c",
    "zero width": "a\u200b\u200c\u200d\u2060\ufeffb\U000e0041",
    "lines": "a\u2028b\u2029c\x0bd\x0ce\x85f",
    "surrogates": "a\ud800b\udfffc",
    "marks": "z" + "\u0301" * 100_000,
    "long line": "x" * 20_000_000 + "\n",
    "long sequence": "\x1b[" + "1;" * 500_000 + "m",
    "cursor": "\x1b[999999999A\x1b[999999999C\x1b[999999G!\r\x1b[2K",
}
BUNDLES: dict[str, dict[str, Any]] = {
    "laughs": {"image/svg+xml": SVG},
    "xml": {"application/xml": SVG},
    "script": {"text/html": f"<script>{EVIL}</script><p>a</p><title>{EVIL}</title>"},
    "handlers": {"text/html": f'<img src=x onerror="{EVIL}()"><a href="javascript:{EVIL}">b</a>'},
    "html entities": {"text/html": f"&#27;]0;{EVIL}&#7;c&#x9b;31m&#x202e;&#0;"},
    "table": {"text/html": f"<table><tr><td>&#27;]0;{EVIL}&#7;d</td></tr></table>"},
    "nested": {"text/html": "<table><tr><td>" * 20_000},
    "markdown": {"text/markdown": f"# \x1b]0;{EVIL}\x07e\n`\x1b]0;{EVIL}\x07`\n|a|\n|-|\n|\u202e|"},
    "latex": {"text/latex": r"$\input{/etc/passwd}\x^{\x07}" + "{" * 5000 + "$"},
    "json": {"application/json": {f"\x1b]0;{EVIL}\x07k": [f"\x1b]0;{EVIL}\x07", "\u202e"]}},
    "chart": {"application/vnd.plotly.v1+json": {"layout": {"title": f"\x1b]0;{EVIL}\x07t"}}},
    "type": {f"a/\x1b]0;{EVIL}\x07b": "eA=="},
    "widget": {"application/vnd.jupyter.widget-view+json": {"model_id": "w"}},
}
ERROR = {
    "output_type": "error",
    "ename": f"\x1b]0;{EVIL}\x07E",
    "evalue": f"\x1b]0;{EVIL}\x07\u202e",
    "traceback": [f"Cell In[1], line 1\n\x1b]0;{EVIL}\x07", f'File "/x\x1b]0;{EVIL}\x07:1, in f'],
}


def outputs() -> list[tuple[str, dict[str, Any]]]:
    streams = [
        (name, {"output_type": "stream", "name": "stdout", "text": text})
        for name, text in STREAMS.items()
    ]
    bundles = [
        (name, {"output_type": "display_data", "data": data, "metadata": {}})
        for name, data in BUNDLES.items()
    ]
    unknown = {"output_type": f"\x1b]0;{EVIL}\x07"}
    return [*streams, *bundles, ("error", ERROR), ("unknown", unknown)]


class Terminal:
    """Neovim in a pseudo-terminal, and all bytes it has written."""

    def __init__(self, home: Path, file: Path) -> None:
        self.written = b""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        folders = {
            f"XDG_{name}_HOME": str(home / name.lower())
            for name in ("CONFIG", "DATA", "STATE", "CACHE")
        }
        environment = {**kept, **folders, "HOME": str(home), "TERM": "xterm-256color"}
        environment |= {"LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}
        environment["IPYNB_TEST_PYTHON"] = str(VENV_BIN / "python")
        program = nvim_program()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # pragma: no cover (another program from here on)
            os.execve(
                program, [program, "-n", "-i", "NONE", "-u", str(INIT), str(file)], environment
            )
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def wait_for(self, pattern: str, timeout_s: float) -> None:
        """Read until something new matches."""
        start, deadline = len(self.written), time.monotonic() + timeout_s
        while not re.search(pattern.encode(), self.written[start:]):
            assert time.monotonic() < deadline, (pattern, self.written[-2000:])
            if select.select([self.fd], [], [], 0.05)[0]:
                self.written += os.read(self.fd, 65536)

    def close(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": f"cell_{number}", "outputs": [output]}
        for number, (_, output) in enumerate(outputs())
    ]
    state = {"model_name": "HTMLModel", "state": {"value": f"&#27;]0;{EVIL}&#7;w"}}
    bundle = {"application/vnd.jupyter.widget-state+json": {"state": {"w": state}}}
    path = write_notebook(tmp_path / "hostile.ipynb", [])
    notebook = json.loads(path.read_text())
    for index, cell in enumerate(cells):
        cell.update(id=f"cell-{index}", metadata={}, execution_count=1)
    notebook.update(cells=cells, metadata={"widgets": bundle})
    path.write_text(json.dumps(notebook))  # escapes, as lone surrogates are no UTF-8
    terminal = Terminal(tmp_path / "home", path)
    yield terminal
    terminal.close()


def test_no_hostile_output_reaches_the_terminal_or_holds_it_up(terminal: Terminal) -> None:
    terminal.wait_for("cell_0", START_S)
    for number, (name, _) in enumerate(outputs()):
        started = time.monotonic()
        terminal.press(f"gg/cell_{number}$\r")
        terminal.press("go")
        # A number that only Neovim can know, so that it must have read all keys before.
        terminal.press(f":echo 'done' .. ({number} + 1000)\r")
        terminal.wait_for(f"done{number + 1000}", STEP_S)
        terminal.press("Gq:silent! only!\r")
        assert time.monotonic() - started < STEP_S, name
    terminal.press(":echo 'all' .. 'seen'\r")
    terminal.wait_for("allseen", STEP_S)
    written = terminal.written
    # As text, where it was quoted, it does no harm; in a sequence it would.
    assert not re.search(rb"\x1b[\]PX^_][^\x1b\x07]{0,300}" + EVIL.encode(), written)
    assert b"root:" not in written
    text = written.decode("utf-8", "replace")
    assert not re.search("[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]", text)
    assert "\x00" not in text
    assert not re.search("\x1b\\[(?:8;1;1t|5i|6n)|\x1bc|\x1b#8|\x1b\\(0", text)
