"""Borders, states, hints and outputs can be read in any colour scheme and any terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.test_looks import code, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Child

ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["KeyError"]}
STDERR = {"name": "stderr", "output_type": "stream", "text": ["warned\n"]}
CELLS: tuple[Any, ...] = (
    ("markdown", "# Title\n\nprose"),
    code("ran = 1", stream("printed\n"), STDERR, count=1),
    code("failed = 2", ERROR, count=2),
    ("raw", "kept"),
    "waits = 3",
)
STATES = {1: "ok", 2: "error", 4: "queued"}
SET_STATE = """local index, state = ...
  local nb = require('ipynb.notebook').get(0)
  local id = nb.layout:id_at(index + 1)
  nb.cells[id].execution_state, nb.cells[id].elapsed_ms = state, 1234
  require('ipynb.render.cell').draw_border(nb, id)"""

# What must be seen, and how well: lines are there, text can be read.
LINE, TEXT = 1.3, 2.2
SEEN = {
    "─": LINE,
    "▔": LINE,
    "│": LINE,
    "[1]": TEXT,
    "python": TEXT,
    "markdown": TEXT,
    "✓": TEXT,
    "✗": TEXT,
    "queued": TEXT,
    "edit": TEXT,
    "printed": 4,
    "warned": TEXT,
    "KeyError": TEXT,
    "prose": 4,
}
OWN = ["like_gruvbox", "like_tokyonight"]
BUNDLED = ["default", "vim", "habamax", "retrobox", "quiet", "morning", "blue", "ron", "shine"]


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    def show_(**options: Any) -> Child:
        init = f"vim.opt.runtimepath:append('{Path(__file__).parent}')\nvim.o.ruler = false"
        child = start_child(width=70, height=34, init=init, **options)
        open_in(child, notebook(*CELLS), CELLS)
        for index, state in STATES.items():
            child.lua(SET_STATE, index, state)
        child.keys_and_settle("]]:<Esc>")
        return child

    return show_


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: int) -> float:
    red, green, blue = (channel(colour >> shift & 255) for shift in (16, 8, 0))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: int, b: int) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def contrast_of(child: Child, text: str) -> float:
    """Return the contrast of a text's colour to what is behind it, as a person sees it."""
    highlight, (default, page, _) = child.highlight_of(text), child.screen.default_colors
    foreground = default if highlight.foreground is None else highlight.foreground
    background = page if highlight.background is None else highlight.background
    return contrast(foreground, background)


def unseen(child: Child) -> dict[str, float]:
    return {
        text: round(found, 2)
        for text, minimum in SEEN.items()
        if (found := contrast_of(child, text)) < minimum
    }


def test_all_can_be_read_in_dark_and_light_schemes(show: Callable[..., Child]) -> None:
    child = show()
    wrong = {}
    for scheme in OWN + BUNDLED:
        for background in ("dark", "light"):
            child.command(f"set background={background} | colorscheme {scheme}")
            child.settle()
            if missing := unseen(child):
                wrong[scheme, background] = missing
    assert not wrong


def test_code_lies_on_a_quiet_surface_in_any_scheme(show: Callable[..., Child]) -> None:
    child = show()
    loud = {}
    for scheme in [*OWN, *child.lua("return vim.fn.getcompletion('', 'color')")]:
        for background in ("dark", "light"):
            child.command(f"set background={background} | colorscheme {scheme}")
            child.settle()
            page = child.screen.default_colors[1]
            surface = child.highlight_of("waits").background
            ratio = contrast(page if surface is None else surface, page)
            if not 1.04 < ratio < 1.5:
                loud[scheme, background] = round(ratio, 2)
    assert not loud


def test_every_group_leads_to_one_that_is_defined(show: Callable[..., Child]) -> None:
    child = show()
    child.command("colorscheme like_gruvbox")
    private = child.lua(
        """local missing = {}
        for name, group in pairs(vim.api.nvim_get_hl(0, {})) do
          local target = name:match('^Notebook') and group.link or ''
          if target:match('^Notebook') and target ~= 'NotebookPage'
            and vim.tbl_isempty(vim.api.nvim_get_hl(0, { name = target })) then
            missing[#missing + 1] = name
          end
        end
        return missing"""
    )
    assert private == []


def test_a_transparent_page_keeps_all_in_view(show: Callable[..., Child]) -> None:
    child = show()
    child.command("let g:is_transparent = 1 | set background=dark | colorscheme like_tokyonight")
    child.settle()
    assert not unseen(child)


def test_colours_follow_every_way_to_change_them(show: Callable[..., Child]) -> None:
    child = show()
    looks = []
    for command in (
        "colorscheme like_gruvbox",
        "set background=light",
        "colorscheme like_tokyonight",
        "set background=dark",
        "colorscheme default",
    ):
        child.command(command)
        child.settle()
        assert not unseen(child), command
        looks.append((child.highlight_of("▔").foreground, child.highlight_of("waits").background))
    assert len(set(looks)) == len(looks)


def test_hi_clear_leaves_a_notebook_that_can_be_read(show: Callable[..., Child]) -> None:
    child = show()
    child.command("colorscheme like_gruvbox")
    child.command("highlight clear")
    child.keys_and_settle("]][[")  # no event tells of it; the next cell does
    assert not unseen(child)
    assert child.highlight_of("waits").background is not None


def test_a_terminal_of_256_colours_shows_lines_states_and_surface(
    show: Callable[..., Child],
) -> None:
    child = show(is_rgb=False)
    child.command("set notermguicolors")
    child.settle()
    for scheme in ("default", "habamax", "vim"):
        child.command(f"colorscheme {scheme}")
        child.settle()
        assert 16 <= child.highlight_of("waits").terminal["background"] <= 255
        assert child.highlight_of("▔").terminal.get("foreground") is not None
        colours = {child.highlight_of(sign).terminal.get("foreground") for sign in "✓✗"}
        assert None not in colours
        assert len(colours) == 2
