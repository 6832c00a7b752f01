"""Files that are no notebook, that nobody may read or write, or that changed meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.harness import write_notebook
from tests.harness.launch import VENV_BIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.harness import Child

UNPRIVILEGED = 65534
PRIVATE = 0o700


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def said(child: Child, *parts: str) -> str:
    """Wait for a message; return it: the only one, on one line, without a prompt."""
    child.wait_for(lambda: all(part in child.messages() for part in parts), 10, f"{parts} said")
    child.settle()
    assert not child.api.get_mode()["blocking"], f"a prompt:\n{child.picture()}"
    lines = [line for line in child.messages().splitlines() if line.strip()]
    assert len(lines) == 1, lines
    assert all(child.is_visible(part) for part in parts), child.picture()
    child.command("messages clear")
    return lines[0]


def open_bad(child: Child, path: Path, *parts: str) -> None:
    child.keys(f":edit {path}<CR>")
    said(child, *parts)
    assert child.lua("return require('ipynb.notebook').get() == nil"), "no notebook"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return the mount point of a disk of 128 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk to fill up needs the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def open_child(start_child: Callable[..., Child], tmp_path: Path) -> Callable[[], Child]:
    """Return a function that starts a child whose host is not root: modes mean something to it."""

    def start() -> Child:
        if os.geteuid() != 0:
            return start_child()
        # Only the host touches notebooks; Neovim may be root.
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("as root, a host without root's rights needs setpriv")
        python = tmp_path / "python"
        python.write_text(
            f"#!/bin/sh\nexec {setpriv} --reuid={UNPRIVILEGED} --regid={UNPRIVILEGED}"
            f' --clear-groups --inh-caps=-all {VENV_BIN}/python "$@"\n'
        )
        python.chmod(0o755)
        for folder in (tmp_path, *tmp_path.parents):
            if folder.stat().st_mode & 0o777 == PRIVATE:
                folder.chmod(0o711)
        return start_child(init=f"require('ipynb').setup({{ python = '{python}' }})")

    return start


# -- no notebook ------------------------------------------------------------------------------


def test_what_is_not_json_is_text_to_mend_with_the_cursor_at_the_error(
    child: Child, tmp_path: Path
) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text('{\n "cells": [],\n "über": {},,\n "nbformat": 4, "nbformat_minor": 5\n}\n')
    open_bad(child, path, "broken.ipynb", "line 3, column 13")
    assert child.lines() == path.read_text().splitlines()
    assert child.api.win_get_cursor(0) == [3, len(' "über": {},'.encode())]
    assert child.lua("return { vim.bo.filetype, vim.bo.modifiable, vim.bo.modified }") == [
        "json",
        True,
        False,
    ]
    child.keys_and_settle("x:w<CR>")
    assert path.read_text().splitlines()[2] == ' "über": {},'
    assert not child.lua("return vim.bo.modified")
    child.keys_and_settle(":edit<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb")


def test_a_text_to_mend_is_undone_and_saved_as_any_text(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    content = b"\xef\xbb\xbf{\r\n oh no\r\n\r\nno newline"
    path.write_bytes(content)
    open_bad(child, path, "line 2")
    child.keys_and_settle(":w<CR>")
    assert path.read_bytes() == content
    child.keys_and_settle("Gox<Esc>:w<CR>")
    assert path.read_bytes() == content + b"\r\nx"
    child.keys_and_settle("uu:w<CR>")
    assert path.read_bytes() == content
    child.keys_and_settle(":2,3w! part.ipynb<CR>")
    assert (tmp_path / "part.ipynb").read_bytes() == b"\xef\xbb\xbf oh no\r\n\r\n"


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '"text"',
        "7",
        '{"a": 1}',
        '{"cells": 7, "nbformat": 4, "nbformat_minor": 5}',
        "<html></html>",
    ],
)
def test_other_json_and_other_text_stay_as_they_are(
    child: Child, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "other.ipynb"
    path.write_text(content)
    open_bad(child, path, "other.ipynb")
    assert child.lines() == [content]
    child.keys_and_settle(":w<CR>")
    assert path.read_text() == content
    child.keys_and_settle(":NotebookSave<CR>")
    child.wait_for_text("no notebook")
    assert path.read_text() == content


def test_a_file_of_another_encoding_is_not_converted(child: Child, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "latin.ipynb", ["x = 'café'"])
    content = path.read_text(encoding="utf-8").encode("latin-1")
    path.write_bytes(content)
    open_bad(child, path, "UTF-8")
    assert any("café" in line for line in child.lines())
    child.keys_and_settle(":w<CR>")
    assert path.read_bytes() == content


def test_a_file_of_0_bytes_is_an_empty_notebook_and_stays_empty_unchanged(
    child: Child, tmp_path: Path
) -> None:
    path = tmp_path / "empty.ipynb"
    path.touch()
    child.keys(f":edit {path}<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb")
    child.keys_and_settle(":w<CR>")
    assert path.read_bytes() == b""
    child.keys_and_settle("ix = 1<Esc><Esc>:w<CR>")
    child.wait_for(lambda: path.stat().st_size > 0)
    assert sources(path) == ["x = 1"]


def test_a_folder_is_named_as_one(child: Child, tmp_path: Path) -> None:
    folder = tmp_path / "folder.ipynb"
    folder.mkdir()
    open_bad(child, folder, "folder.ipynb", "it is a folder")
    child.keys_and_settle(":w!<CR>")
    assert folder.is_dir()


def test_a_pipe_does_not_block_the_editor(child: Child, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    open_bad(child, tmp_path / "pipe.ipynb", "pipe")


# -- refused by the system --------------------------------------------------------------------


def test_a_file_nobody_may_read_is_not_overwritten(
    open_child: Callable[[], Child], notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    before = path.read_bytes()
    path.chmod(0)
    child = open_child()
    open_bad(child, path, "permission")
    assert not child.api.buf_get_option(0, "modifiable")
    child.keys_and_settle(":w!<CR>")
    said(child, "not written")
    path.chmod(0o600)
    assert path.read_bytes() == before


def test_a_folder_nobody_may_write_is_said_and_the_text_stays(
    open_child: Callable[[], Child], tmp_path: Path
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    path = write_notebook(folder / "a.ipynb", ["one = 1"])
    path.chmod(0o444)
    folder.chmod(0o555)
    child = open_child()
    buf = open_in(child, path, ["one = 1"])
    child.command("messages clear")
    child.keys_and_settle("Ax<Esc><Esc>:w!<CR>")
    said(child, "permission")
    assert child.lua("return vim.bo[...].modified", buf)
    assert sources(path) == ["one = 1"]
    folder.chmod(0o755)


def test_a_read_only_file_needs_a_bang_as_in_vim(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    path.chmod(0o444)
    open_in(child, path, ["one = 1"])
    assert child.lua("return vim.bo.readonly")
    child.keys_and_settle("Ax<Esc><Esc>")
    child.command("messages clear")
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: "read" in child.messages())
    assert not child.api.get_mode()["blocking"]
    assert sources(path) == ["one = 1"]
    child.keys_and_settle(":w!<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1x"])
    assert path.stat().st_mode & 0o777 == 0o444


def test_a_file_that_became_read_only_is_not_overwritten(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    path.chmod(0o444)
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    said(child, "test.ipynb", "read-only")
    assert sources(path) == ["one = 1"]
    assert child.lua("return vim.bo.modified")


def test_a_missing_folder_is_named_and_the_text_stays(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.ipynb"
    child.keys(f":edit {path}<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb")
    child.keys_and_settle("ix = 1<Esc><Esc>")
    child.command("messages clear")
    child.keys_and_settle(":w<CR>")
    said(child, "a.ipynb", "folder does not exist")
    assert child.lua("return vim.bo.modified")
    path.parent.mkdir()
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: path.exists() and sources(path) == ["x = 1"])


def test_a_full_disk_leaves_the_old_file_whole(child: Child, small_disk: Path) -> None:
    path = write_notebook(small_disk / "a.ipynb", ["one = 1"])
    before = path.read_bytes()
    open_in(child, path, ["one = 1"])
    child.keys_and_settle("A" + "x" * 100 + "<Esc>yy2000p<Esc>")
    child.command("messages clear")
    child.keys_and_settle(":w<CR>")
    said(child, "a.ipynb", "disk is full")
    assert path.read_bytes() == before
    assert [entry.name for entry in small_disk.iterdir()] == ["a.ipynb"]
    assert child.lua("return vim.bo.modified")
    child.keys_and_settle("<CR>3GdG<Esc>:w<CR>")
    child.wait_for(lambda: path.read_bytes() != before)
    assert sources(path) == ["one = 1" + "x" * 100 + ("\n" + "one = 1" + "x" * 100)]


# -- size ---------------------------------------------------------------------------------------


def test_a_line_of_1_mb_is_edited_and_saved(child: Child, notebook: Callable[..., Path]) -> None:
    long = "x = '" + "abc " * 250_000 + "'"
    path = notebook(long, "two = 2")
    open_in(child, path, [long, "two = 2"])
    child.keys_and_settle("A  # end<Esc><Esc>:w<CR>")
    child.wait_for(lambda: sources(path) == [long + "  # end", "two = 2"], 20, "the saved line")


def test_a_file_of_100_mb_is_opened_changed_and_saved(
    child: Child, notebook: Callable[..., Path]
) -> None:
    text = ["0123456789abcdef" * 64 + "\n"] * 1000
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cells = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": f"big-{index}",
            "metadata": {},
            "outputs": [output],
            "source": [f"cell = {index}"],
        }
        for index in range(98)
    ]
    path = notebook(*cells)
    before = path.read_bytes()
    assert len(before) > 100e6
    child.keys(f":edit {path}<CR>")
    child.wait_for_text("cell = 0", 30)
    child.keys_and_settle(":w<CR>")
    assert path.read_bytes() == before
    child.keys_and_settle("A0<Esc><Esc>:w<CR>")
    child.wait_for(lambda: not child.lua("return vim.bo.modified"), 30, "the save")
    assert path.read_bytes() == before.replace(b'"cell = 0"', b'"cell = 00"')


# -- changed by others ----------------------------------------------------------------------------


def change_and_write(child: Child) -> None:
    """Change the first cell and write; another has changed the file meanwhile."""
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    child.wait_for_text("changed on disk")


def test_a_file_changed_on_disk_is_overwritten_only_after_a_yes(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    buf = open_in(child, path, ["one = 1"])
    write_notebook(path, ["theirs = 2"])
    for no in ("c", "<CR>", "<Esc>"):
        child.keys_and_settle(":w<CR>")
        child.wait_for_text("changed on disk")
        child.keys_and_settle(no)
        child.wait_for_text("not written")
        assert sources(path) == ["theirs = 2"]
    change_and_write(child)
    child.keys_and_settle("c")
    assert child.lua("return vim.bo[...].modified", buf)
    child.keys_and_settle(":w<CR>")
    child.wait_for_text("changed on disk")
    child.keys_and_settle("o")
    child.wait_for(lambda: sources(path) == ["one = 1x"])
    child.wait_for(lambda: not child.lua("return vim.bo[...].modified", buf))
    child.keys_and_settle("Ay<Esc><Esc>:w<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1xy"])


def test_a_bang_overwrites_without_a_question(child: Child, notebook: Callable[..., Path]) -> None:
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    write_notebook(path, ["theirs = 2"])
    child.keys_and_settle("Ax<Esc>:w!<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1x"])


def test_wq_stays_when_the_answer_is_no(child: Child, notebook: Callable[..., Path]) -> None:
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    write_notebook(path, ["theirs = 2"])
    child.keys_and_settle("Ax<Esc><Esc>:wq<CR>")
    child.wait_for_text("changed on disk")
    child.keys_and_settle("c")
    child.wait_for_text("one = 1x")
    assert sources(path) == ["theirs = 2"]


def test_a_file_rewritten_with_the_same_content_asks_nothing(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    notebook("one = 1")
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1x"])


def test_the_second_of_two_editors_is_asked(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1", "two = 2")
    first, second = start_child(), start_child()
    for child in (first, second):
        open_in(child, path, ["one = 1", "two = 2"])
    first.keys_and_settle("Afirst<Esc><Esc>:w<CR>")
    first.wait_for(lambda: sources(path)[0] == "one = 1first")
    change_and_write(second)
    second.keys_and_settle("c")
    assert sources(path) == ["one = 1first", "two = 2"]
    second.keys_and_settle(":edit!<CR>")
    second.wait_for_text("one = 1first")
    second.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    second.wait_for(lambda: sources(path)[0] == "one = 1firstx")
    change_and_write(first)
    first.keys_and_settle("o")
    first.wait_for(lambda: sources(path)[0] == "one = 1firstx")


def test_a_file_deleted_meanwhile_is_written_again(
    child: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    path.unlink()
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    child.wait_for(path.exists)
    assert sources(path) == ["one = 1x"]


def test_a_file_made_meanwhile_under_a_new_notebooks_name_is_not_lost(
    child: Child, tmp_path: Path
) -> None:
    path = tmp_path / "new.ipynb"
    child.keys(f":edit {path}<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb")
    write_notebook(path, ["theirs = 2"])
    child.keys_and_settle("ix = 1<Esc><Esc>:w<CR>")
    child.wait_for_text("exists")
    child.keys_and_settle("c")
    assert sources(path) == ["theirs = 2"]
