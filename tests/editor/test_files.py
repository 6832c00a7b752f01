"""The ways a person opens, saves, leaves and comes back to notebooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.harness import ChildExitedError, write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

COUNT = "return #require('ipynb').cells()"


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def is_modified(child: Child, buf: int = 0) -> bool:
    return child.lua("return vim.bo[...].modified", buf)


def wait_modified(child: Child, value: bool, buf: int = 0) -> None:
    child.wait_for(lambda: is_modified(child, buf) == value, 5, f"modified = {value}")
    # The host's word may still be on its way; after it nothing may change any more.
    child.lua("require('ipynb').flush(...)", buf)
    child.settle()
    assert is_modified(child, buf) == value


def wait_cells(child: Child, count: int) -> None:
    child.wait_for(lambda: child.lua(COUNT) == count, what=f"{count} cells")
    child.settle()


def wait_left(child: Child) -> None:
    """Wait until Neovim has ended."""

    with pytest.raises((ChildExitedError, BrokenPipeError)):
        child.wait_for(lambda: False, 5, "the end of Neovim")


def assert_no_prompt(child: Child) -> None:
    child.settle()
    assert not child.api.get_mode()["blocking"], f"a prompt:\n{child.picture()}"


# -- opening ----------------------------------------------------------------------------------


def test_neovim_opens_a_notebook_named_on_its_command_line(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(arguments=(str(notebook("one = 1", ("markdown", "two"))),))
    child.wait_for_text("one = 1")
    wait_cells(child, 2)
    assert not is_modified(child)
    assert_no_prompt(child)


def test_several_notebooks_on_the_command_line_are_the_argument_list(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    paths = [notebook("first = 1", name="a.ipynb"), notebook("second = 2", name="b.ipynb")]
    child = start_child(arguments=tuple(map(str, paths)))
    child.wait_for_text("first = 1")
    child.keys_and_settle(":next<CR>")
    child.wait_for_text("second = 2")
    child.keys_and_settle("Gox = 1<Esc><Esc>:first<CR>")
    child.wait_for_text("first = 1")
    child.keys_and_settle(":wall<CR>")
    child.wait_for(lambda: sources(paths[1]) == ["second = 2\nx = 1"])
    assert sources(paths[0]) == ["first = 1"]


def test_a_facade_is_what_interface_says(open_notebook: Callable[..., int], child: Child) -> None:
    buf = open_notebook("one = 1")
    path = str(child.home.parent / "test.ipynb")
    assert child.api.buf_get_name(buf) == path
    options = (
        "local b = vim.bo; return {b.filetype, b.buftype, b.modifiable, b.readonly, b.buflisted}"
    )
    assert child.lua(options) == ["ipynb", "", False, False, True]
    assert child.lua("return vim.b.ipynb_language") == "python"
    assert child.lines() == ["# <<ipynb_nvim:code>>", "one = 1", "# <</ipynb_nvim>>"]


def test_the_language_is_the_notebooks(child: Child, notebook: Callable[..., Path]) -> None:
    path = notebook("x <- 1", metadata={"kernelspec": {"name": "ir", "language": "R"}})
    open_in(child, path, ["x <- 1"])
    assert child.lua("return vim.b.ipynb_language") == "r"


def test_notebook_open_takes_a_path_or_the_buffers_own(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    child.keys(f":NotebookOpen {path}<CR>")
    child.wait_for_text("one = 1")
    write_notebook(path, ["two = 2"])
    child.keys_and_settle(":NotebookOpen<CR>")
    child.wait_for_text("two = 2")
    child.keys_and_settle(":enew | NotebookOpen<CR>")
    child.wait_for_text("NotebookOpen: no file name")


def test_notebook_create_makes_one_empty_code_cell(child: Child, tmp_path: Path) -> None:
    child.keys(":NotebookCreate new<CR>")
    wait_cells(child, 1)
    path = tmp_path / "new.ipynb"
    assert not path.exists()
    child.keys_and_settle("ianswer = 42<Esc><Esc>:w<CR>")
    child.wait_for(path.exists)
    wait_modified(child, value=False)
    assert sources(path) == ["answer = 42"]
    child.keys_and_settle(":NotebookCreate new.ipynb<CR>")
    child.wait_for_text("exists")
    assert_no_prompt(child)
    assert sources(path) == ["answer = 42"]


def test_notebook_create_names_the_kernel_in_the_file(child: Child, tmp_path: Path) -> None:
    child.keys(":NotebookCreate other.ipynb python3<CR>")
    wait_cells(child, 1)
    wait_modified(child, value=True)
    child.keys_and_settle(":w<CR>")
    wait_modified(child, value=False)
    kernelspec = json.loads((tmp_path / "other.ipynb").read_bytes())["metadata"]["kernelspec"]
    assert kernelspec["name"] == "python3"


def test_a_new_file_is_written_by_its_first_save(child: Child, tmp_path: Path) -> None:
    child.keys(":edit fresh.ipynb<CR>")
    wait_cells(child, 1)
    assert not is_modified(child)
    child.keys_and_settle(":w<CR>")
    child.wait_for((tmp_path / "fresh.ipynb").exists)
    assert sources(tmp_path / "fresh.ipynb") == [""]
    assert_no_prompt(child)


@pytest.mark.parametrize(
    "name",
    [
        "with space.ipynb",
        "grün-日本.ipynb",
        "100%.ipynb",
        "a#b.ipynb",
        "x[1].ipynb",
        "it's$HOME.ipynb",
    ],
)
def test_any_name_is_opened_saved_and_reloaded(
    child: Child, notebook: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    path = notebook("one = 1", name=name)
    child.lua("vim.cmd.edit(vim.fn.fnameescape(...))", str(path))
    child.wait_for_text("one = 1")
    child.keys_and_settle("Atwo<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert sources(path) == ["one = 1two"]
    write_notebook(path, ["three = 3"])
    child.keys_and_settle(":edit!<CR>")
    child.wait_for_text("three = 3")
    assert sorted(tmp_path.glob("*.ipynb")) == [path]


def test_relative_paths_hold_after_cd(child: Child, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = write_notebook(tmp_path / "sub" / "a.ipynb", ["one = 1"])
    child.keys(":edit sub/a.ipynb<CR>")
    child.wait_for_text("one = 1")
    child.keys_and_settle(":cd sub<CR>Ax<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert sources(path) == ["one = 1x"]
    child.keys_and_settle(":lcd /<CR>Ay<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert sources(path) == ["one = 1xy"]
    assert list(tmp_path.rglob("*.ipynb")) == [path]


def test_a_path_through_a_linked_folder_is_saved_there(child: Child, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path = write_notebook(tmp_path / "real" / "a.ipynb", ["one = 1"])
    (tmp_path / "link").symlink_to("real")
    child.keys(":edit link/a.ipynb<CR>")
    child.wait_for_text("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    wait_modified(child, value=False)
    assert sources(path) == ["one = 1x"]
    assert_no_prompt(child)


# -- writing ----------------------------------------------------------------------------------


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


# -- modified ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "back"),
    [
        ("Ax<Esc>", "x"),
        ("Ax<Esc>", "u"),
        ("Ax<Esc><Esc>", "u"),
        ("<CR>yyp", "dd"),
        (",kb", "u"),
        ("dd", "u"),
        ("<M-j>", "<M-k>"),
        ("<M-j>", "u"),
    ],
)
def test_modified_ends_when_the_text_is_the_files_again(
    start_child: Callable[..., Child], notebook: Callable[..., Path], keys: str, back: str
) -> None:
    child = start_child(init="vim.g.mapleader = ','")
    buf = open_in(child, notebook("one = 1", "two = 2"), ["one = 1", "two = 2"])
    child.keys_and_settle(keys)
    wait_modified(child, value=True, buf=buf)
    child.keys_and_settle(back)
    wait_modified(child, value=False, buf=buf)
    if back == "u":
        child.keys_and_settle("<C-r>")
        wait_modified(child, value=True, buf=buf)


def test_modified_follows_undo_around_a_save_in_the_middle(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    open_notebook("one = 1")
    for key in "abc":
        child.keys_and_settle(f"A{key}<Esc><Esc>")
    child.keys_and_settle("u:w<CR>")
    wait_modified(child, value=False)
    assert sources(tmp_path / "test.ipynb") == ["one = 1ab"]
    seen = []
    for keys in ("u", "u", "<C-r>", "<C-r>", "<C-r>", "u", "u"):
        child.keys_and_settle(keys)
        child.lua("require('ipynb').flush()")
        child.settle()
        seen.append((child.lines()[1], is_modified(child)))
    assert seen == [
        ("one = 1a", True),
        ("one = 1", True),
        ("one = 1a", True),
        ("one = 1ab", False),
        ("one = 1abc", True),
        ("one = 1ab", False),
        ("one = 1a", True),
    ]


def run_cell(child: Child, status: str = "ok") -> None:
    child.lua(
        "vim.g.cell_done = nil; vim.api.nvim_create_autocmd('User', { once = true,"
        " pattern = 'NotebookCellDone', callback = function() vim.g.cell_done = true end })"
    )
    child.keys_and_settle("<C-CR>")
    child.wait_for(lambda: child.lua("return vim.g.cell_done"), 30, "the end of the run")
    assert child.lua("return require('ipynb').cells()[1].execution_state") == status
    child.settle()


def test_modified_tells_whether_a_run_changed_the_file(
    child: Child, open_notebook: Callable[..., int], tmp_path: Path
) -> None:
    open_notebook("print('hello')")
    run_cell(child)
    wait_modified(child, value=True)
    child.keys_and_settle(":w<CR>")
    wait_modified(child, value=False)
    outputs = json.loads((tmp_path / "test.ipynb").read_bytes())["cells"][0]["outputs"]
    assert outputs == [{"name": "stdout", "output_type": "stream", "text": ["hello\n"]}]
    # The same output again, but another execution count.
    child.keys_and_settle("Ax<Esc><Esc>u")
    wait_modified(child, value=False)
    kernel_id = child.lua("return require('ipynb').kernel().id")
    child.keys_and_settle(":NotebookKernelRestart<CR>")
    restarted = "local k = require('ipynb').kernel() return k.id ~= ... and k.execution_state"
    child.wait_for(lambda: child.lua(restarted, kernel_id) == "idle", 20)
    run_cell(child)
    assert child.lua("return require('ipynb').cells()[1].execution_count") == 1
    wait_modified(child, value=False)
    run_cell(child)
    wait_modified(child, value=True)


# -- buffers and windows ------------------------------------------------------------------------


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
