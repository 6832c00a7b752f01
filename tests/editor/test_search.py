"""Searches that would stop on the marker lines, which nobody sees, go on to what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

CELLS = ("first", "code = 1", ("markdown", "prose"), "second", "my code", "raw data")
CENTRED = "vim.keymap.set('n', 'n', 'nzzzv')"


@pytest.fixture(params=["", CENTRED], ids=["plain", "own map"])
def child(start_child: Callable[..., Child], request: pytest.FixtureRequest) -> Child:
    """Return a Neovim whose `n` is Vim's own, or mapped as many people do."""
    return start_child(init=request.param)


@pytest.fixture
def show(child: Child, open_notebook: Callable[..., int]) -> Child:
    open_notebook(*CELLS)
    return child


def seen(child: Child, keys: str) -> str:
    """Press keys; return the cursor's line from the cursor on."""
    child.keys_and_settle(keys)
    return child.api.get_current_line()[child.api.win_get_cursor(0)[1] :]


def test_a_search_and_its_repetitions_pass_borders(show: Child) -> None:
    assert seen(show, "gg/code<CR>") == "code = 1"
    assert seen(show, "n") == "code"
    assert seen(show, "n") == "code = 1"  # 'wrapscan'
    assert seen(show, "N") == "code"
    assert seen(show, "N") == "code = 1"
    assert seen(show, "?code<CR>") == "code"
    assert seen(show, "n") == "code = 1"


def test_the_word_under_the_cursor_is_searched_past_borders(show: Child) -> None:
    assert seen(show, "gg/code =<CR>*") == "code"
    assert seen(show, "#") == "code = 1"
    assert seen(show, "g*") == "code"


def test_the_way_back_is_one_jump(show: Child) -> None:
    show.keys_and_settle("ggj")
    assert seen(show, "/code<CR>") == "code = 1"
    assert seen(show, "<C-o>") == "first"


def test_visual_mode_is_extended_past_borders(show: Child) -> None:
    assert seen(show, "ggjv/code<CR>") == "code = 1"
    assert show.mode() == "v"


def test_the_cell_of_the_match_opens(show: Child) -> None:
    show.keys_and_settle("zMgg")
    assert seen(show, "/code<CR>") == "code = 1"
    assert show.is_visible("  code = 1") or show.is_visible("▎ code = 1")
    assert [row for row in show.rows() if "▸" in row and "my code" in row]


def test_a_search_for_markers_alone_finds_them(show: Child) -> None:
    assert seen(show, "ggj/ipynb_nvim<CR>").startswith("ipynb_nvim")


def test_other_moves_to_a_border_stay_there(show: Child) -> None:
    """Also where the last pattern matches there, and after keys that look like a search."""
    show.keys_and_settle("ggj/^<CR>")
    for keys in ("gg", "ggjj", "G", ":4<CR>", "ggjmn'njj", "ggjznjj"):
        show.keys_and_settle(keys)
        assert show.api.get_current_line().startswith("# <"), keys


def test_with_nowrapscan_the_last_match_is_the_end(
    show: Child, notebook: Callable[..., Path]
) -> None:
    show.keys_and_settle(":set nowrapscan<CR>")
    assert seen(show, "gg/my code<CR>") == "my code"
    show.keys_and_settle("n")
    assert show.api.get_current_line() == "my code"
