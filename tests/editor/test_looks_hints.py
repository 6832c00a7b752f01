"""The keys that the active cell names on its lower border."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.test_looks import code, stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

CELLS = (("markdown", "# Title"), "import os", ("raw", "kept"), "last = 1")
IN_CODE = "i edit · C-⏎ run · \\kb new · dd cut"


def hints(child: Child) -> str:
    """Return the hints on the screen, '' where there are none."""
    for row in child.rows():
        found = re.search(r"▔ (.* \w+) ▔▔$", row)
        if found:
            return found[1]
    return ""


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    def show_(*cells: Any, **options: Any) -> Child:
        child = start_child(**{"width": 90, **options})
        open_in(child, notebook(*cells), cells)
        return child

    return show_


def test_hints_fit_the_cell_and_what_is_done_with_it(show: Callable[..., Child]) -> None:
    child = show(*CELLS, code("print()", stream("x\n"), count=1))
    assert hints(child) == "i edit · \\kb new · \\ky to code · dd cut"
    child.keys_and_settle("]]")
    assert hints(child) == IN_CODE
    child.keys_and_settle("i")
    assert hints(child) == "esc done · C-⏎ run · C-j next · C-s save"
    child.keys_and_settle("<Esc><Esc>")
    assert hints(child) == IN_CODE
    child.keys_and_settle("]]A")
    assert hints(child) == "esc done · C-j next · C-s save"
    child.keys_and_settle("<Esc><Esc>G")
    assert hints(child) == "i edit · C-⏎ run · go output · \\kb new · dd cut"


def test_a_running_cell_names_the_key_that_stops_it(show: Callable[..., Child]) -> None:
    child = show("while True: pass")
    child.keys_and_settle(":NotebookExecuteCell<CR>")
    child.wait_for(lambda: "C-c stop" in hints(child))
    child.keys_and_settle("<C-c>")
    child.wait_for(lambda: "C-⏎ run" in hints(child), timeout_s=30)


@pytest.mark.parametrize(
    ("width", "expected"),
    [(48, IN_CODE), (38, "i edit · C-⏎ run · \\kb new"), (30, "i edit · C-⏎ run"), (20, "i edit")],
)
def test_hints_that_have_no_room_are_left_out_from_the_end(
    show: Callable[..., Child], width: int, expected: str
) -> None:
    child = show("x = 1", width=90)
    child.resize(width, 24)
    child.wait_for(lambda: hints(child) == expected, what=expected)
    child.resize(14, 24)
    child.wait_for(lambda: not hints(child))
    child.resize(90, 24)
    child.wait_for(lambda: hints(child) == IN_CODE)


def test_hints_can_be_switched_off(show: Callable[..., Child]) -> None:
    child = show(*CELLS, init="require('ipynb').setup({ hints = false })")
    for keys in ("", "]]", "i", "<Esc><Esc>"):
        child.keys_and_settle(keys)
        assert not hints(child)
        assert not child.is_visible("i edit")
        assert not child.is_visible("esc done")


def test_hints_name_the_users_own_keys_and_none_that_are_off(show: Callable[..., Child]) -> None:
    own = "{ execute_cell = '<leader>r', cut_cell = false, insert_cell_below = '<Tab>' }"
    child = show(
        "x = 1", init=f"vim.g.mapleader = ' '; require('ipynb').setup({{ keymaps = {own} }})"
    )
    assert hints(child) == "i edit · ␣r run · ⇥ new"


@pytest.mark.parametrize(
    ("term", "expected"), [("xterm-kitty", "<C-CR>"), ("xterm-256color", "<leader>kx")]
)
def test_a_key_that_the_terminal_cannot_send_is_not_named(
    show: Callable[..., Child], term: str, expected: str
) -> None:
    child = show("x = 1")
    code_ = """vim.env.TERM, vim.env.TERM_PROGRAM = ..., nil
      local list_uis = vim.api.nvim_list_uis
      vim.api.nvim_list_uis = function() return { { stdout_tty = true } } end
      local key = require('ipynb.render.keyboard').choose({ '<C-CR>', '<leader>kx' })
      vim.api.nvim_list_uis = list_uis
      return key"""
    assert child.lua(code_, term) == expected
