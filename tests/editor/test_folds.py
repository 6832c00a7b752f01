"""Folds of cells and of outputs, by Vim's own keys and by commands."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells
from tests.harness import Child, Launch, write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Each cell must be one fold, exactly; asked for all windows, which are left as they were.
_WRONG_FOLDS = """
local nb, wrong = require('ipynb.notebook').get(), {}
for _, win in ipairs(vim.fn.win_findbuf(nb.buf)) do
  vim.api.nvim_win_call(win, function()
    local view, closed = vim.fn.winsaveview(), {}
    for _, cell in ipairs(require('ipynb').cells()) do
      closed[cell.row + 1] = vim.fn.foldclosed(cell.row + 1) ~= -1
    end
    vim.cmd('%foldclose!')
    for _, cell in ipairs(require('ipynb').cells()) do
      local first, last = vim.fn.foldclosed(cell.end_row), vim.fn.foldclosedend(cell.row + 1)
      if first ~= cell.row + 1 or last ~= cell.end_row or vim.fn.foldlevel(first) ~= 1 then
        table.insert(wrong, { win, cell.row + 1, cell.end_row, first, last })
      end
    end
    vim.cmd('%foldopen!')
    for lnum, is_closed in pairs(closed) do
      if is_closed then vim.cmd(lnum .. 'foldclose') end
    end
    vim.fn.winrestview(view)
  end)
end
return wrong
"""


def with_output(source: str, *lines: str) -> dict[str, Any]:
    text = [f"{line}\n" for line in lines]
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return make_cell(source, 0) | {"outputs": [output]}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("folds"), Launch(width=90, height=40))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs), specs)
        editor.keys_and_settle("ggj")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! only!")
    editor.command("silent! %bwipeout!")


def shown(child: Child) -> list[str]:
    """Return the lines of all closed cells on the screen, from their marks on."""
    return [row[2:].rstrip("─ ") for row in child.rows() if row[2:].startswith("▸")]


def test_zc_folds_the_cell_to_a_line_that_says_what_is_in_it(show: Callable[..., Child]) -> None:
    child = show(with_output("\nimport numpy\nx = 1", "seen"), ("markdown", "# Title\ntext"))
    child.keys_and_settle("zc")
    assert shown(child) == ["▸ [ ] python  import numpy · 3 lines, output"]
    assert not child.is_visible("seen")
    assert child.is_visible("text")
    child.keys_and_settle("jzc")
    assert shown(child)[1:] == ["▸ markdown  # Title · 2 lines"]
    child.keys_and_settle("kza")
    assert shown(child) == ["▸ markdown  # Title · 2 lines"]
    assert child.is_visible("seen")


def test_all_cells_close_and_open(show: Callable[..., Child]) -> None:
    child = show("one", "two", "three")
    child.keys_and_settle("zM")
    assert len(shown(child)) == 3
    child.keys_and_settle("zR")
    assert shown(child) == []
    child.keys_and_settle("zm")
    assert len(shown(child)) == 3
    child.keys_and_settle("zr")
    assert shown(child) == []
    child.keys_and_settle(":NotebookFoldAll<CR>")
    assert len(shown(child)) == 3
    child.keys_and_settle(":NotebookUnfoldAll<CR>")
    assert shown(child) == []
    child.keys_and_settle(":%foldclose<CR>")
    assert len(shown(child)) == 3
    child.keys_and_settle("zi")
    assert shown(child) == []
    child.keys_and_settle("zi")
    assert len(shown(child)) == 3


def test_moves_go_from_fold_to_fold(show: Callable[..., Child]) -> None:
    child = show("one", "two", "three")
    child.keys_and_settle("zj")
    assert child.api.win_get_cursor(0)[0] == 4
    child.keys_and_settle("jj]z")
    assert child.api.win_get_cursor(0)[0] == 6
    child.keys_and_settle("[z")
    assert child.api.win_get_cursor(0)[0] == 4
    child.keys_and_settle("zk")
    assert child.api.win_get_cursor(0)[0] == 3


def test_the_fold_command_toggles_and_takes_selections_and_counts(
    show: Callable[..., Child],
) -> None:
    child = show("one", "two", "three", "four")
    child.keys_and_settle("\\kf")
    assert shown(child) == ["▸ [ ] python  one · 1 line"]
    child.keys_and_settle("\\kf")
    assert shown(child) == []
    child.keys_and_settle("3\\kf")
    assert len(shown(child)) == 3
    child.keys_and_settle("zRjjjVjjj\\kf")
    assert [line.split()[4] for line in shown(child)] == ["two", "three"]
    child.keys_and_settle("zR:2,8NotebookFoldCell<CR>")
    assert [line.split()[4] for line in shown(child)] == ["one", "two", "three"]


def test_the_command_folds_the_cell_that_is_edited(show: Callable[..., Child]) -> None:
    child = show("one", "two")
    child.keys_and_settle("i<Esc>:NotebookFoldCell<CR>")
    assert shown(child) == ["▸ [ ] python  one · 1 line"]
    assert child.api.get_option_value("filetype", {}) == "ipynb"


def test_closed_cells_stay_closed_when_they_are_moved_retyped_and_brought_back(
    show: Callable[..., Child],
) -> None:
    child = show("one", "two\n2", "three")
    child.keys_and_settle("zc<M-j>")
    assert shown(child) == ["▸ [ ] python  one · 1 line"]
    assert child.is_visible("two")
    child.keys_and_settle("\\km")
    assert shown(child) == ["▸ markdown  one · 1 line"]
    child.keys_and_settle("dd")
    assert shown(child) == []
    child.keys_and_settle("u")
    assert shown(child) == ["▸ markdown  one · 1 line"]
    child.keys_and_settle("uu")
    assert shown(child) == ["▸ [ ] python  one · 1 line"]
    child.keys_and_settle("<C-r><C-r><C-r>u")
    assert shown(child) == ["▸ markdown  one · 1 line"]


def test_open_cells_stay_open_among_closed_ones(show: Callable[..., Child]) -> None:
    child = show("one", "two", "three")
    child.keys_and_settle("zMzo<M-j>")
    assert [line.split()[4] for line in shown(child)] == ["two", "three"]
    child.keys_and_settle("\\kb")
    assert [line.split()[4] for line in shown(child)] == ["two", "three"]


def test_editing_opens_the_cell(show: Callable[..., Child]) -> None:
    child = show("one\n1", "two\n2")
    child.keys_and_settle("zMjoinside<Esc>")
    assert shown(child) == ["▸ [ ] python  one · 2 lines"]
    row = child.find_row("inside")
    assert row is not None
    assert child.row_text(row - 1).endswith(" two")
    child.keys_and_settle("<Esc>zc")
    assert shown(child)[1] == "▸ [ ] python  two · 3 lines"


def test_jumps_open_cells_as_foldopen_says(show: Callable[..., Child]) -> None:
    child = show("one", "two", "three")
    child.keys_and_settle("zM]]")
    assert [line.split()[4] for line in shown(child)] == ["one", "three"]
    child.command("set foldopen-=block")
    child.keys_and_settle("]]")
    assert [line.split()[4] for line in shown(child)] == ["one", "three"]
    child.command("set foldopen&")


def test_undo_opens_the_cell_whose_text_it_changes(show: Callable[..., Child]) -> None:
    child = show("one", "two")
    child.keys_and_settle("Ax<Esc><Esc>zM")
    assert shown(child)[0] == "▸ [ ] python  onex · 1 line"
    child.keys_and_settle("Gu")
    assert [line.split()[4] for line in shown(child)] == ["two"]


def test_two_windows_fold_by_themselves(show: Callable[..., Child]) -> None:
    child = show("one", "two", "three")
    child.keys_and_settle("zM:split<CR>zR")
    upper, lower = (
        [line for line in half if line[2:].startswith("▸")]
        for half in (child.rows()[:19], child.rows()[19:])
    )
    assert upper == []
    assert len(lower) == 3
    child.keys_and_settle("jzc<M-j>")
    rows = child.rows()
    assert [row.split()[4] for row in rows[:19] if row[2:].startswith("▸")] == ["one"]
    assert [row.split()[4] for row in rows[19:] if row[2:].startswith("▸")] == [
        "two",
        "one",
        "three",
    ]
    child.keys_and_settle("u")
    assert [row.split()[4] for row in child.rows()[19:] if row[2:].startswith("▸")] == [
        "one",
        "two",
        "three",
    ]


def test_a_line_that_looks_like_a_marker_starts_no_fold(show: Callable[..., Child]) -> None:
    child = show("one\n# <</ipynb_nvim>>\n# <<ipynb_nvim:code>>\n1", "two")
    child.keys_and_settle("zM")
    assert len(shown(child)) == 2


def test_a_fold_method_of_the_users_is_left_alone(show: Callable[..., Child]) -> None:
    child = show("def f():\n        x = 1\n        return x", "two")
    child.command("setlocal foldmethod=indent")
    child.keys_and_settle("zM")
    assert shown(child) == []
    assert not child.is_visible("return x")
    assert child.api.get_option_value("foldmethod", {}) == "indent"


def test_every_cell_is_a_fold_after_anything(show: Callable[..., Child]) -> None:
    child = show(*[f"cell {index}\nx\ny" for index in range(8)])
    child.keys_and_settle("zM:split<CR>zR")
    choice = random.Random(4)
    keys = ["dd", "p", "P", "u", "<C-r>", "<M-j>", "2<M-k>", "\\km", "\\kb", "za", "2dd", "J"]
    keys += ["\\k-", "gg", "G", "4j", "<C-w>w", "zM", "zR", "Goend<CR>x<Esc><Esc>", "g-", "g+"]
    keys += ["Otop<Esc><Esc>", "iggdG<Esc><Esc>", "yyP", "Vjd", "ix<Esc>ggdGu<Esc>"]
    done: list[str] = []
    for _ in range(60):
        done.append(choice.choice(keys))
        child.keys_and_settle(done[-1])
        assert child.lua(_WRONG_FOLDS) == [], done
    assert "Error" not in child.messages()


def output_rows(child: Child) -> list[str]:
    return [row[2:] for row in child.rows() if row[2:].startswith("│")]


def test_an_output_folds_to_one_line_and_back(show: Callable[..., Child]) -> None:
    child = show(with_output("one", "a", "b", "c"), "two")
    child.keys_and_settle("\\kF")
    assert output_rows(child) == ["│ ▸ 3 lines of output"]
    assert child.is_visible("one")
    child.keys_and_settle("\\kF")
    assert output_rows(child) == ["│ a", "│ b", "│ c"]


def test_a_folded_output_stays_folded_with_its_cell(show: Callable[..., Child]) -> None:
    child = show(with_output("one", "a", "b"), "two")
    child.keys_and_settle("\\kF<M-j>")
    assert output_rows(child) == ["│ ▸ 2 lines of output"]
    child.keys_and_settle("ddu")
    assert output_rows(child) == ["│ ▸ 2 lines of output"]
    assert [cell["output_count"] for cell in cells(child)] == [0, 1]


def test_outputs_fold_by_selection_and_all_at_once(show: Callable[..., Child]) -> None:
    outputs = [with_output("one", "a"), with_output("two", "b"), with_output("three", "c")]
    child = show(*[cell | {"id": f"c{index}"} for index, cell in enumerate(outputs)])
    child.keys_and_settle("Vjjj\\kF")
    assert output_rows(child) == ["│ ▸ 1 line of output", "│ ▸ 1 line of output", "│ c"]
    child.keys_and_settle(":NotebookFoldOutput!<CR>")
    assert output_rows(child) == ["│ ▸ 1 line of output"] * 3
    child.keys_and_settle(":NotebookFoldOutput!<CR>")
    assert output_rows(child) == ["│ a", "│ b", "│ c"]


def test_a_cell_without_output_says_so(show: Callable[..., Child]) -> None:
    child = show("one")
    child.keys_and_settle("\\kF")
    child.wait_for_text("no output here")


@pytest.mark.parametrize(
    ("metadata", "is_folded"),
    [
        ({"collapsed": True}, True),
        ({"jupyter": {"outputs_hidden": True}}, True),
        ({"collapsed": True, "jupyter": {"outputs_hidden": True}}, True),
        ({"collapsed": False, "jupyter": {"source_hidden": True}}, False),
        ({"jupyter": "odd"}, False),
    ],
)
def test_outputs_that_the_file_hides_are_folded_at_first_and_stay_so_in_the_file(
    show: Callable[..., Child], tmp_path: Path, metadata: dict[str, Any], is_folded: bool
) -> None:
    child = show(with_output("one", "a", "b") | {"metadata": metadata}, "two")
    before = (tmp_path / "test.ipynb").read_bytes()
    folded, whole = ["│ ▸ 2 lines of output"], ["│ a", "│ b"]
    assert output_rows(child) == (folded if is_folded else whole)
    child.keys_and_settle("\\kF")
    assert output_rows(child) == (whole if is_folded else folded)
    assert not child.lua("return vim.bo.modified")
    child.keys_and_settle(":write<CR>")
    assert (tmp_path / "test.ipynb").read_bytes() == before


def test_hidden_outputs_far_down_a_large_file_are_folded(show: Callable[..., Child]) -> None:
    hidden = with_output("last", "a", "b") | {"id": "z", "metadata": {"collapsed": True}}
    child = show(*["import os\nfor a in b: pass"] * 400, hidden)
    child.keys_and_settle("G")
    child.wait_for(lambda: output_rows(child) == ["│ ▸ 2 lines of output"], what="a fold")
