"""Running more than a cell or less of it, the queue, what was edited since, and long runs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells, run_cell, states, wait_states
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOLD = "import time, pathlib\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)"
INIT = "require('ipynb').setup({ notify = { after_s = 1, terminal = 'osc9' } })"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("running"), Launch(width=90, height=45, init=INIT))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")


def top(child: Child, index: int) -> str:
    """Return the screen row of a cell's top border; the window must start at line 1."""
    return [row for row in child.rows() if row.startswith(("{}", "M", "≡"))][index]


def output(child: Child, index: int) -> list[str]:
    """Return the lines of a cell's output."""
    cell_id = cells(child)[index]["id"]
    return child.lua("return require('ipynb').output_lines(...)", cell_id)


def test_all_above_leaves_this_cell_out_and_all_below_takes_it(
    show: Callable[..., Child],
) -> None:
    child = show("1", "2", ("markdown", "text"), "3", "4")
    child.keys_and_settle("3]]")
    run_cell(child, ":NotebookExecuteAllAbove<CR>")
    assert states(child) == ["ok", "ok", "idle", "idle", "idle"]
    run_cell(child, "\\kB")
    assert states(child) == ["ok", "ok", "idle", "ok", "ok"]
    assert [cell.get("execution_count") for cell in cells(child)] == [1, 2, None, 3, 4]


def test_all_above_the_first_cell_says_that_there_is_none(show: Callable[..., Child]) -> None:
    child = show("1", "2")
    child.keys_and_settle("\\kA")
    child.wait_for_text("no code cell here")


def test_selected_lines_run_alone_and_show_in_their_cell(show: Callable[..., Child]) -> None:
    child = show("0", "print('one')\nprint('two')\nprint('three')")
    child.keys_and_settle("]]")
    run_cell(child, "jVj\\ke")
    assert output(child, 1) == ["two", "three"]
    assert states(child) == ["idle", "ok"]
    child.keys_and_settle("gg")
    run_cell(child, ":5,6NotebookExecuteSelection<CR>")
    assert output(child, 1) == ["one", "two"]


def test_selected_text_runs_without_the_rest_of_its_lines(show: Callable[..., Child]) -> None:
    child = show("print(6 * 7)")
    run_cell(child, "jf6v4l\\ke")
    assert output(child, 0) == ["Out: 42"]
    run_cell(child, "0f6v4l:NotebookExecuteSelection<CR>")
    assert output(child, 0) == ["Out: 42"]


def test_a_selection_in_the_float_runs_with_what_was_just_typed(show: Callable[..., Child]) -> None:
    child = show("x = 1")
    run_cell(child, "<CR>o    y = 20<CR>y + 1<Esc>kVj\\ke")
    assert output(child, 0) == ["Out: 21"]


def test_a_selection_with_the_markers_is_the_cell(show: Callable[..., Child]) -> None:
    child = show("print('a')\nprint('b')")
    run_cell(child, "ggVG\\ke")
    assert output(child, 0) == ["a", "b"]


def test_a_selection_of_two_cells_is_refused(show: Callable[..., Child]) -> None:
    child = show("1", "2")
    child.keys_and_settle("ggVG\\ke")
    child.wait_for_text("more than one cell")
    assert states(child) == ["idle", "idle"]


def test_the_line_under_the_cursor_runs_alone(show: Callable[..., Child]) -> None:
    child = show("print('one')\nprint('two')\n\n", ("markdown", "print()"))
    run_cell(child, "jj\\kL")
    assert output(child, 0) == ["two"]
    run_cell(child, "<CR>gg:NotebookExecuteLine<CR>")
    assert output(child, 0) == ["one"]
    child.keys_and_settle("<Esc>jj\\kL")
    child.wait_for_text("nothing to run here")
    child.keys_and_settle("]]\\kL")
    child.wait_for_text("no code cell here")


def test_the_next_in_the_queue_say_their_place_and_some_can_be_dropped(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show(HOLD, *(str(n) for n in range(1, 5)))
    child.keys("\\kE")
    wait_states(child, "busy", *["queued"] * 4)
    child.wait_for(lambda: "queued 4" in top(child, 4), what="places")
    assert "queued 1" in top(child, 1)
    child.keys_and_settle(f"{cells(child)[2]['row'] + 1}GVjjj\\kq")
    wait_states(child, "busy", "queued", "cancelled", "cancelled", "queued")
    child.wait_for(lambda: "queued 2" in top(child, 4), what="the new place")
    status = child.lua("return (require('ipynb').statusline())")
    assert status.startswith("Python 3")
    assert status.endswith(", 2 queued")
    (tmp_path / "go").touch()
    wait_states(child, "ok", "ok", "cancelled", "cancelled", "ok")
    assert "queued" not in child.lua("return (require('ipynb').statusline())")


def test_a_cell_edited_since_its_run_is_marked_until_it_is_as_it_was(
    show: Callable[..., Child],
) -> None:
    child = show("x = 1", "2")
    run_cell(child, "\\kE")
    assert "●" not in top(child, 0)
    child.keys_and_settle("jA + 1<Esc>")
    child.wait_for(lambda: "●" in top(child, 0), what="the mark")
    assert "●" not in top(child, 1)
    child.keys_and_settle("u")
    child.wait_for(lambda: "●" not in top(child, 0), what="no mark")
    child.keys_and_settle("<C-r>")
    child.wait_for(lambda: "●" in top(child, 0), what="the mark again")
    child.keys_and_settle("<Esc>")
    run_cell(child)
    assert "●" not in top(child, 0)


def test_a_cell_that_was_split_since_its_run_is_marked(show: Callable[..., Child]) -> None:
    child = show("x = 1\ny = 2")
    run_cell(child)
    child.keys_and_settle("jj:NotebookSplitCell<CR>")
    child.wait_for(lambda: "●" in top(child, 0), what="the mark")
    child.keys_and_settle("u")
    child.wait_for(lambda: "●" not in top(child, 0), what="no mark")


def test_a_part_that_was_run_is_no_edit(show: Callable[..., Child]) -> None:
    child = show("x = 1\nx + 1")
    run_cell(child, "j\\kL")
    child.settle()
    assert "●" not in top(child, 0)


def test_a_long_run_says_when_it_has_ended(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.6)", "time.sleep(0.6)", "1 / 0", "2")
    run_cell(child, ":2NotebookExecuteCell 2<CR>")
    child.wait_for_text("2 cells done after ")
    run_cell(child, "\\kE")
    child.wait_for_text("run failed in [5] after ")
    written = (child.home / "nvim-stderr.txt").read_bytes()
    if child.lua("return vim.api.nvim_ui_send == nil"):
        assert b"\x1b]9;ipynb: 2 cells done after " in written


def test_a_short_run_says_nothing(show: Callable[..., Child]) -> None:
    child = show("1")
    run_cell(child)
    child.keys_and_settle(":messages clear<CR>")
    run_cell(child)
    assert "done after" not in child.command("messages")


def test_with_the_option_the_file_says_when_a_cell_ran(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    path = write_notebook(tmp_path / "timed.ipynb", ["1", "2"])
    child = start_child(init="require('ipynb').setup({ kernel = { record_timing = true } })")
    open_in(child, path, ["1", "2"])
    run_cell(child, "gg<C-CR>")
    child.keys_and_settle(":w<CR>")
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert second["metadata"] == {}
    times = first["metadata"]["execution"]
    order = ["iopub.status.busy", "iopub.execute_input", "shell.execute_reply"]
    assert set(times) == {*order, "iopub.status.idle"}
    dates = [datetime.fromisoformat(times[key].replace("Z", "+00:00")) for key in order]
    assert dates == sorted(dates)
    assert child.lua("return vim.bo.modified") is False
