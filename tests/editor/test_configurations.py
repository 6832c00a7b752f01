"""What people's configurations do to every buffer, and a notebook beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.highlighting import (
    WITH_LANGUAGES,
    is_keyword,
    metadata,
    needs_languages,
    show_in,
    wait_for_parser,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

WHOLE_TREE = "vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()]"
STARTS = {
    "all filetypes": "pcall(vim.treesitter.start)",
    "with the language": "pcall(vim.treesitter.start, event.buf, 'ipynb')",
    "of the filetype": (
        "pcall(vim.treesitter.start, event.buf, vim.treesitter.language.get_lang(event.match))"
    ),
    "later": "vim.defer_fn(function() pcall(vim.treesitter.start, event.buf) end, 200)",
    "as markdown": "pcall(vim.treesitter.start, event.buf, 'markdown')",
}
FOLDEXPR = (
    "vim.o.foldmethod, vim.o.foldlevel = 'expr', 99\n"
    "vim.o.foldexpr = 'v:lua.vim.treesitter.foldexpr()'\n"
)
FOLDEXPR_BY_FILETYPE = (
    "vim.api.nvim_create_autocmd('FileType', { callback = function()\n"
    "  vim.wo[0][0].foldexpr = 'v:lua.vim.treesitter.foldexpr()'\n"
    "  vim.wo[0][0].foldmethod = 'expr'\n"
    "end })\n"
)
# Enough that the rest of the file comes after the first screen.
LONG = ["import os\nfor a in b: pass"] * 400


@needs_languages
@pytest.mark.parametrize("start", STARTS)
def test_tree_sitter_started_for_all_buffers_does_not_stay_on_a_notebook(
    start_child: Callable[..., Child], notebook: Callable[..., Path], start: str
) -> None:
    """One tree over a notebook of 1,000 cells would cost up to 30 ms a key."""
    called = f"function(event) vim.g.called = true; {STARTS[start]} end"
    autocommand = f"vim.api.nvim_create_autocmd('FileType', {{ callback = {called} }})"
    child = start_child(init=WITH_LANGUAGES + autocommand)
    show_in(child, notebook, "first", name="a")
    wait_for_parser(child)  # from here on `start` finds it
    show_in(child, notebook, "import os", ("markdown", "# Title"), name="b")
    assert child.lua("return vim.g.called")
    child.lua("vim.defer_fn(function() vim.g.is_later = true end, 300)")
    child.wait_for(lambda: child.lua("return vim.g.is_later"))
    child.settle()
    child.wait_for(lambda: not child.lua(f"return {WHOLE_TREE} ~= nil"), what="no whole tree")
    assert child.lua("return vim.bo.syntax") == ""
    assert is_keyword(child, "import")


@needs_languages
def test_tree_sitter_stays_where_the_option_leaves_colours_to_the_user(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=WITH_LANGUAGES + "require('ipynb').setup({ treesitter = false })")
    show_in(child, notebook, "import os")
    child.lua("vim.treesitter.start(0, 'markdown')")
    child.keys_and_settle("jk")
    assert child.lua(f"return {WHOLE_TREE} ~= nil")


@needs_languages
def test_a_large_notebook_is_not_coloured_twice(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=WITH_LANGUAGES)
    open_in(child, notebook(*LONG, metadata=metadata("python")), LONG)
    wait_for_parser(child)
    child.wait_for(lambda: child.lua("return vim.bo.syntax") == "", what="no syntax rules")
    assert is_keyword(child, "import")


@pytest.mark.parametrize("init", [FOLDEXPR, FOLDEXPR_BY_FILETYPE])
def test_cells_fold_where_all_files_fold_by_tree_sitter(
    start_child: Callable[..., Child], notebook: Callable[..., Path], init: str
) -> None:
    child = start_child(init=WITH_LANGUAGES + init)
    show_in(child, notebook, "def f():\n    pass", "second")
    child.keys_and_settle("gg")
    assert child.command("set foldmethod?").split() == ["foldmethod=manual"]
    child.keys_and_settle("zM")
    assert not child.is_visible("pass")
    assert child.is_visible("▸")
    child.keys_and_settle(":botright new<CR>:buffer a.ipynb<CR>")
    assert child.command("set foldmethod?").split() == ["foldmethod=manual"]
    child.keys_and_settle(":edit a.lua<CR>")
    assert child.command("set foldmethod?").split() == ["foldmethod=expr"]


def test_other_ways_to_fold_stay_as_they_are(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init="vim.o.foldmethod = 'indent'")
    show_in(child, notebook, "x")
    assert child.command("set foldmethod?").split() == ["foldmethod=indent"]
    child = start_child(init=FOLDEXPR + "require('ipynb').setup({ folds = false })")
    show_in(child, notebook, "x")
    assert child.command("set foldmethod?").split() == ["foldmethod=expr"]
