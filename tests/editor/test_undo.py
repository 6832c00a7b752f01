"""Undo and redo over cells: where the cursor goes, what comes back, what stays in step.

Within one cell tests/editor/differential compares undo with a plain buffer's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import UNMASKED, cells, wait_states
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

FOLLOWERS = (
    UNMASKED
    + """
local nb = require('ipynb.notebook').get()
local function lines(buf)
  return vim.api.nvim_buf_get_lines(buf, 0, -1, true)
end
return {
  facade = lines(nb.buf),
  shadow = unmasked(nb),
  cells = require('ipynb').cells(),
  model = require('ipynb.debug').model_cells(),
  current = vim.b.ipynb_cell_id or '',
  text = lines(0),
}
"""
)
PLACE = """
local nb = require('ipynb.notebook').get()
local id = vim.b.ipynb_cell_id
return { id and nb.layout:index(id) or 0, vim.api.nvim_get_current_line(), vim.fn.col('.') - 1 }
"""


def sources(child: Child) -> list[str]:
    model = "return require('ipynb.debug').model_cells()"
    return [cell["source"] for cell in child.lua(model)]


def is_modified(child: Child) -> bool:
    child.lua("require('ipynb').flush()")
    child.settle()
    return child.lua("return vim.bo[require('ipynb.notebook').get().buf].modified")


def assert_at(child: Child, line: str, col: int | None = None, *, edited: int = 0) -> None:
    """Compare the cursor's line and column, and the index of the cell in the float (0: none)."""
    child.settle()
    seen = child.lua(PLACE)
    assert seen[:2] == [edited, line], child.picture()
    if col is not None:
        assert seen[2] == col, child.picture()


# -- the cursor -------------------------------------------------------------------------------


def test_undo_in_the_facade_puts_the_cursor_where_text_changed(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("a\nb\nsome text here", "other")
    child.keys_and_settle("4G<CR>wcwword<Esc><Esc>gg")
    child.keys_and_settle("u")
    assert_at(child, "some text here")
    child.keys_and_settle("gg<C-r>")
    assert_at(child, "some word here")


def test_undo_in_the_facade_never_stays_on_a_marker_line(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2Gofirst<CR>second<Esc><Esc>G")
    child.keys_and_settle("u")
    assert_at(child, "one")
    child.keys_and_settle("G<C-r>")
    assert_at(child, "one")  # as after `o` in a plain buffer
    child.keys_and_settle("G2Gddu")
    assert_at(child, "one")


def test_undo_of_another_cells_change_moves_the_float_there(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one\nx = 1 + 2", "two")
    child.keys_and_settle("3Gi#<Esc>")
    child.keys_and_settle("<C-j>A!<Esc>u")
    assert_at(child, "two", edited=2)
    child.keys_and_settle("u")
    assert_at(child, "x = 1 + 2", 0, edited=1)
    child.keys_and_settle("2<C-r>")
    assert_at(child, "two!", edited=2)
    assert sources(child) == ["one\n#x = 1 + 2", "two!"]


def test_undo_after_deleting_a_cell_goes_to_the_cell_that_came_back(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two\nmore", "three")
    child.keys_and_settle("5Gdd")
    assert sources(child) == ["one", "three"]
    child.keys_and_settle("ggu")
    assert_at(child, "two")
    assert [cell["id"] for cell in cells(child)] == ["cell-0", "cell-1", "cell-2"]


def test_undo_of_an_insertion_leaves_the_cursor_in_a_cell(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2G\\kbu")
    assert child.lua(PLACE)[1] in {"one", "two"}
    child.keys_and_settle("G\\kbu")
    assert_at(child, "two")


def test_undo_of_a_move_brings_text_and_identity_back(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", ("markdown", "two"), "three")
    child.keys_and_settle("2G2<M-j>")
    assert sources(child) == ["two", "three", "one"]
    child.keys_and_settle("u")
    assert sources(child) == ["one", "two", "three"]
    assert [cell["id"] for cell in cells(child)] == ["cell-0", "cell-1", "cell-2"]
    child.keys_and_settle("<C-r>")
    assert [cell["cell_type"] for cell in cells(child)] == ["markdown", "code", "code"]


def test_undo_takes_the_open_float_along_with_its_moved_cell(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA!<Esc><M-j>")
    assert_at(child, "one!", edited=2)
    child.keys_and_settle("u")
    assert_at(child, "one!", edited=1)
    child.keys_and_settle("u")
    assert_at(child, "one", edited=1)
    assert sources(child) == ["one", "two"]


# -- the history ------------------------------------------------------------------------------


def test_a_branch_is_found_again_by_time(child: Child, open_notebook: Callable[..., int]) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA1<Esc><Esc>u")
    child.keys_and_settle("5GA2<Esc><Esc>")
    assert sources(child) == ["one", "two2"]
    child.keys_and_settle("g-")
    assert sources(child) == ["one1", "two"]
    child.keys_and_settle("g-")
    assert sources(child) == ["one", "two"]
    child.keys_and_settle("2g+")
    assert sources(child) == ["one", "two2"]


def test_a_count_undoes_over_cells_and_structure(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA1<Esc><Esc>5GA2<Esc><Esc>2Gdd")
    assert sources(child) == ["two2"]
    child.keys_and_settle("3u")
    assert sources(child) == ["one", "two"]
    child.keys_and_settle("3<C-r>")
    assert sources(child) == ["two2"]
    child.keys_and_settle("99u")
    assert sources(child) == ["one", "two"]
    assert not is_modified(child)


def test_cells_undone_in_the_facade_are_undone_in_their_float(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one two")
    child.keys_and_settle("2Gwia<Esc>A b<Esc><Esc>")
    child.keys_and_settle("u<CR>u")
    assert_at(child, "one two", 4, edited=1)
    child.keys_and_settle("2<C-r>")
    assert_at(child, "one atwo b", edited=1)


def test_undo_by_command_moves_the_notebooks_history(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA1<Esc>A2<Esc>A3<Esc>")
    child.keys_and_settle(":undo 1<CR>")
    assert sources(child)[0] == "one1"
    child.keys_and_settle("<C-r>")
    assert_at(child, "one12", edited=1)
    child.keys_and_settle(":undo 0<CR>")
    assert sources(child)[0] == "one"
    assert not is_modified(child)
    child.keys_and_settle("<Esc>3<C-r>")
    assert sources(child)[0] == "one123"


def test_undo_by_command_before_another_cells_change_is_a_change(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA1<Esc><C-j>A2<Esc><C-k>")
    child.keys_and_settle(":undo<CR>")
    assert sources(child) == ["one", "two2"]
    child.keys_and_settle("u")
    assert sources(child) == ["one1", "two2"]
    child.keys_and_settle("u")
    assert sources(child) == ["one1", "two"]


@pytest.mark.parametrize("undo", ["9u", ":undo 0<CR>", "<Esc>9u", "9g-"])
def test_what_undolevels_forgot_is_not_undone(
    child: Child, open_notebook: Callable[..., int], undo: str
) -> None:
    child.command("set undolevels=2")
    open_notebook("one", "two")
    child.keys_and_settle("2Go2<Esc>o3<Esc>o4<Esc>o5<Esc>")
    child.keys_and_settle(undo)
    assert sources(child)[1] == "two"
    seen = child.lua(FOLLOWERS)
    left = seen["facade"][1 : seen["facade"].index("# <</ipynb_nvim>>")]
    assert left in (["one", "2"], ["one", "2", "3"])
    assert sources(child)[0] == "\n".join(left)
    assert seen["cells"][1]["content_row"] == len(left) + 3
    child.keys_and_settle("9<C-r>")
    assert sources(child)[0] == "one\n2\n3\n4\n5"


def test_the_line_undo_of_a_fresh_cell_has_nothing_to_restore(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one")
    child.keys_and_settle("2G<CR>U")
    assert_at(child, "one", edited=1)
    child.keys_and_settle("AX<Esc>U")
    assert_at(child, "one", edited=1)


def test_histories_of_notebooks_are_independent(
    child: Child, notebook: Callable[..., Path], open_notebook: Callable[..., int]
) -> None:
    first = open_notebook("one")
    child.keys_and_settle("2GA1<Esc><Esc>")
    child.command("set hidden")
    second = open_in(child, notebook("two", name="b.ipynb"), ["two"])
    child.keys_and_settle("2GA2<Esc><Esc>")
    child.command(f"buffer {first}")
    child.keys_and_settle("u")
    assert sources(child) == ["one"]
    child.keys_and_settle("u")
    assert sources(child) == ["one"]
    child.command(f"buffer {second}")
    assert sources(child) == ["two2"]
    child.keys_and_settle("u")
    assert sources(child) == ["two"]


def test_undo_goes_over_a_save_and_modified_follows(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one", "two")
    child.keys_and_settle("2GA1<Esc><Esc>:w<CR>")
    assert not is_modified(child)
    child.keys_and_settle("5GA2<Esc><Esc>")
    assert is_modified(child)
    child.keys_and_settle("u")
    assert not is_modified(child)
    child.keys_and_settle("u")
    assert is_modified(child)
    child.keys_and_settle("<C-r>")
    assert not is_modified(child)
    assert sources(child) == ["one1", "two"]


def test_undo_while_a_cell_runs_keeps_its_output(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    source = "import time\nwhile not __import__('os').path.exists('go'): time.sleep(.01)\nprint(42)"
    open_notebook("one", source)
    child.keys_and_settle("2GA1<Esc><Esc>5G<C-CR>")
    wait_states(child, "idle", "busy")
    child.keys_and_settle("5Gdd")
    child.keys_and_settle("u")
    child.keys_and_settle("u")
    assert sources(child) == ["one", source]
    (child.home.parent / "go").touch()
    wait_states(child, "idle", "ok")
    child.wait_for_text("42")
    lines = "local c = require('ipynb').cells(); return require('ipynb').output_lines(c[2].id)"
    assert child.lua(lines) == ["42"]


# -- at random --------------------------------------------------------------------------------

Cell = tuple[str, str, tuple[str, ...]]  # id, cell_type, lines
WORDS = ("alpha", "beta", "é日本", "x = 1", "# <<ipynb_nvim:code>>")


@dataclass
class Tree:
    """Vim's undo tree (:h undo-tree) of a list of cells; ``states`` is indexed by seq."""

    states: list[list[Cell]]
    parents: list[int] = field(default_factory=lambda: [-1])
    redo: dict[int, int] = field(default_factory=dict)  # the child that was walked last
    seq: int = 0

    def add(self, state: list[Cell]) -> None:
        self.states.append(state)
        self.parents.append(self.seq)
        self.redo[self.seq] = self.seq = len(self.states) - 1

    def undo(self) -> None:
        if self.seq:
            self.redo[self.parents[self.seq]] = self.seq
            self.seq = self.parents[self.seq]

    def go(self, seq: int) -> None:
        """Walk to a state as ``g-`` and ``g+`` do, clamped at the ends."""
        seq = max(0, min(seq, len(self.states) - 1))
        below = [seq]
        while below[-1]:
            below.append(self.parents[below[-1]])
        while self.seq not in below:
            self.undo()
        for child in reversed(below[: below.index(self.seq)]):
            self.redo[self.parents[child]] = child
        self.seq = seq

    def press(self, key: str, count: int) -> None:
        if key in {"g-", "g+"}:
            self.go(self.seq + (count if key == "g+" else -count))
            return
        for _ in range(count):
            if key == "u":
                self.undo()
            else:
                self.seq = self.redo.get(self.seq, self.seq)


class Player:
    """Does random things to a notebook, and to the model of it."""

    def __init__(self, child: Child, rng: random.Random, tree: Tree) -> None:
        self._child, self._rng, self._tree = child, rng, tree
        self.played: list[str] = []

    def _press(self, keys: str) -> None:
        self.played.append(keys)
        self._child.keys_and_settle(keys)

    def _go_to_a_line(self) -> tuple[list[Cell], int, int]:
        """Put the facade's cursor on a line of text; return cells, cell and line."""
        state = list(self._tree.states[self._tree.seq])
        index = self._rng.randrange(len(state))
        row = self._rng.randrange(len(state[index][2]))
        before = sum(len(cell[2]) + 2 for cell in state[:index])
        is_editing = self._child.lua("return vim.b.ipynb_cell_id ~= nil")
        self._press(f"{'<Esc>' if is_editing else ''}{before + 1 + row + 1}G")
        return state, index, row

    def step(self) -> None:
        actions = (self._undo, self._edit, self._insert, self._delete, self._move)
        self._rng.choices(actions, (6, 4, 1, 1, 1))[0]()

    def _undo(self) -> None:
        key, count = (
            self._rng.choice(("u", "u", "<C-r>", "g-", "g+")),
            self._rng.choice((1, 1, 2, 3)),
        )
        self._press(f"{count}{key}")
        self._tree.press(key, count)

    def _edit(self) -> None:
        state, index, row = self._go_to_a_line()
        cell_id, cell_type, old = state[index]
        word, lines = self._rng.choice(WORDS), list(old)
        kind = self._rng.choice("AOd")
        if kind == "A":
            lines[row] += word
        elif kind == "O":
            lines.insert(row, word)
        else:
            lines[row : row + 1] = [word, word]
        keys = {"A": f"A{word}", "O": f"O{word}", "d": f"<CR>cc{word}<CR>{word}"}[kind]
        leave = self._rng.choice(("", "<Esc>"))  # some undo in the float
        self._press(keys.replace("<<", "<lt><lt>") + "<Esc>" + leave)
        state[index] = (cell_id, cell_type, tuple(lines))
        self._tree.add(state)

    def _insert(self) -> None:
        state, index, _ = self._go_to_a_line()
        where = self._rng.choice((0, 1))
        self._press("\\ka" if where == 0 else "\\kb")
        new_id = cells(self._child)[index + where]["id"]
        assert new_id not in {cell[0] for known in self._tree.states for cell in known}
        self._tree.add([*state[: index + where], (new_id, "code", ("",)), *state[index + where :]])

    def _delete(self) -> None:
        state, index, _ = self._go_to_a_line()
        count = self._rng.choice((1, 2))
        if len(state) - count >= 1:
            self._press(f"{count}dd")
            self._tree.add([*state[:index], *state[index + count :]])

    def _move(self) -> None:
        state, index, _ = self._go_to_a_line()
        distance = self._rng.choice((-2, -1, 1, 2))
        self._press(f"{abs(distance)}{'<M-j>' if distance > 0 else '<M-k>'}")
        target = max(0, min(index + distance, len(state) - 1))
        if target != index:
            state.insert(target, state.pop(index))
            self._tree.add(state)

    def check(self) -> None:
        """Compare facade, shadow, cells, the host's model and the float with the tree's state."""
        seen: dict[str, Any] = self._child.lua(FOLLOWERS)
        state = self._tree.states[self._tree.seq]
        facade, shadow, rows = [], [], []
        for cell_id, cell_type, lines in state:
            rows.append((cell_id, cell_type, len(facade) + 1, len(facade) + 1 + len(lines)))
            facade += [f"# <<ipynb_nvim:{cell_type}>>", *lines, "# <</ipynb_nvim>>"]
            shadow += ["", *(lines if cell_type == "code" else [""] * len(lines)), ""]
        assert seen["facade"] == facade
        assert seen["shadow"] == shadow
        names = ("id", "cell_type", "content_row", "content_end_row")
        assert [tuple(cell[name] for name in names) for cell in seen["cells"]] == rows
        model = [(c["id"], c["cell_type"], tuple(c["source"].split("\n"))) for c in seen["model"]]
        assert model == state
        if seen["current"]:
            texts = {cell_id: list(lines) for cell_id, _, lines in state}
            assert seen["text"] == texts[seen["current"]]
        else:
            lnum = self._child.api.win_get_cursor(0)[0]
            assert any(first < lnum <= last for _, _, first, last in rows), "on a marker line"


@pytest.mark.parametrize("first", range(0, 100, 50))
def test_random_operations_and_undo_keep_everything_in_step(
    child: Child, tmp_path: Path, first: int
) -> None:
    for seed in range(first, first + 50):
        rng = random.Random(seed)
        specs = [
            (rng.choice(("code", "code", "markdown")), "a\nb") for _ in range(rng.choice((1, 3)))
        ]
        path = write_notebook(tmp_path / f"{seed}.ipynb", specs)
        open_in(child, path, specs)
        child.keys_and_settle("2G")
        start = [(f"cell-{i}", spec[0], ("a", "b")) for i, spec in enumerate(specs)]
        player = Player(child, rng, Tree([start]))
        try:
            for _ in range(14):
                player.step()
                player.check()
        except AssertionError as error:
            pytest.fail(f"seed {seed}, keys {player.played}: {error}", pytrace=False)
        child.keys_and_settle("<C-\\><C-n>")
        child.command("silent! fclose! | silent! bwipeout!")
