"""The real conform.nvim formats notebooks: by language servers, and by its own formatters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.conftest import open_in
from tests.editor.lsp.servers import go_to, init_of
from tests.editor.real_plugins import needs_plugins, on_path
from tests.harness.launch import VENV_BIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.harness import Child

    Start = Callable[..., Child]

pytestmark = needs_plugins("neovim-conform")

ANSWER_S = 20
CELLS = ["a =  1", "%matplotlib inline\nb =  2", ("markdown", "c =  3  ")]
FORMATTED = ["a = 1", "%matplotlib inline", "b = 2", "c =  3  "]
UNTOUCHED = ["a =  1", "%matplotlib inline", "b =  2", "c =  3  "]
FACADE = "require('ipynb.notebook').get(0).buf"
FORMATTER = "return #vim.lsp.get_clients({ bufnr = 0, method = 'textDocument/formatting' }) > 0"
ONE_CLIENT = "return #vim.lsp.get_clients({ bufnr = 0, name = 'ruff' }) == 1"
BY_SERVERS = "require('conform').setup({ default_format_opts = { lsp_format = 'fallback' } })"
BY_RUFF = f"""
require('conform').setup({{
  formatters = {{ ruff_format = {{ command = '{VENV_BIN / "ruff"}' }} }},
  formatters_by_ft = {{
    ipynb = {{ 'notebook' }},
    python = function(buf)
      return {{ vim.b[buf].ipynb_cell_id and 'notebook' or 'ruff_format' }}
    end,
  }},
}})
"""
# Nothing for Python: what is said for all other files does not count.
BY_NAME_ONLY = """
require('conform').setup({
  default_format_opts = { lsp_format = 'fallback' },
  formatters_by_ft = { ipynb = { 'notebook' } },
})
"""
FORMAT = (
    "_G.said = nil require('conform').format({ timeout_ms = 9000, async = ... }, "
    "function(problem) _G.said = problem or 'done' end)"
)


@pytest.fixture
def start(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Start:
    """Return a function that opens cells in a Neovim with conform.nvim, set up as it is told."""

    def start_(
        setup: str, *cells: object, servers: Sequence[str] = (), is_facade: bool = True
    ) -> Child:
        path = notebook(*cells)
        init = init_of(servers) + on_path("neovim-conform") + setup
        child = start_child(width=100, height=30, init=init, cwd=path.parent)
        open_in(child, path, cells)
        if servers:
            child.wait_for(lambda: child.lua(FORMATTER), ANSWER_S, "a server that formats")
        if not is_facade:
            go_to(child, "b =  2")
            child.keys_and_settle("<CR>")
            if servers:
                child.wait_for(lambda: child.lua(ONE_CLIENT), ANSWER_S, "one client")
        return child

    return start_


def text(child: Child) -> list[str]:
    """Return the notebook's lines without the borders of cells."""
    lines = child.lua(f"return vim.api.nvim_buf_get_lines({FACADE}, 0, -1, true)")
    return [line for line in lines if not line.startswith("# <<")]


def wait_for(child: Child, lines: list[str]) -> None:
    child.wait_for(lambda: text(child) == lines, ANSWER_S, repr(lines))


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("setup", [BY_SERVERS, BY_RUFF], ids=["servers", "formatters"])
def test_a_notebook_is_formatted_from_the_facade(start: Start, setup: str, is_async: bool) -> None:
    child = start(setup, *CELLS, servers=["ruff"] if setup is BY_SERVERS else [])
    child.lua(FORMAT, is_async)
    wait_for(child, FORMATTED)
    child.keys_and_settle("u")
    assert text(child) == UNTOUCHED
    assert not child.messages().strip("\n"), child.messages()


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("setup", [BY_SERVERS, BY_RUFF], ids=["servers", "formatters"])
def test_a_cell_is_formatted_in_the_float(start: Start, setup: str, is_async: bool) -> None:
    child = start(setup, *CELLS, servers=["ruff"] if setup is BY_SERVERS else [], is_facade=False)
    child.lua(FORMAT, is_async)
    child.wait_for(lambda: child.lua("return _G.said") == "done", ANSWER_S, "the end")
    child.settle()
    assert child.lines() == ["%matplotlib inline", "b = 2"]
    wait_for(child, [UNTOUCHED[0], *FORMATTED[1:]])
    child.keys_and_settle("u")
    wait_for(child, UNTOUCHED)


@pytest.mark.parametrize("where", ["facade", "float"])
@pytest.mark.parametrize("setup", [BY_SERVERS, BY_RUFF], ids=["servers", "formatters"])
def test_a_notebook_is_formatted_when_it_is_written(
    start: Start, tmp_path: Path, setup: str, where: str
) -> None:
    on_save = (
        "require('conform').setup({ format_on_save = { timeout_ms = 9000, "
        "lsp_format = 'fallback' } })"
    )
    child = start(
        setup + on_save,
        *CELLS,
        servers=["ruff"] if setup is BY_SERVERS else [],
        is_facade=where == "facade",
    )
    child.keys_and_settle(":write<CR>")
    wait_for(child, FORMATTED)
    child.wait_for(lambda: not child.lua(f"return vim.bo[{FACADE}].modified"), what="it is saved")
    saved = "\n".join(cell.source for cell in nbformat.read(tmp_path / "test.ipynb", 4).cells)
    assert saved.splitlines() == FORMATTED


def test_servers_format_where_it_has_nothing_for_the_language(start: Start) -> None:
    child = start(BY_NAME_ONLY, *CELLS, servers=["ruff"])
    child.lua(FORMAT, False)
    wait_for(child, FORMATTED)


def test_the_commands_format_by_it_where_it_has_something_for_the_language(start: Start) -> None:
    child = start(BY_RUFF, *CELLS)
    child.keys_and_settle("gg:NotebookFormatCell<CR>")
    wait_for(child, [FORMATTED[0], *UNTOUCHED[1:]])
    child.keys_and_settle(":NotebookFormatAll<CR>")
    wait_for(child, FORMATTED)
    child.keys_and_settle("u")
    wait_for(child, [FORMATTED[0], *UNTOUCHED[1:]])
    child.keys_and_settle("u")
    wait_for(child, UNTOUCHED)


def test_the_cells_of_a_range_are_formatted(start: Start) -> None:
    child = start(BY_RUFF, *CELLS, "d =  4")
    first = child.lines().index("b =  2")
    child.lua(
        "local row = ... require('conform').format({ timeout_ms = 9000, "
        "range = { start = { row, 0 }, ['end'] = { row, 1 } } })",
        first + 1,
    )
    wait_for(child, [UNTOUCHED[0], *FORMATTED[1:], "d =  4"])


def test_a_cell_that_cannot_be_formatted_stays_and_the_others_are(start: Start) -> None:
    child = start(BY_RUFF, "a =  1", "def broken(:", "b =  2")
    child.keys_and_settle(":NotebookFormatAll<CR>")
    wait_for(child, ["a = 1", "def broken(:", "b = 2"])
    (said,) = [line for line in child.messages().splitlines() if "conform" in line]
    assert "ruff" in said
    names = child.lua(
        "return vim.tbl_filter(function(name) return name:find('format') end, "
        "vim.tbl_map(vim.api.nvim_buf_get_name, vim.api.nvim_list_bufs()))"
    )
    assert names == []
