"""Notebooks as buffers: hidden, closed, read again, in several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.files import (
    assert_no_prompt,
    is_modified,
    run_cell,
    sources,
    wait_cells,
    wait_modified,
)
from tests.harness import write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child


@pytest.mark.parametrize("hidden", ["hidden", "nohidden"])
def test_another_file_in_the_window_and_back(
    child: Child, open_notebook: Callable[..., int], hidden: str
) -> None:
    child.command(f"set {hidden}")
    buf = open_notebook("one = 1", "two = 2")
    child.keys_and_settle("Ax<Esc>u<Esc>:edit other.txt<CR>")
    assert child.api.get_current_buf() != buf
    assert not child.is_visible("one = 1")
    child.keys_and_settle(f":buffer {buf}<CR>")
    child.wait_for_text("one = 1")
    wait_cells(child, 2)
    child.keys_and_settle("ggAy<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert "one = 1y" in child.lines()


def test_nohidden_refuses_to_leave_unsaved_changes(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    child.command("set nohidden")
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:edit other.txt<CR>")
    child.wait_for_text("E37")
    assert child.api.get_current_buf() == buf


def test_hidden_changes_are_still_there(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:edit other.txt<CR>:wall<CR>")
    child.wait_for(lambda: sources(tmp_path / "test.ipynb") == ["one = 1x"])
    child.keys_and_settle(f":buffer {buf}<CR>u")
    child.wait_for_text("one = 1")
    assert not child.is_visible("one = 1x")
    wait_modified(child, value=True)


@pytest.mark.parametrize("command", ["bdelete", "bwipeout", "bunload"])
def test_a_closed_notebook_leaves_nothing_behind(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, command: str
) -> None:
    buffers = set(child.api.list_bufs())
    open_notebook("print('hello')", "two = 2")
    run_cell(child)
    child.keys_and_settle(f"<CR><C-j><Esc>:edit other.txt<CR>:{command} test.ipynb<CR>")
    child.wait_for_text("E89")
    child.keys_and_settle(f":{command}! test.ipynb<CR>")
    child.wait_for(lambda: child.lua("return next(require('ipynb.notebook').all()) == nil"))
    loaded = {buf for buf in child.api.list_bufs() if child.api.buf_is_loaded(buf)}
    assert loaded - buffers <= {child.api.get_current_buf()}
    child.wait_for(lambda: len(child.descendants()) == 1, 5, "the end of the kernel")
    child.keys(f":edit {tmp_path}/test.ipynb<CR>")
    wait_cells(child, 2)
    child.wait_for_text("two = 2")
    assert not is_modified(child)


def test_edit_bang_reads_the_file_again(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:edit<CR>")
    child.wait_for_text("E37")
    write_notebook(tmp_path / "test.ipynb", ["new = 2", "more"])
    child.keys_and_settle(":edit!<CR>")
    child.wait_for_text("new = 2")
    wait_cells(child, 2)
    assert child.api.get_current_buf() == buf
    assert not is_modified(child)
    child.keys_and_settle("ggAx<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert sources(tmp_path / "test.ipynb") == ["new = 2x", "more"]


def test_what_the_host_said_before_edit_bang_does_not_reach_the_cells_read_again(
    child: Child, notebook: Callable[..., Path]
) -> None:
    output = {"name": "stdout", "output_type": "stream", "text": ["seen\n"]}
    cell = make_cell("one = 1", 0) | {"outputs": [output]}
    open_in(child, notebook(cell), [cell])
    for _ in range(25):
        child.keys_and_settle("2G\\kr:edit!<CR>")
        assert child.lua("return require('ipynb').cells()[1].output_count") == 1


def test_edit_bang_in_the_float_reads_the_notebook_again_or_says_why_not(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1", "two = 2")
    child.keys_and_settle("Ax<Esc>:edit!<CR>")
    assert_no_prompt(child)
    child.keys_and_settle("<Esc>")
    child.wait_for(lambda: child.api.get_current_buf() == buf)
    assert child.lines()[1] in {"one = 1", "one = 1x"}
    child.keys_and_settle(":w<CR>")
    wait_modified(child, value=False)
    assert sources(tmp_path / "test.ipynb")[1] == "two = 2"
    assert sources(tmp_path / "test.ipynb")[0] == child.lines()[1]


@pytest.mark.parametrize("command", ["split", "tab split"])
def test_one_notebook_in_two_windows_shows_the_same_text(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, command: str
) -> None:
    buf = open_notebook("one = 1", "two = 2")
    child.keys_and_settle(f":{command}<CR>Ax<Esc><Esc>")
    windows = child.api.list_wins()
    assert [child.api.win_get_buf(win) for win in windows] == [buf, buf]
    child.keys_and_settle(":close<CR>Ay<Esc>:w<CR>")
    wait_modified(child, value=False, buf=buf)
    assert sources(tmp_path / "test.ipynb") == ["one = 1xy", "two = 2"]


def test_two_notebooks_are_edited_side_by_side(child: Child, notebook: Callable[..., Path]) -> None:
    paths = [notebook("first = 1", name="a.ipynb"), notebook("second = 2", name="b.ipynb")]
    open_in(child, paths[0], ["first = 1"])
    child.keys_and_settle(f":vsplit {paths[1]}<CR>")
    child.wait_for_text("second = 2")
    child.keys_and_settle("Ax<Esc><Esc><C-w>wAy<Esc>")
    child.keys_and_settle("<C-w>w")
    child.keys_and_settle(":wa<CR>")
    child.wait_for(
        lambda: [sources(path) for path in paths] == [["first = 1y"], ["second = 2x"]],
        5,
        "both saved",
    )


def test_a_notebook_is_no_other_buffers_business(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("one = 1")
    child.keys_and_settle(":enew<CR>iplain<Esc>dd")
    assert child.lines() == [""]
    child.keys_and_settle(":NotebookExecuteCell<CR>")
    child.wait_for_text("no notebook")
    assert_no_prompt(child)


def test_the_file_mode_and_a_link_are_kept_by_saving(
    child: Child, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    path = notebook("one = 1", name="real.ipynb")
    path.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    open_in(child, link, ["one = 1"])
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert link.is_symlink()
    assert sources(path) == ["one = 1x"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_reload_keeps_the_kernel(child: Child, open_notebook: Callable[..., int]) -> None:
    open_notebook("kept = 41", "kept + 1")
    state = "return require('ipynb').cells()[...].execution_state"
    child.keys_and_settle(":1NotebookExecuteCell<CR>")
    child.wait_for(lambda: child.lua(state, 1) == "ok", 30)
    child.keys_and_settle(":edit!<CR>")
    child.wait_for(lambda: child.lua(state, 1) == "idle")
    child.keys_and_settle("G:NotebookExecuteCell<CR>")
    child.wait_for(lambda: child.lua(state, 2) == "ok", 30)
    child.wait_for_text("Out: 42")


@pytest.mark.parametrize("command", ["saveas {}", "file {}"])
def test_under_another_kind_of_name_it_is_still_a_notebook_file(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, command: str
) -> None:
    open_notebook("one = 1")
    path = tmp_path / "copy.json"
    child.keys_and_settle(f":{command.format(path)}<CR>Ax<Esc><Esc>:w<CR>")
    child.wait_for(lambda: path.exists() and sources(path) == ["one = 1x"])
