"""Narrow windows, several of them, tab pages, other plugins' floats; what a statusline sees."""

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

CELLS: tuple[Any, ...] = (
    ("markdown", "prose"),
    code("x = 1", stream("printed\n"), count=1),
    ("raw", "kept"),
    "line = '" + "x" * 120 + "'",
)
MARKER_PARTS = re.compile(r"ipynb|nb_nvim|code>>|down>>|raw>>|>>$|<</|^..e>>")
INIT = "vim.o.ruler, vim.o.showmode = false, false"


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    def show_(**options: Any) -> Child:
        child = start_child(**{"width": 100, "height": 30, "init": INIT, **options})
        open_in(child, notebook(*CELLS, name="n.ipynb"), CELLS)
        child.command("set statusline=x")
        child.keys_and_settle(":<Esc>")
        return child

    return show_


def text_rows(child: Child) -> list[str]:
    return [row for row in child.rows()[:-2] if row]


@pytest.mark.parametrize("width", [40, 30, 26, 20, 14])
def test_a_narrow_window_shows_borders_to_its_end_and_no_marker(
    show: Callable[..., Child], width: int
) -> None:
    child = show()
    child.resize(width, 40)
    for keys in ("", "]]", "]]", "]]", "i", "<Esc><Esc>", "G"):
        child.keys_and_settle(keys)
        rows = text_rows(child)
        assert not [row for row in rows if MARKER_PARTS.search(row)]
        if width < 20:
            continue  # the labels alone are longer
        borders = [row for row in rows if "╶─" in row or "▔▔" in row]
        assert all(len(row) == width or row.endswith("markdown") for row in borders)
        assert not [row for row in borders if not row.endswith(("─", "▔", "markdown"))]


def test_two_windows_each_have_borders_of_their_own_width(show: Callable[..., Child]) -> None:
    child = show()
    child.keys_and_settle(":vsplit | vertical resize 24<CR>]]")
    for row in text_rows(child):
        left, right = row[:24], row[25:]
        assert not MARKER_PARTS.search(left)
        assert not MARKER_PARTS.search(right)
        assert "╶─" not in left or left.endswith(("─", "markdown "))
        assert "╶─" not in right or (right.endswith("─") and len(right) == 75)


def test_the_active_cell_is_that_of_the_current_window(show: Callable[..., Child]) -> None:
    child = show()
    child.keys_and_settle(":vsplit<CR>]]")
    assert "▎ x = 1" in child.row_text(child.wait_for_text("x = 1"))
    child.keys_and_settle("<C-w>w")
    assert "▎ prose" in child.row_text(child.wait_for_text("prose"))
    child.keys_and_settle("<C-w>w")
    assert "▎ x = 1" in child.row_text(child.wait_for_text("x = 1"))
    child.keys_and_settle(":tab split<CR>G")
    assert "▎ line" in child.row_text(child.wait_for_text("line = "))
    child.keys_and_settle("gT")
    assert "▎ x = 1" in child.row_text(child.wait_for_text("x = 1"))


def test_borders_stay_when_text_scrolls_sideways(show: Callable[..., Child]) -> None:
    child = show(init=f"{INIT} vim.o.wrap = false")
    before = child.rows()
    child.keys_and_settle("Gk$")
    after = child.rows()
    assert "xxx'" in after[child.wait_for_text("xxx'")]
    tops = [row for row in before if "╶─" in row]
    assert [row for row in after if "╶─" in row] == tops


def test_other_floats_lie_above_the_cell_that_is_edited(show: Callable[..., Child]) -> None:
    child = show()
    child.keys_and_settle("]]i")
    child.lua(
        """local buf = vim.api.nvim_create_buf(false, true)
        vim.api.nvim_buf_set_lines(buf, 0, -1, true, { 'a popup' })
        vim.api.nvim_open_win(buf, false, { relative = 'cursor', row = 0, col = 2, width = 8,
          height = 1, style = 'minimal' })"""
    )
    child.settle()
    row = child.wait_for_text("a popup")
    assert child.row_text(row).startswith("▎ x ")
    child.type_text("yy")
    assert child.is_visible("a popup")


SEES = "return vim.api.nvim_eval_statusline(..., { winid = 0 }).str"


@pytest.mark.parametrize(
    "command",
    ["pedit {}", "vsplit {} | wincmd p", "split {} | wincmd p", "bot split {} | wincmd p"],
)
def test_the_float_stays_on_its_cell_when_a_window_opens_beside(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, command: str
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("other\n", encoding="utf-8")
    open_notebook(("markdown", "# title"), "first = 1", "second = 2")
    child.keys_and_settle("G<CR>i")
    child.type_text("typed ")
    before = [line for line in child.rows() if "second" in line]
    child.keys_and_settle(f"<C-o>:{command.format(other)}<CR>")
    child.wait_for_text("other")
    after = [line for line in child.rows() if "second" in line]
    assert len(before) == len(after) == 1  # not in the facade and elsewhere
    row, col = child.screen.cursor
    assert child.row_text(row)[:col].endswith("typed ")
    assert "first" in child.rows()[row - 3]


def test_the_users_winborder_is_not_for_the_cell_that_is_edited(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    if not child.lua("return vim.fn.exists('+winborder') == 1"):
        pytest.skip("Neovim 0.10 has no 'winborder'")
    child.command("set winborder=rounded")
    open_notebook("first = 1")
    before = child.find_row("first = 1")
    child.keys_and_settle("j<CR>")
    assert child.find_row("first = 1") == before
    assert not child.is_visible("╭")


def test_a_click_while_typing_goes_to_that_place_in_normal_mode(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    child.command("set mouse=a")
    open_notebook("first = 1\nsecond = 2", "third = 3")
    child.keys_and_settle("G<CR>itype")
    row = child.find_row("second = 2")
    child.api.input_mouse("left", "press", "", 0, row, 4)
    child.wait_for(lambda: child.mode() == "n")
    child.wait_for(lambda: child.api.win_get_cursor(0) == [3, 2])
    assert child.lua("return vim.bo.filetype") == "ipynb"
    assert child.is_visible("typethird = 3")


def test_a_statusline_sees_names_and_types_that_make_sense(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show(cwd=tmp_path)
    child.command(f"cd {tmp_path}")
    assert child.lua(SEES, "%f %t %y") == "n.ipynb n.ipynb [ipynb]"
    assert child.lua("return { vim.bo.buftype, vim.bo.modified }") == ["", False]
    child.keys_and_settle("]]i")
    assert re.fullmatch(r"ipynb://n\.ipynb#code-\d+", child.lua(SEES, "%f"))
    assert re.fullmatch(r"n\.ipynb#code-\d+ \[python\]", child.lua(SEES, "%t %y%m"))
    child.keys_and_settle("y<Esc>")
    assert child.lua(SEES, "%m") == "[+]"
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: child.lua(SEES, "%m") == "")
    assert child.lua("return { vim.bo.buftype, vim.bo.filetype }") == ["acwrite", "python"]
    child.keys_and_settle("<Esc>go")
    assert child.lua("return { vim.bo.buftype, vim.bo.filetype }") == ["nofile", "notebook_output"]
    assert child.lua(SEES, "%f") == "ipynb://n.ipynb#output"
    assert child.lua(SEES, "%m") in ("", "[-]")


def test_notebooks_of_one_name_in_two_folders_have_cells_of_two_names(
    show: Callable[..., Child], tmp_path: Path, notebook: Callable[..., Path]
) -> None:
    child = show(cwd=tmp_path)
    child.keys_and_settle("]]i<Esc>")
    first = child.lua("return vim.api.nvim_buf_get_name(0)")
    child.keys_and_settle("<Esc>")
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "n.ipynb").write_bytes((tmp_path / "n.ipynb").read_bytes())
    child.command(f"lcd {folder}")
    open_in(child, folder / "n.ipynb", CELLS)
    child.keys_and_settle("gg]]i<Esc>")
    second = child.lua("return vim.api.nvim_buf_get_name(0)")
    assert second == first.replace("ipynb://", f"ipynb://{folder}/")
    child.keys_and_settle("Az<Esc><Esc>")
    assert child.is_visible("x = 1z")


def stand_in(name: str, code_: str) -> str:
    return f"{INIT} package.preload['{name}'] = function() {code_} end"


MINI = stand_in(
    "mini.icons",
    """_G.MiniIcons = { get = function(category, name)
      return category == 'filetype' and name == 'python' and 'P' or '?', 'MiniIconsYellow', false
    end }
    vim.api.nvim_set_hl(0, 'MiniIconsYellow', { fg = '#123456' })
    return _G.MiniIcons""",
).replace(" package", " _G.MiniIcons = true; package")
DEVICONS = stand_in(
    "nvim-web-devicons",
    """vim.api.nvim_set_hl(0, 'DevIconPy', { fg = '#654321' })
    return { get_icon_by_filetype = function(name)
      if name == 'python' then return 'D', 'DevIconPy' end
    end }""",
)


@pytest.mark.parametrize(
    ("init", "icon", "colour"), [(MINI, "P", 0x123456), (DEVICONS, "D", 0x654321)]
)
def test_an_icon_plugin_gives_the_language_its_icon_and_colour(
    show: Callable[..., Child], init: str, icon: str, colour: int
) -> None:
    child = show(init=init)
    row = child.wait_for_text(f"[1] {icon} python")
    assert row
    assert child.highlight_of(f"{icon} python").foreground == colour
    assert child.highlight_of("python").foreground != colour


def test_an_icon_plugin_that_fails_costs_the_icon_only(show: Callable[..., Child]) -> None:
    broken = stand_in(
        "nvim-web-devicons", "return { get_icon_by_filetype = function() error() end }"
    )
    child = show(init=broken)
    assert child.is_visible("[1] python")
