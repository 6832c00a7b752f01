"""Nothing moves by a column or a row when a cell is entered and left, whatever is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import open_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

LONG = "which is long enough to be wrapped at a width of sixty columns"
CELLS = (
    ("markdown", f"plain words, no markup\nand a second line of them, {LONG}"),
    f"def f():\n\treturn 'tab'  \n\nwide = '漢字かな交じり文と長い行を折り返す、{'そして' * 9}'\n"
    f"    indented = '{LONG}'\nlast\t= 1",
    ("raw", "raw text\twith a tab\nsecond"),
    "x = 1\ny = 2\nz = 3",
)
OPTIONS = """
number
number relativenumber
number numberwidth=8 cursorline
signcolumn=yes
signcolumn=no
signcolumn=auto
signcolumn=number number
signcolumn=auto:3
signcolumn=yes:2
foldcolumn=2
foldcolumn=auto
statuscolumn=%l\\ %s\\|
list listchars=tab:>-,trail:.,eol:$,extends:>,precedes:<
list listchars=lead:.,leadmultispace:\\|\\ ,nbsp:+
nowrap
nowrap list listchars=extends:>,precedes:<
nowrap sidescrolloff=5 winbar=%t
nowrap number signcolumn=yes
linebreak
breakindent
breakindent breakindentopt=shift:4,sbr showbreak=+++
showbreak=>>>\\
linebreak breakindent showbreak=+ number
conceallevel=2 concealcursor=nvic
cursorline
cursorline cursorlineopt=number number
cursorcolumn
colorcolumn=20
scrolloff=5
scrolloff=999
laststatus=0
laststatus=3 statusline=x
winbar=%t
showtabline=2 tabline=x
cmdheight=0
cmdheight=3
tabstop=3
tabstop=3 vartabstop=2,7
spell
display=uhex
smoothscroll
virtualedit=all
rightleft
""".strip().splitlines()

REMEMBER = """_G.defaults = {}
for name in pairs(vim.api.nvim_get_all_options_info()) do
  -- Fails for options that are not there on every system.
  local is_there, value = pcall(vim.api.nvim_get_option_value, name, {})
  if is_there and name ~= 'modified' then
    _G.defaults[name] = value
  end
end"""
SET = """local text = ...
for name, value in pairs(_G.defaults) do
  if vim.o[name] ~= value then vim.o[name] = value end
end
vim.cmd('set ' .. text)"""


INIT = """vim.o.showmode, vim.o.ruler = false, false
require('ipynb').setup({ hints = false })"""


def test_text_stands_still_when_cells_are_entered_and_left(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(width=60, height=40, init=INIT)
    open_in(child, notebook(*CELLS), CELLS)
    child.lua(REMEMBER)
    moved = []
    for options in OPTIONS:
        child.lua(SET, options)
        for index in range(len(CELLS)):
            for keys in ("j0", "j$"):
                child.keys_and_settle("gg0" + "]]" * index + keys)
                before, cursor = child.rows(), child.screen.cursor
                child.keys_and_settle("a<Esc>")
                inside, cursor_inside = child.rows(), child.screen.cursor
                child.keys_and_settle("<Esc>")
                after = child.rows()
                if not before == inside == after or cursor != cursor_inside:
                    moved.append((options, index, keys, cursor, cursor_inside))
    assert not moved


def test_a_long_line_scrolls_the_whole_notebook_sideways(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    cells = ("above = 'far to the left'", "line = '" + "x" * 90 + "'")
    child = start_child(width=60, init=f"{INIT} vim.o.wrap = false")
    open_in(child, notebook(*cells), cells)
    child.keys_and_settle("]]A  # typed")
    assert child.is_visible("xx'  # typed")
    assert not child.is_visible("above")
    child.keys_and_settle("<Esc>")
    inside = child.rows()
    child.keys_and_settle("<Esc>")
    assert child.rows() == inside
    child.keys_and_settle("i<Esc>0")
    assert child.is_visible("above = 'far")
    assert child.is_visible("line = 'xx")


def test_relative_numbers_count_from_the_line_that_is_edited(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=f"{INIT} vim.o.relativenumber = true; vim.o.number = true")
    open_in(child, notebook("a = 1\nb = 2\nc = 3"), ["cell"])
    child.keys_and_settle("ji<Esc>jj")
    numbers = [row.split()[1] for row in child.rows()[1:4]]
    assert numbers == ["2", "1", "4"]
    child.keys_and_settle("kO<Esc>")
    assert [row.split()[1] for row in child.rows()[1:5]] == ["1", "3", "1", "2"]


def test_a_tab_is_as_wide_as_the_language_has_it_or_the_user_wants_it(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    users = "vim.api.nvim_create_autocmd('FileType', {pattern = 'ipynb', command = 'setl ts=2'})"
    for init, width in (("", 4), (users, 2)):
        child = start_child(init=f"{INIT}\n{init}")
        open_in(child, notebook("\tx = 1"), ["cell"])
        assert child.row_text(1) == "▎ " + " " * width + "x = 1"
        child.keys_and_settle("ji<Esc>")
        assert child.row_text(1) == "▎ " + " " * width + "x = 1"
        child.keys_and_settle("oy<Esc>0d^>>")  # indents go by 'shiftwidth', as in a script
        assert child.row_text(2) == "▎ " + " " * 4 + "y"
