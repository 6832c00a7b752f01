"""Notebooks among real plugins: what they show of a notebook, and that neither harms the other."""

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
from tests.editor.real_plugins import at_start, needs_plugins, on_path
from tests.editor.test_looks_schemes import CELLS, SET_STATE, STATES, contrast, unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

TELESCOPE = ("neovim-plenary", "neovim-telescope")
LUALINE = ("nvim-lualine",)
INDENT = ("neovim-indent-blankline",)
RAINBOW = ("neovim-rainbow-delimiters",)
SCHEMES = [
    *(("neovim-tokyonight", f"tokyonight-{name}") for name in ("night", "storm", "moon", "day")),
    *(("neovim-kanagawa", f"kanagawa-{name}") for name in ("wave", "dragon", "lotus")),
    ("nvim-gruvbox", "gruvbox"),
]


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    """Return a function that shows cells in a Neovim with plugins."""

    def show_(*cells: object, plugins: tuple[str, ...], init: str = "") -> Child:
        child = start_child(width=110, height=34, init=WITH_LANGUAGES + on_path(*plugins) + init)
        show_in(child, notebook, *cells)
        child.keys_and_settle("ggj")
        return child

    return show_


def cursor_line(child: Child) -> str:
    return child.api.get_current_line()


def wait_for_result(child: Child, text: str) -> None:
    """Wait until Telescope has chosen the only result there is, and previews it."""
    child.wait_for(
        lambda: any(row.count("│> ") and text in row for row in child.rows()), what=f"> {text}"
    )


@needs_plugins(*TELESCOPE)
def test_telescope_lists_cells_and_previews_them(show: Callable[..., Child]) -> None:
    cells = ("alpha = 1", ("markdown", "# Title\n\ntext"), "beta = 2\ngamma = 3")
    child = show(*cells, plugins=TELESCOPE)
    child.keys(":NotebookJumpToCell<CR>")
    child.wait_for_text("3 / 3")
    child.wait_for(lambda: sum("alpha = 1" in row for row in child.rows()) >= 2, what="all cells")
    child.keys("beta")
    wait_for_result(child, "3 [ ]")
    child.wait_for_text("gamma = 3")
    child.wait_for(lambda: child.is_visible("1 / 3"), what="one result")
    child.keys_and_settle("<CR>")
    child.wait_for(lambda: cursor_line(child) == "beta = 2", what="the cell")
    assert child.mode() == "n"
    assert len(child.api.list_wins()) == 1
    child.keys_and_settle("<C-o>")
    assert cursor_line(child) == "alpha = 1"
    assert child.messages() == ""


@needs_plugins(*TELESCOPE)
def test_telescope_goes_to_a_heading_far_below(show: Callable[..., Child]) -> None:
    filler = "\n".join(f"line {n}" for n in range(60))
    child = show(("markdown", "# Top"), filler, ("markdown", "x\n\n## Below"), plugins=TELESCOPE)
    child.keys(":NotebookOutline<CR>")
    child.wait_for_text("2 / 2")
    child.keys("below")
    wait_for_result(child, "Below")
    child.wait_for(lambda: child.is_visible("1 / 2"), what="one result")
    child.keys_and_settle("<CR>")
    child.wait_for(lambda: cursor_line(child) == "## Below", what="the heading")
    assert child.messages() == ""


@needs_plugins(*TELESCOPE)
def test_telescope_without_a_choice_leaves_everything_as_it_was(
    show: Callable[..., Child],
) -> None:
    child = show("alpha", "beta", plugins=TELESCOPE)
    child.keys(":NotebookJumpToCell<CR>")
    child.wait_for_text("2 / 2")
    child.keys_and_settle("<Esc>")
    child.keys_and_settle("<Esc>")
    child.wait_for(lambda: len(child.api.list_wins()) == 1, what="a closed picker")
    assert cursor_line(child) == "alpha"
    child.keys_and_settle("]]")
    assert cursor_line(child) == "beta"


@needs_plugins(*LUALINE)
def test_lualine_shows_the_notebook_and_its_kernel(show: Callable[..., Child]) -> None:
    component = "{ function() return (require('ipynb').statusline()) end }"
    lualine = f"require('lualine').setup({{ sections = {{ lualine_x = {{ {component} }} }} }})"
    # One line for all windows: an edit float has none of its own.
    child = show("1 + 1", plugins=LUALINE, init="vim.o.laststatus = 3\n" + at_start(lualine))
    bar = len(child.rows()) - 2
    child.wait_for(lambda: " a.ipynb " in child.row_text(bar), what="the name")
    child.keys("\\kx")
    child.wait_for(lambda: "Python 3" in child.row_text(bar), what="the kernel", timeout_s=30)
    child.wait_for(lambda: child.is_visible("Out: 2"), what="the result", timeout_s=30)
    child.keys("i")
    child.wait_for(lambda: " a.ipynb#cell-0 " in child.row_text(bar), what="the float")
    assert "Python 3" in child.row_text(bar)
    assert "Error" not in child.messages()


@needs_languages
@needs_plugins(*INDENT, *RAINBOW)
def test_plugins_that_draw_into_every_buffer_leave_borders_alone(
    show: Callable[..., Child],
) -> None:
    code = "def f(x):\n    if x:\n\n        return [(1), {2: 3}]\n"
    plain = show(code, ("markdown", "# T\n\n- a\n    - b"), plugins=())
    init = at_start("require('ibl').setup()")
    child = show(code, ("markdown", "# T\n\n- a\n    - b"), plugins=INDENT + RAINBOW, init=init)
    wait_for_parser(child)
    for keys in ("gg", "]]", "[[", "jj"):
        plain.keys_and_settle(keys)
        child.keys_and_settle(keys)
        for row, line in enumerate(plain.rows()[:10]):
            if any(sign in line for sign in "─▔"):
                assert child.row_text(row) == line, keys
    child.keys_and_settle("ggjoy = 1<Esc>")
    child.keys_and_settle("<Esc>u")
    assert is_keyword(child, "return")
    assert "Error" not in child.messages()


@pytest.mark.parametrize(
    ("plugin", "scheme"),
    [pytest.param(*names, marks=needs_plugins(names[0])) for names in SCHEMES],
)
def test_all_can_be_read_in_popular_schemes(
    start_child: Callable[..., Child], notebook: Callable[..., Path], plugin: str, scheme: str
) -> None:
    child = start_child(width=70, height=34, init=on_path(plugin) + "vim.o.ruler = false")
    open_in(child, notebook(*CELLS, metadata=metadata("python")), CELLS)
    for index, state in STATES.items():
        child.lua(SET_STATE, index, state)
    child.keys_and_settle("]]:<Esc>")
    for background in ("dark", "light"):
        child.command(f"set background={background} | colorscheme {scheme}")
        child.settle()
        assert not unseen(child), background
        page = child.screen.default_colors[1]
        surface = child.highlight_of("waits").background
        assert 1.04 < contrast(page if surface is None else surface, page) < 1.5, background
