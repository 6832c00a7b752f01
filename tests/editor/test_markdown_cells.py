"""Rendered markdown and what is done with cells: editing, moving, windows, hostile text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.test_markdown import TABLE, TABLE_ROWS, show, text_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

__all__ = ["show"]  # a fixture
LONG = "A line of **bold** text with [a link](http://example.org/far/away) that wraps " * 2
PAGE = f"# Title\n\n{LONG}\n\n- [ ] item\n\n{TABLE}\n\n```python\nx = 1\n```\n\n---"


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("wrap", ["wrap", "nowrap"])
def test_editing_shows_the_source_and_shifts_nothing(
    show: Callable[..., Child], width: int, wrap: str
) -> None:
    child = show(PAGE, "after", width=width, height=44, init=f"vim.cmd('set {wrap}')")
    child.keys_and_settle("4j")
    before = child.rows()
    child.keys_and_settle("i<Esc>")
    child.wait_for_text("# Title")
    inside = child.rows()
    assert "**bold**" in "".join(inside)
    assert "┼" not in "".join(inside)
    top, bottom = (
        next(i for i, row in enumerate(before) if text in row) for text in (" markdown", "after")
    )
    end = bottom - 2  # its last border names other keys while it is edited
    outside = [*range(top + 1), *range(end + 1, len(before) - 2)]
    assert [inside[i] for i in outside] == [before[i] for i in outside]
    child.keys_and_settle("<Esc>")
    child.wait_for(lambda: len(child.api.list_wins()) == 1)
    child.settle()
    after = child.rows()
    assert after[:-2] == before[:-2]


def test_each_line_stands_in_the_row_of_its_source(show: Callable[..., Child]) -> None:
    child = show(PAGE, width=60, height=44)
    row_of = "return vim.fn.screenpos(0, ..., 1).row"
    places = [child.lua(row_of, n) for n in range(4, 22)]
    child.lua("require('ipynb').setup({markdown = {render = false}})")
    child.keys_and_settle(":redraw!<CR>")
    child.wait_for_text("# Title")
    assert [child.lua(row_of, n) for n in range(4, 22)] == places


def test_what_was_typed_is_rendered_when_the_cell_is_left(show: Callable[..., Child]) -> None:
    child = show("old *text*")
    child.keys_and_settle("4jiX<Esc>S**new** [t](u)<CR><CR>| a |<CR>|-|<CR>| bcd |<Esc>")
    assert child.is_visible("**new**")
    child.keys_and_settle("<Esc>")
    child.wait_for_text("new t")
    assert text_rows(child) == ["new t", "", "│ a   │", "├─────┤", "│ bcd │"]


def test_undo_and_redo_render_the_text_they_bring(show: Callable[..., Child]) -> None:
    child = show(TABLE)
    child.keys_and_settle("6ji<Esc>dd<Esc>")
    child.wait_for(lambda: len(child.api.list_wins()) == 1)
    child.wait_for(lambda: len(text_rows(child)) == len(TABLE_ROWS) - 1)
    child.keys_and_settle("u")
    child.wait_for(lambda: text_rows(child) == TABLE_ROWS, what="the table as it was")
    child.keys_and_settle("<C-r>")
    child.wait_for(lambda: len(text_rows(child)) == len(TABLE_ROWS) - 1)


def test_a_table_stays_aligned_when_its_cell_moves_and_others_change(
    show: Callable[..., Child],
) -> None:
    child = show(TABLE, "other")
    child.keys_and_settle("4j<M-j>")
    child.wait_for(lambda: text_rows(child) == ["other"])
    child.keys_and_settle("<M-k>")
    child.wait_for(lambda: text_rows(child) == TABLE_ROWS)
    child.keys_and_settle("ggjA + 2<CR>more<Esc><Esc>")
    child.wait_for_text("more")
    assert text_rows(child) == TABLE_ROWS
    child.keys_and_settle("u")
    assert text_rows(child) == TABLE_ROWS
    marks = "return #vim.api.nvim_buf_get_extmarks(0, ..., 0, -1, {})"
    ns = child.api.create_namespace("ipynb.markdown")
    count = child.lua(marks, ns)
    child.keys_and_settle("4jdd")
    child.wait_for(lambda: text_rows(child) == ["other"])
    assert count > 0
    assert child.lua(marks, ns) == 0


def test_a_cell_made_code_is_shown_as_it_is(show: Callable[..., Child]) -> None:
    child = show(TABLE)
    child.keys_and_settle("4j:NotebookMakeCode<CR>")
    child.wait_for_text("| **a** | 1 | x |")
    child.keys_and_settle(":NotebookMakeMarkdown<CR>")
    child.wait_for(lambda: text_rows(child) == TABLE_ROWS)


def test_visual_mode_shows_the_source_of_the_cursors_line(show: Callable[..., Child]) -> None:
    child = show("- **a** $\\alpha$\n- **b**")
    child.keys_and_settle("4jv")
    assert text_rows(child) == [r"- **a** $\alpha$", "• b"]
    child.keys_and_settle("<Esc>")
    assert text_rows(child) == ["• a α", "• b"]


def test_a_search_finds_hidden_text(show: Callable[..., Child]) -> None:
    child = show("see [here](http://example.org) now")
    child.keys_and_settle("/example<CR>")
    assert child.api.win_get_cursor(0) == [5, 18]
    assert text_rows(child) == ["see here now"]


def test_other_buffers_and_the_float_keep_their_conceallevel(show: Callable[..., Child]) -> None:
    child = show("# a")
    level = "return vim.wo.conceallevel .. vim.wo.concealcursor"
    assert child.lua(level) == "2nc"
    child.keys_and_settle("4ji")
    assert child.lua(level) == "0"
    child.keys_and_settle("<Esc><Esc>:split<CR>:enew<CR>")
    assert child.lua(level) == "0"
    child.keys_and_settle(":b#<CR>")
    assert child.lua(level) == "2nc"
    child.keys_and_settle(":setlocal conceallevel=0<CR>:enew<CR>:b#<CR>")
    assert child.lua(level) == "0nc"


@pytest.mark.parametrize(
    "init",
    [
        "vim.o.conceallevel = 0; vim.o.concealcursor = ''",
        "require('ipynb').setup({markdown = {conceal = false}})",
    ],
)
def test_the_users_own_setting_wins(show: Callable[..., Child], init: str) -> None:
    child = show("a **b** c", init=init)
    assert text_rows(child) == ["a **b** c"]


def test_windows_of_two_widths_show_one_table(show: Callable[..., Child]) -> None:
    child = show("| a | b |\n|-|-|\n| longer text | c |", width=110)
    child.keys_and_settle(":vsplit<CR>")
    rows = [row for row in child.rows() if "longer" in row]
    assert rows[0].count("│ longer text │ c │") == 2
    assert sum(row.count("│ a           │ b │") for row in child.rows()) == 2


def test_the_tree_sitter_highlighter_hides_nothing_more(show: Callable[..., Child]) -> None:
    child = show(f"the list [a, b] and [^1]\n\n{TABLE}\n| [x, 1] | | |")
    before = text_rows(child)
    state = "return require('ipynb.highlight.parser').status().state"
    child.wait_for(lambda: child.lua(state) == "loaded", timeout_s=60)
    child.keys_and_settle(":redraw!<CR>")
    assert text_rows(child) == before
    assert before[0] == "the list [a, b] and [^1]"
    assert before[-1] == "│ [x, 1] │       │     │"


HOSTILE = {
    "a long line": "x" * 2_000_000,
    "quotes": ">" * 100_000,
    "brackets": "[" * 100_000,
    "emphasis": "*a_b" * 20_000,
    "nested lists": "\n".join("  " * n + "- x" for n in range(500)),
    "a wide table": "\n".join([("|a" * 5000) + "|", "|-" * 5000 + "|", "|b" * 5000 + "|"]),
    "a long table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 20_000,
    "control characters": "# \x1b[31m\x07 **b**\r\x00\n```\x1b]0;x\x07\ny\n```\n- \x9b31m",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_soon_and_harms_nothing(
    show: Callable[..., Child], name: str
) -> None:
    child = show("# before", HOSTILE[name], "last **cell**")
    start_s = time.perf_counter()
    child.keys_and_settle("]]]]")
    child.keys_and_settle("]]")
    child.wait_for_text("last cell")
    assert time.perf_counter() - start_s < 5
    assert "Error" not in child.messages()
    assert not any(ord(c) < 32 or ord(c) == 0x9B for row in child.rows() for c in row)


STAND_IN = """
package.preload['render-markdown.core.manager'] = function()
  return { attached = function(buf) return vim.bo[buf].filetype == 'ipynb' and vim.g.attached end }
end
require('render-markdown.core.manager')
vim.g.attached = true
"""


def test_another_plugin_that_renders_the_buffer_is_left_alone(show: Callable[..., Child]) -> None:
    child = show(f"- item\n\n{TABLE}", init=STAND_IN)
    assert child.is_visible("- item")
    assert child.is_visible("| **a** | 1 |") or child.is_visible("| a | 1 |")
    child.command("let g:attached = v:false")
    child.keys_and_settle(":redraw!<CR>")
    assert text_rows(child) == ["• item", "", *TABLE_ROWS]


def test_a_notebook_without_markdown_gets_no_marks(
    child: Child, notebook: Callable[..., Path]
) -> None:
    open_in(child, notebook("# not a *heading*"), ["x"])
    assert child.is_visible("# not a *heading*")


def test_markdown_that_would_end_neovim_is_edited_as_text(show: Callable[..., Child]) -> None:
    """The bundled parser overflows its stack; filetype plugins and configurations start it."""
    start = "vim.cmd('autocmd FileType markdown lua vim.treesitter.start()')"
    child = show("plain *text*", ">" * 100_000, init=start)
    child.keys_and_settle("2]]A deep<Esc>")
    assert child.lua("return vim.bo.filetype") == "text"
    assert child.api.get_current_line().endswith("> deep")
    child.keys_and_settle("<C-k>")
    assert child.lua("return vim.bo.filetype") == "markdown"
