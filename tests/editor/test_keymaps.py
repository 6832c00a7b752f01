"""Keys as options: other keys, no key, <Plug> maps, `on_attach`; mistakes in them are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.running import cells
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

MAPS = """
local maps = {}
for _, mode in ipairs({ 'n', 'x', 'o', 'i' }) do
  for _, map in ipairs(vim.api.nvim_buf_get_keymap(0, mode)) do
    if not (map.desc or ''):match('^vim%.lsp') then -- Neovim's own, where a client attaches
      table.insert(maps, map.lhs)
    end
  end
end
return maps
"""


@pytest.fixture
def start(start_child: Callable[..., Child], tmp_path: Path) -> Callable[[str], Child]:
    """Return a function that opens three cells in a Neovim set up by Lua."""

    def start_(setup: str) -> Child:
        child = start_child(init=setup)
        specs = ["a", "b", "c"]
        open_in(child, write_notebook(tmp_path / "test.ipynb", specs), specs)
        child.keys_and_settle("gg")
        return child

    return start_


def count(child: Child) -> int:
    return len(cells(child))


def test_a_key_can_be_another_one_or_several(start: Callable[[str], Child]) -> None:
    child = start("require('ipynb').setup({ keymaps = { cut_cell = { 'X', '<F5>' } } })")
    child.keys_and_settle("X")
    assert count(child) == 2
    child.keys_and_settle("<F5>")
    assert count(child) == 1


def test_every_key_can_be_switched_off(start: Callable[[str], Child]) -> None:
    setup = """
    local keys = {}
    for _, option in ipairs(require('ipynb.config').options) do
      local name = option.name:match('^keymaps%.(.+)')
      if name then
        keys[name] = false
      end
    end
    require('ipynb').setup({ keymaps = keys, folds = false })
    """
    child = start(setup)
    assert [lhs for lhs in child.lua(MAPS) if not lhs.startswith("<Plug>(Notebook")] == []
    child.lua("vim.keymap.set('n', 'Q', '<Plug>(NotebookCutCell)')")
    child.keys_and_settle("2Q")
    assert count(child) == 1


def test_a_user_s_own_map_to_a_plug_is_repeated_by_dot(start: Callable[[str], Child]) -> None:
    child = start("vim.keymap.set('n', 'Q', '<Plug>(NotebookInsertCellBelow)')")
    child.keys_and_settle("Q2.")
    assert count(child) == 6


def test_on_attach_is_told_of_notebook_and_edit_buffer(start: Callable[[str], Child]) -> None:
    setup = """
    _G.seen = {}
    require('ipynb').setup({ on_attach = function(buf, where)
      table.insert(_G.seen, { where, vim.bo[buf].filetype })
      vim.keymap.set('n', 'dd', 'ggj', { buffer = buf })
    end })
    """
    child = start(setup)
    child.keys_and_settle("dd")
    assert count(child) == 3
    child.keys_and_settle("<CR>")
    assert [where for where, _ in child.lua("return _G.seen")] == ["facade", "edit"]


def test_an_error_in_on_attach_is_said_and_the_notebook_opens(
    start: Callable[[str], Child],
) -> None:
    child = start("require('ipynb').setup({ on_attach = function() error('mine') end })")
    assert count(child) == 3
    assert "on_attach" in child.messages()
    assert "mine" in child.messages()
    child.keys_and_settle("iX<Esc>")
    assert child.is_visible("Xa")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("{ keymaps = { cut_cel = 'X' } }", "unknown option `keymaps.cut_cel`"),
        ("{ keymaps = { cut_cell = 5 } }", "`keymaps.cut_cell` must be"),
        ("{ keymaps = { cut_cell = { 'X', 5 } } }", "`keymaps.cut_cell` must be"),
        ("{ on_attach = 'f' }", "`on_attach` must be function"),
        ("{ output = 5 }", "`output` must be table"),
    ],
)
def test_a_mistake_is_named_with_its_path(
    start: Callable[[str], Child], options: str, problem: str
) -> None:
    child = start(f"require('ipynb').setup({options})")
    assert problem in child.messages()
    child.keys_and_settle("dd")
    assert count(child) == 2
