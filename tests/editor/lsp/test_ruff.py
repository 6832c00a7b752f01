"""ruff by notebook documents: diagnostics, fixes, imports, formats of cells, in facade and float.

The type checker beside it has the shadow: the normal case of both ways at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.lsp.servers import diagnostics, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 20
CELLS = ["%matplotlib inline\nimport sys\nimport os\n", "x =  os.sep ;", "import json\nx==1"]
WAYS = """
local ways = {}
for _, server in pairs(require('ipynb.notebook').get(0).servers) do
  ways[server.name] = server.texts.is_notebook and 'notebook' or 'shadow'
end
return ways
"""


def unused(child: Child) -> list[int]:
    """Return the rows where ruff says that an import is not used."""
    found = diagnostics(child)
    return sorted(one["lnum"] for one in found if one["source"] == "Ruff" and one["code"] == "F401")


@pytest.fixture
def child(start_child: StartChild, notebook: Write) -> Child:
    """Return a child with ruff and ty on a notebook."""
    child = start_with(start_child, notebook(*CELLS), CELLS, "ruff", "ty")
    child.wait_for(
        lambda: child.lua(WAYS) == {"ruff": "notebook", "ty": "shadow"}, ANSWER_S, "both ways"
    )
    child.wait_for(lambda: unused(child) == [2, 10], ANSWER_S, "ruff's diagnostics")
    return child


def action(child: Child, kind: str) -> None:
    """Run the one code action of a kind."""
    child.lua("vim.lsp.buf.code_action({ context = { only = { ... } }, apply = true })", kind)


def test_diagnostics_are_each_there_once_and_follow_cells(child: Child) -> None:
    go_to(child, "import json")
    child.keys_and_settle("dd")
    child.wait_for(lambda: unused(child) == [2], ANSWER_S, "the deleted cell's to go")
    child.keys_and_settle("u")
    child.wait_for(lambda: unused(child) == [2, 10], ANSWER_S, "the cell's to come back")
    go_to(child, "import json")
    child.keys_and_settle("\\km")
    child.wait_for(lambda: unused(child) == [2], ANSWER_S, "none in markdown")


def test_imports_are_sorted_in_their_cell_below_its_magic_in_one_undo_step(child: Child) -> None:
    before = child.lines()
    go_to(child, "import sys")
    action(child, "source.organizeImports")
    child.wait_for(
        lambda: child.lines()[1:4] == ["%matplotlib inline", "import os", "import sys"],
        ANSWER_S,
        "sorted imports",
    )
    assert [line for line in child.lines() if "ipynb_nvim" in line] == [
        line for line in before if "ipynb_nvim" in line
    ]
    child.keys_and_settle("u")
    assert child.lines() == before


OFFERED = """
local old, kinds = vim.ui.select, nil
vim.ui.select = function(items, _, on_choice)
  kinds = vim.tbl_map(function(item)
    return item.action.kind
  end, items)
  on_choice(nil)
end
vim.lsp.buf.code_action({ context = { only = ... } })
vim.wait(8000, function()
  return kinds ~= nil
end)
vim.ui.select = old
return kinds
"""


def test_what_is_done_to_all_cells_is_offered_once_and_from_anywhere(child: Child) -> None:
    whole = ["source.fixAll.ruff", "source.organizeImports.ruff"]
    go_to(child, "x =  os.sep")
    assert child.lua(OFFERED) == whole
    child.keys_and_settle("ggVG")
    assert child.lua(OFFERED, ["source"]) == whole
    offered = child.lua(OFFERED)
    assert [kind for kind in offered if kind != "quickfix"] == whole
    assert len(offered) > len(whole)
    child.keys_and_settle("<Esc>")
    go_to(child, "<<ipynb_nvim:code>>")  # a border
    action(child, "source.organizeImports")
    child.wait_for(lambda: child.lines()[2] == "import os", ANSWER_S, "the imports")


@pytest.mark.parametrize("where", ["facade", "float"])
def test_a_fix_is_one_undo_step(child: Child, where: str) -> None:
    before = child.lines()
    go_to(child, "import json")
    if where == "float":
        child.keys_and_settle("<CR>")
    child.lua(
        "vim.lsp.buf.code_action({ apply = true, filter = function(one) "
        "return one.title:find('Remove unused import') end })"
    )
    facade = "return vim.api.nvim_buf_get_lines(require('ipynb.notebook').get(0).buf, 0, -1, true)"
    child.wait_for(lambda: "import json" not in child.lua(facade), ANSWER_S, "the import to go")
    assert "x==1" in child.lua(facade)
    child.keys_and_settle("u")
    child.wait_for(lambda: child.lua(facade) == before, ANSWER_S, "all as before")


@pytest.mark.parametrize("where", ["facade", "float"])
def test_a_format_keeps_what_a_cell_means(child: Child, where: str) -> None:
    go_to(child, "x =  os.sep ;")
    if where == "float":
        child.keys_and_settle("<CR>")
    # A client that the user's configuration put on the edit buffer leaves a moment later.
    clients = "return #vim.lsp.get_clients({ bufnr = 0, name = 'ruff' })"
    child.wait_for(lambda: child.lua(clients) == 1, ANSWER_S, "one client")
    child.lua("vim.lsp.buf.format({ name = 'ruff', timeout_ms = 10000 })")
    facade = "return vim.api.nvim_buf_get_lines(require('ipynb.notebook').get(0).buf, 0, -1, true)"
    # A file's formatter would take the semicolon, which keeps the value from being shown.
    child.wait_for(lambda: "x = os.sep;" in child.lua(facade), ANSWER_S, "the format")
    assert ("x == 1" in child.lua(facade)) == (where == "facade")
    assert "%matplotlib inline" in child.lua(facade)


def test_the_info_says_who_serves_the_notebook_by_which_way(child: Child) -> None:
    child.keys_and_settle(":NotebookInfo<CR>")
    child.wait_for_text("ruff (notebook), ty (shadow)")
    child.keys_and_settle("<CR>")
