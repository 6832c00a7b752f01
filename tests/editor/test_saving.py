"""The ways a person saves notebooks and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.files import (
    assert_no_prompt,
    sources,
    wait_left,
    wait_modified,
)
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child


def test_w_in_the_float_saves_the_notebook(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc>:w<CR>")
    wait_modified(child, value=False, buf=buf)
    assert sources(tmp_path / "test.ipynb") == ["one = 1x"]
    assert child.lua("return vim.b.ipynb_cell_id"), "the float stays open"
    child.keys_and_settle("Ay<C-s>")
    wait_modified(child, value=False, buf=buf)
    assert sources(tmp_path / "test.ipynb") == ["one = 1xy"]


@pytest.mark.parametrize("save", ["<CR>:w<CR><Esc>", "<CR><C-s><Esc>", ":NotebookSave<CR>"])
def test_neovim_does_not_take_an_own_save_for_another_programs(
    child: Child, open_notebook: Callable[..., int], save: str
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle(f"ggAx<Esc><Esc>{save}Ay<Esc><Esc>:enew<CR>")
    child.keys_and_settle(f":buffer {buf}<CR>")
    assert not child.is_visible("W12"), "the file has changed"
    child.keys_and_settle("u")
    assert child.is_visible("one = 1x")


@pytest.mark.parametrize("is_in_float", [False, True])
def test_w_with_another_name_writes_a_copy(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, is_in_float: bool
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc>" + ("" if is_in_float else "<Esc>"))
    child.keys_and_settle(":w copy.ipynb<CR>")
    child.wait_for((tmp_path / "copy.ipynb").exists)
    assert sources(tmp_path / "copy.ipynb") == ["one = 1x"]
    assert sources(tmp_path / "test.ipynb") == ["one = 1"]
    wait_modified(child, value=True, buf=buf)
    assert child.api.buf_get_name(buf) == str(tmp_path / "test.ipynb")
    child.keys_and_settle(":w<CR>")
    wait_modified(child, value=False, buf=buf)
    assert sources(tmp_path / "test.ipynb") == ["one = 1x"]


def test_the_text_of_one_cell_can_be_written_to_a_file_of_its_own(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc>:w cell.py<CR>")
    child.wait_for((tmp_path / "cell.py").exists)
    assert (tmp_path / "cell.py").read_text() == "one = 1x\n"
    assert sources(tmp_path / "test.ipynb") == ["one = 1"]
    wait_modified(child, value=True, buf=buf)


@pytest.mark.parametrize("command", [":1,2w! {}<CR>", ":w! >> {}<CR>"])
def test_a_part_of_the_text_never_goes_into_a_notebook_file(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, command: str
) -> None:
    open_notebook("one = 1", "two = 2")
    for name in ("test.ipynb", "other.ipynb"):
        path = write_notebook(tmp_path / name, ["one = 1", "two = 2"])
        child.keys_and_settle(command.format(name))
        child.wait_for_text("whole")
        assert_no_prompt(child)
        assert sources(path) == ["one = 1", "two = 2"]


def test_w_over_another_notebook_needs_a_bang(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    open_notebook("one = 1")
    other = write_notebook(tmp_path / "other.ipynb", ["other"])
    child.keys_and_settle(":w other.ipynb<CR>")
    child.wait_for_text("E13")
    assert sources(other) == ["other"]
    child.keys_and_settle(":w! other.ipynb<CR>")
    child.wait_for(lambda: sources(other) == ["one = 1"])
    assert_no_prompt(child)


def test_saveas_gives_the_notebook_a_new_file(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:saveas moved.ipynb<CR>")
    moved = tmp_path / "moved.ipynb"
    child.wait_for(moved.exists)
    wait_modified(child, value=False)
    assert_no_prompt(child)
    assert child.api.get_current_buf() == buf
    assert child.api.buf_get_name(buf) == str(moved)
    child.keys_and_settle("Ay<Esc>:w<CR>")
    wait_modified(child, value=False, buf=buf)
    assert sources(moved) == ["one = 1xy"]
    assert sources(tmp_path / "test.ipynb") == ["one = 1"]


def test_saveas_over_a_file_needs_a_bang(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    open_notebook("one = 1")
    other = write_notebook(tmp_path / "other.ipynb", ["other"])
    child.keys_and_settle(":saveas other.ipynb<CR>")
    child.wait_for_text("E13")
    assert sources(other) == ["other"]
    child.keys_and_settle(":saveas! other.ipynb<CR>")
    child.wait_for(lambda: sources(other) == ["one = 1"])
    wait_modified(child, value=False)


@pytest.mark.parametrize("keys", [":wq<CR>", ":x<CR>", "ZZ", ":wqa<CR>", ":xa<CR>"])
def test_leaving_with_saving_saves(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, keys: str
) -> None:
    open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>")
    child.keys(keys)
    wait_left(child)
    assert sources(tmp_path / "test.ipynb") == ["one = 1x"]


def test_wqa_from_the_float_saves_and_leaves(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    open_notebook("one = 1")
    child.keys("Ax<Esc>:wqa<CR>")
    wait_left(child)
    assert sources(tmp_path / "test.ipynb") == ["one = 1x"]


def test_wall_has_nothing_but_the_notebook_to_write_without_language_servers(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    child = start_child(init="require('ipynb').setup({ lsp = { enabled = false } })")
    open_in(child, path, ["one = 1"])
    child.keys_and_settle("Ax<Esc>:wall<CR>")
    assert sources(path) == ["one = 1x"]
    assert "E141" not in child.messages()
    child.keys("A2<Esc>:wqall<CR>")
    wait_left(child)
    assert sources(path) == ["one = 1x2"]


@pytest.mark.parametrize("keys", [":q<CR>", ":wq<CR>", ":x<CR>", "ZZ", "<C-w>c", "<C-w>q"])
def test_leaving_the_float_goes_back_to_the_notebook(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path, keys: str
) -> None:
    buf = open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc>")
    child.keys_and_settle(keys)
    child.wait_for(lambda: child.api.get_current_buf() == buf)
    assert len(child.api.list_wins()) == 1
    is_saved = keys in (":wq<CR>", ":x<CR>", "ZZ")
    if is_saved:
        child.wait_for(lambda: sources(tmp_path / "test.ipynb") == ["one = 1x"], 3, "a saved file")
    wait_modified(child, value=not is_saved)
    assert child.lines()[1] == "one = 1x"


def test_q_with_unsaved_changes_refuses(child: Child, open_notebook: Callable[..., int]) -> None:
    open_notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:q<CR>")
    child.wait_for_text("E37")
    child.keys_and_settle("<CR>")  # Neovim's own message has two lines
    assert child.lines()[1] == "one = 1x"


def test_wa_saves_every_notebook(child: Child, notebook: Callable[..., Path]) -> None:
    paths = [notebook("first = 1", name="a.ipynb"), notebook("second = 2", name="b.ipynb")]
    for path, source in zip(paths, ("first = 1", "second = 2"), strict=True):
        open_in(child, path, [source])
        child.keys_and_settle("Ax<Esc><Esc>")
    child.keys_and_settle(":wa<CR>")
    child.wait_for(lambda: [sources(path) for path in paths] == [["first = 1x"], ["second = 2x"]])
    assert_no_prompt(child)


def test_events_tell_of_opening_saving_and_closing(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(
        init="""_G.seen = {}
        vim.api.nvim_create_autocmd('User', { pattern = 'Notebook*', callback = function(event)
          table.insert(_G.seen, { event.match, event.data.buf, event.data.path })
        end })"""
    )
    path = notebook("one = 1")
    buf = open_in(child, path, ["one = 1"])
    child.keys_and_settle(":w<CR>:bwipeout<CR>")
    child.wait_for(lambda: len(child.lua("return _G.seen")) == 3)
    assert child.lua("return _G.seen") == [
        ["NotebookOpened", buf],
        ["NotebookSaved", buf, str(path)],
        ["NotebookClosed", buf],
    ]


def test_autocommands_before_a_save_run_and_what_edits_there_is_no_news(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(
        init="""local function on(callback, command)
          vim.api.nvim_create_autocmd('BufWritePre', {
            pattern = '*', callback = callback, command = command,
          })
        end
        on(nil, [[%s/\\s\\+$//e]])
        on(function() vim.notify('a warning', vim.log.levels.WARN) end)
        on(function(event) _G.seen = event.match end)"""
    )
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1x"])
    assert child.lua("return _G.seen") == str(path)
    assert_no_prompt(child)
    child.wait_for(lambda: "ipynb: a warning" in child.messages())
    assert "E21" not in child.messages()
