"""What Neovim opens at the cursor of the edit float has the room of the notebook's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.lsp.seat import CLOSE_FLOATS
from tests.editor.lsp.servers import diagnostics, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

ANSWER_S = 20
DOC = "\n".join(f"    line {number} of what it says" for number in range(1, 9))
TOLD = f'def told() -> None:\n    """\n{DOC}\n    """\n'
CELLS = [
    "from tellers import told",
    "told(1)",
    *(f"filler_{number} = 1\nfiller_{number}" for number in range(6)),
    "told(2)",
]
HOVER = """
if vim.fn.has('nvim-0.11') == 0 then
  vim.lsp.handlers['textDocument/hover'] =
    vim.lsp.with(vim.lsp.handlers.hover, { border = ... })
end
vim.lsp.buf.hover({ border = ... })
"""


@pytest.fixture
def child(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> Child:
    """Return a child with a type checker on cells of one line, at the top and at the end."""
    (tmp_path / "tellers.py").write_text(TOLD, encoding="utf-8")
    child = start_with(start_child, notebook(*CELLS), CELLS, "basedpyright")
    child.wait_for(lambda: len(diagnostics(child)) >= 2, ANSWER_S, "diagnostics")
    return child


def edit(child: Child, cell: str) -> None:
    """Open the float on a cell of one line, the cursor on its name."""
    go_to(child, cell)
    child.keys_and_settle("<CR>")
    one = "return #vim.lsp.get_clients({ bufnr = 0, name = 'basedpyright' }) == 1"
    child.wait_for(lambda: child.lua(one), ANSWER_S, "one client")


@pytest.mark.parametrize("border", ["none", "rounded"])
@pytest.mark.parametrize("cell", ["told(1)", "told(2)"])
def test_hover_and_diagnostics_are_shown_whole_in_a_cell_of_one_line(
    child: Child, cell: str, border: str
) -> None:
    edit(child, cell)
    child.lua(HOVER, border)
    child.wait_for_text("line 8 of what it says", ANSWER_S)
    assert child.is_visible("line 1 of what it says")
    assert child.is_visible(cell)  # it does not lie over the line
    assert child.lua("return vim.api.nvim_win_get_height(0)") == 1
    assert not child.messages()
    child.lua(CLOSE_FLOATS)
    child.lua("vim.diagnostic.open_float({ border = ..., scope = 'line' })", border)
    child.wait_for_text("Expected 0 positional arguments", ANSWER_S)
    assert child.is_visible(cell)
    assert child.lua("return vim.api.nvim_win_get_height(0)") == 1
    assert not child.messages()


def test_k_in_the_notebook_asks_the_servers_where_no_kernel_runs(child: Child) -> None:
    go_to(child, "told(1)")
    child.keys_and_settle("K")
    child.wait_for_text("line 8 of what it says", ANSWER_S)
    assert not child.messages()
