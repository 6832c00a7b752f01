"""The ways a person opens notebooks and makes new ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.files import (
    assert_no_prompt,
    is_modified,
    sources,
    wait_cells,
    wait_modified,
)
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child


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
