"""Many cells at once: what is in view is there at once, and all is there soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import open_in
from tests.editor.test_looks import code, stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

COUNT = 600
MARKER = "ipynb_nvim"
UNDRAWN = """local nb = require('ipynb.notebook').get(0)
  local ns = vim.api.nvim_create_namespace('ipynb.cells')
  return nb.layout:count() * 3 - #vim.iter(vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {details =
    true})):filter(function(mark) return mark[4].priority == 200 or mark[4].priority == 10 end)
    :totable()"""
OUTPUTS = "return #vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('ipynb.outputs'),"


def start(
    start_child: Callable[..., Child], notebook: Callable[..., Path], width: int = 80
) -> Child:
    child = start_child(width=width)
    cells = [code(f"value = {n}", stream(f"out {n}\n"), count=n) for n in range(COUNT)]
    for n, cell in enumerate(cells):
        cell["id"] = f"cell-{n}"
    open_in(child, notebook(*cells), cells)
    child.wait_for(lambda: child.lua(UNDRAWN) == 0)
    return child


def outputs(child: Child) -> int:
    return child.lua(f"{OUTPUTS} 0, -1, {{}})")


def test_one_undo_of_many_cells_shows_those_in_view_at_once(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start(start_child, notebook)
    child.keys_and_settle(f"{COUNT - 1}dd")
    child.wait_for(lambda: child.lua("return #require('ipynb').cells()") == 1)
    first = child.screen.flush_count
    child.keys("u")
    child.wait_for(lambda: child.is_visible("out 1"))
    assert child.screen.flush_count - first <= 3
    assert not child.is_visible(MARKER)
    child.wait_for(lambda: child.lua(UNDRAWN) == 0)
    child.wait_for(
        lambda: outputs(child) == COUNT, what="all outputs, which the host sends in turns"
    )
    child.keys_and_settle("G")
    assert child.is_visible(f"out {COUNT - 1}")
    assert not child.is_visible(MARKER)


def test_a_key_waits_for_a_few_cells_only(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start(start_child, notebook)
    drawn = child.lua(
        """local cells, nb = require('ipynb.render.cell'), require('ipynb.notebook').get(0)
        cells.erase(nb, nb.layout:ids())
        cells.draw(nb, nb.layout:ids())
        local ns = vim.api.nvim_create_namespace('ipynb.outputs')
        return #vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {})"""
    )
    assert 0 < drawn <= 24
    child.wait_for(lambda: child.lua(UNDRAWN) == 0)


def test_cells_deleted_while_they_wait_to_be_drawn_stay_away(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start(start_child, notebook)
    child.keys(f"{COUNT - 1}ddu{COUNT - 1}ddu{COUNT - 1}dd")
    child.wait_for(lambda: child.lua("return #require('ipynb').cells()") == 1)
    child.wait_for(
        lambda: child.lua("return require('ipynb.notebook').get(0).waiting_cells == nil")
    )
    assert child.lua(UNDRAWN) == 0
    child.wait_for(lambda: outputs(child) == 1)


def test_a_wider_screen_makes_all_borders_longer(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start(start_child, notebook)
    child.resize(290, 30)
    child.wait_for(lambda: child.row_text(0).endswith("─") and len(child.row_text(0)) == 290)
    child.wait_for(
        lambda: child.lua("return require('ipynb.notebook').get(0).waiting_cells == nil")
    )
    child.keys_and_settle("G")
    tops = [row for row in child.rows() if "python" in row]
    assert all(len(row) == 290 for row in tops)
