"""No flicker: every frame that Neovim sends is whole, and draws what has changed only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.harness import Child
    from tests.harness.screen import Frame

CELLS = (("markdown", "prose"), "first = 1\nsecond = 2", "last = 3")
MARKER = "ipynb_nvim"
INIT = "vim.o.ruler, vim.o.showmode, vim.o.showcmd = false, false, false"
TEXT_ROWS = slice(0, 18)


@pytest.fixture
def child(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Child:
    child = start_child(width=70, height=20, init=INIT)
    open_in(child, notebook(*CELLS), CELLS)
    child.keys_and_settle("]]")
    return child


@contextmanager
def filmed(child: Child) -> Iterator[list[Frame]]:
    """Collect the frames of what is done inside."""
    child.settle()
    frames: list[Frame] = []
    child.screen.frames = frames
    yield frames
    child.settle()
    child.screen.frames = None


def is_whole(frame: Frame) -> bool:
    """Tell whether all borders and texts are there, once each."""
    rows = frame.rows[TEXT_ROWS]
    tops = sum("╶─" in row for row in rows)
    bottoms = sum("▔▔▔" in row for row in rows)
    names = all(sum(name in row for row in rows) == 1 for name in ("prose", "first", "last ="))
    return tops == bottoms == 3 and names and not any(MARKER in row for row in rows)


def test_typing_draws_the_typed_line_alone_and_moves_the_cursor_on(child: Child) -> None:
    child.keys_and_settle("jA")
    row, col = child.screen.cursor
    with filmed(child) as frames:
        for letter in "  # slow":
            child.keys_and_settle(letter)
    assert len(frames) >= 8
    assert all(is_whole(frame) for frame in frames)
    assert {frame.cursor[0] for frame in frames} == {row}
    cols = [frame.cursor[1] for frame in frames]
    assert cols == sorted(cols)
    assert cols[-1] == col + 8
    drawn = frozenset().union(*(frame.drawn_rows for frame in frames[1:]))
    assert drawn - {18, 19} == {row}  # the statusline has its [+]


def test_a_new_line_comes_with_its_room(child: Child) -> None:
    child.keys_and_settle("ji<Esc>")
    with filmed(child) as frames:
        for keys in ("o", "x", "<CR>", "y", "<Esc>", "dd", "u"):
            child.keys_and_settle(keys)
    assert all(is_whole(frame) for frame in frames)


@pytest.mark.parametrize("keys", ["ji", "jA", "jo", "ji<Esc><Esc>", "jo<Esc><Esc>", "ji<Esc><C-j>"])
def test_entering_and_leaving_a_cell_shows_no_half_state(child: Child, keys: str) -> None:
    with filmed(child) as frames:
        child.keys_and_settle(keys)
    assert frames
    assert all(is_whole(frame) for frame in frames)


def test_moving_to_another_cell_draws_the_two_alone(child: Child) -> None:
    with filmed(child) as frames:
        child.keys_and_settle("4j")
    assert all(is_whole(frame) for frame in frames)
    rows = child.rows()
    prose = next(n for n, row in enumerate(rows) if "prose" in row)
    drawn = frozenset().union(*(frame.drawn_rows for frame in frames))
    assert not drawn & {prose - 1, prose}


def test_a_moving_sign_draws_its_border_alone_and_leaves_the_cursor(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(width=70, height=20, init=INIT)
    cells = ("import time; time.sleep(30)", "typed = 1")
    open_in(child, notebook(*cells), cells)
    child.keys_and_settle(":NotebookExecuteCell<CR>")
    child.wait_for(lambda: "2s ──" in child.row_text(0), timeout_s=30)
    child.keys_and_settle("]]A")
    with filmed(child) as frames:
        cursor = child.screen.cursor
        child.wait_for(lambda: len(frames) >= 8)
    assert {frame.cursor for frame in frames} == {cursor}
    assert frozenset().union(*(frame.drawn_rows for frame in frames)) <= {0}
    child.keys_and_settle("<Esc><Esc>")
    child.keys_and_settle("<C-c>")  # alone: it drops typed keys that wait
    child.wait_for_text("✗", timeout_s=30)


def test_output_that_grows_never_shows_a_half_state(child: Child) -> None:
    child.keys_and_settle("]]jccfor n in range(30): print('row', n, flush=True)<Esc><Esc>")
    with filmed(child) as frames:
        child.keys_and_settle(":NotebookExecuteCell<CR>")
        child.wait_for_text("row 15", timeout_s=30)
    for frame in frames:
        assert not any(MARKER in row for row in frame.rows)
        numbers = [int(row.split("row ")[1]) for row in frame.rows if "│ row" in row]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
