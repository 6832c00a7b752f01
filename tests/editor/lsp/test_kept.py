"""What is asked of a server about each cell when something changes: what changed or is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.lsp.recording import add_recorder, start_recording, state
from tests.editor.lsp.servers import go_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

COUNT = 120
IN_VIEW = 15  # 40 rows, four rows each, and the cell that is left and come to
WAIT_S = 20
QUIET_POLLS = 40  # of some 10 ms
CELLS = [f"def compute_{n}(a):\n    return a" for n in range(COUNT)]
HINTS = "textDocument/inlayHint"
SYMBOLS = "textDocument/documentSymbol"
LISTED = """
local found = {}
local params = { textDocument = { uri = vim.uri_from_bufnr(0) } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/documentSymbol', params, 8000)
for _, answer in pairs(answers) do
  for _, symbol in ipairs(answer.result or {}) do
    table.insert(found, { symbol.range.start.line, symbol.name })
  end
end
return found
"""


@pytest.fixture
def child(start_child: StartChild, notebook: Write, monkeypatch: pytest.MonkeyPatch) -> Child:
    """Return a child with a recorder that has answered for all cells."""
    add_recorder(monkeypatch, "recorder", SHOWS="1")
    child = start_recording(start_child, notebook(*CELLS), CELLS, "recorder")
    child.lua("vim.lsp.inlay_hint.enable(true, { bufnr = 0 })")
    child.wait_for(lambda: asked(child, HINTS) == COUNT, WAIT_S, "hints of all cells")
    return child


def asked(child: Child, method: str) -> int:
    """Return how often the server was asked."""
    return state(child, "recorder")["asked"].get(method, 0)


def test_a_key_asks_about_the_changed_cell_and_those_in_view(child: Child) -> None:
    go_to(child, "def compute_1(")
    child.keys_and_settle("<CR>Ax")
    child.wait_for(lambda: asked(child, HINTS) > COUNT, WAIT_S, "hints")
    child.keys_and_settle("<Esc><Esc>")
    assert asked(child, HINTS) <= COUNT + 3 * IN_VIEW


def wait_for_quiet(child: Child) -> None:
    """Wait until Neovim asks for no more hints: it does so a few times after a key."""
    counts: list[int] = []

    def is_quiet() -> bool:
        counts.append(asked(child, HINTS))
        return counts[-QUIET_POLLS:] == [counts[-1]] * QUIET_POLLS

    child.wait_for(is_quiet, WAIT_S, "quiet")


def test_what_comes_to_view_is_asked_again_once(child: Child) -> None:
    last = f"{HINTS} cell-{COUNT - 1}"
    go_to(child, "def compute_1(")
    child.keys_and_settle("<CR>Ax<Esc><Esc>")
    wait_for_quiet(child)
    assert asked(child, f"{HINTS} cell-0") > 1
    assert asked(child, last) == 1
    child.keys_and_settle("G")
    child.wait_for(lambda: asked(child, last) == 2, WAIT_S, "hints of the last cell")
    child.keys_and_settle("ggG")
    wait_for_quiet(child)
    assert asked(child, last) == 2


def test_kept_answers_move_with_their_cells(child: Child) -> None:
    def symbols() -> list[tuple[int, str]]:
        return [(row, name) for row, name in child.lua(LISTED)]

    def expected() -> list[tuple[int, str]]:
        lines = child.lines()
        return [(row, line) for row, line in enumerate(lines) if line.startswith("def ")]

    assert symbols() == expected()
    assert asked(child, SYMBOLS) >= COUNT
    before = asked(child, SYMBOLS)
    go_to(child, "def compute_1(")
    child.keys_and_settle("<CR>ccdef other(a):<Esc>ox = 1<Esc><Esc>")
    assert symbols() == expected()
    assert "def other(a):" in [name for _, name in symbols()]
    child.keys_and_settle("dd")
    assert symbols() == expected()
    assert len(symbols()) == COUNT - 1
    child.keys_and_settle("u")
    assert symbols() == expected()
    assert asked(child, SYMBOLS) <= before + 4
