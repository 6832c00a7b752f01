"""The host dies, hangs on to nothing, does not start: text, cells, kernel and file stay whole."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.harness import Child, Launch, processes, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOTH = ["dedicated", "shared"]
STATE = "return require('ipynb').cells()[...].execution_state"
KERNEL = "return require('ipynb').kernel().execution_state"


@pytest.fixture(params=BOTH)
def editor(request: pytest.FixtureRequest, start_child: Callable[..., Child]) -> Child:
    """Return a child with each kind of host."""
    return start_child(init=f"require('ipynb').setup({{ host = '{request.param}' }})")


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def host_pid(child: Child) -> int:
    """Return the host's process, 0 when there is none."""
    chan = child.lua("return require('ipynb.host.rpc').status().chan")
    return child.lua("return vim.fn.jobpid(...)", chan) if chan else 0


def kill_host(child: Child) -> None:
    os.kill(host_pid(child), signal.SIGKILL)


def wait_said(child: Child, text: str = "text is safe") -> None:
    """Wait until the death is on the screen: within a second, one line, no prompt.

    While inserting, "-- INSERT --" hides a message, which is shown again after it.
    """
    started_s = time.monotonic()
    is_seen = child.is_visible if child.mode() != "i" else lambda line: line in child.messages()
    child.wait_for(lambda: is_seen(text), 5, f"{text!r} said")
    taken_s = time.monotonic() - started_s
    child.settle()
    assert not child.api.get_mode()["blocking"], f"a prompt:\n{child.picture()}"
    assert taken_s < 1, f"said after {taken_s:.1f} s"
    lines = [line for line in child.messages().splitlines() if "text is safe" in line]
    assert len(lines) == 1, lines
    assert lines[0].endswith("go on"), "the whole line is shown"


def model(child: Child, buf: int) -> list[str]:
    """Return the sources that the host has."""
    cells = child.lua(
        """local nb = require('ipynb.notebook').get(...)
           require('ipynb').flush(...)
           return require('ipynb.host').request(nb, 'model_cells')""",
        buf,
    )
    return [cell["source"] for cell in cells]


def ids(child: Child) -> list[str]:
    return [cell["id"] for cell in child.lua("return require('ipynb').cells()")]


def run_cell(child: Child, lnum: int, status: str = "ok") -> None:
    """Run the cell at a line of the facade and wait until it is done."""
    child.keys_and_settle(f"{lnum}G<C-CR>")
    child.wait_for(
        lambda: (
            child.lua(
                """for _, cell in ipairs(require('ipynb').cells()) do
                 if ... > cell.row and ... <= cell.end_row then return cell.execution_state end
               end""",
                lnum,
            )
            == status
        ),
        30,
        f"the cell at line {lnum}: {status}",
    )
    child.settle()


# -- killed with unsaved edits ------------------------------------------------------------------


def test_a_killed_host_is_said_and_the_next_save_has_all_the_text(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1", "two = 2")
    buf = open_in(editor, path, ["one = 1", "two = 2"])
    editor.keys_and_settle("Ax<Esc><Esc>")
    before = ids(editor)
    kill_host(editor)
    wait_said(editor)
    assert editor.lua("return vim.bo.modified")
    editor.keys_and_settle("Ay<Esc><Esc>:w<CR>")
    editor.wait_for(lambda: sources(path) == ["one = 1xy", "two = 2"], what="the saved text")
    editor.wait_for(lambda: not editor.lua("return vim.bo.modified"))
    assert ids(editor) == before
    assert model(editor, buf) == ["one = 1xy", "two = 2"]
    assert [cell["id"] for cell in json.loads(path.read_bytes())["cells"]] == before


@pytest.mark.parametrize("mode", ["n", "i", "v"])
def test_a_host_killed_while_the_float_is_open_does_not_disturb_typing(
    editor: Child, notebook: Callable[..., Path], mode: str
) -> None:
    path = notebook("one = 1", "two = 2")
    buf = open_in(editor, path, ["one = 1", "two = 2"])
    editor.keys_and_settle("Ax" + {"n": "<Esc>", "i": "", "v": "<Esc>v"}[mode])
    kill_host(editor)
    wait_said(editor)
    assert editor.mode() == mode
    editor.keys_and_settle({"n": "Ayz", "i": "yz", "v": "<Esc>Ayz"}[mode] + "<Esc>")
    if mode == "i":
        editor.wait_for_text("text is safe")
    assert editor.lines() == ["one = 1xyz"]
    assert editor.lines(buf)[1] == "one = 1xyz"
    editor.keys_and_settle("u")
    assert editor.lines(buf)[1] in {"one = 1x", "one = 1"}
    editor.keys_and_settle("<C-r>:w<CR>")
    editor.wait_for(lambda: sources(path)[0] == "one = 1xyz", what="the saved text")


def test_structure_and_undo_go_on_after_a_death(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1", "two = 2", "three = 3")
    buf = open_in(editor, path, ["one = 1", "two = 2", "three = 3"])
    editor.keys_and_settle("<M-j>")
    kill_host(editor)
    wait_said(editor)
    editor.keys_and_settle("ggdd")
    assert model(editor, buf) == ["one = 1", "three = 3"]
    editor.keys_and_settle("uu")
    assert model(editor, buf) == ["one = 1", "two = 2", "three = 3"]
    editor.wait_for(lambda: not editor.lua("return vim.bo.modified"), what="an unmodified buffer")
    editor.keys_and_settle("<C-r>:w<CR>")
    editor.wait_for(lambda: sources(path) == ["two = 2", "one = 1", "three = 3"])


def test_what_the_file_has_beside_text_is_kept_over_a_death(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    cell = {
        "cell_type": "code",
        "execution_count": 7,
        "id": "kept",
        "metadata": {"tags": ["a"], "unknown": {"x": 1}},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": ["out\n"]}],
        "source": ["one = 1"],
    }
    path = notebook(cell, "two = 2")
    before = path.read_bytes()
    open_in(editor, path, [cell, "two = 2"])
    kill_host(editor)
    wait_said(editor)
    editor.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    editor.wait_for(lambda: path.read_bytes() == before.replace(b'one = 1"', b'one = 1x"'))


def test_a_host_may_die_again_and_again(editor: Child, notebook: Callable[..., Path]) -> None:
    path = notebook("one = 1")
    buf = open_in(editor, path, ["one = 1"])
    for key in "ab":
        editor.keys_and_settle(f"A{key}<Esc><Esc>")
        kill_host(editor)
        wait_said(editor)
        editor.command("messages clear")
        editor.keys_and_settle(":echo ''<CR>")
        assert model(editor, buf) == [editor.lines()[1]]
    editor.keys_and_settle(":w<CR>")
    editor.wait_for(lambda: sources(path) == ["one = 1ab"])
    assert len(editor.descendants()) == 1


def test_two_notebooks_survive_their_host(editor: Child, notebook: Callable[..., Path]) -> None:
    paths = [notebook("first = 1", name="a.ipynb"), notebook("second = 2", name="b.ipynb")]
    for path, source in zip(paths, ("first = 1", "second = 2"), strict=True):
        open_in(editor, path, [source])
        editor.keys_and_settle("Ax<Esc><Esc>")
    kill_host(editor)
    wait_said(editor)
    editor.keys_and_settle(":wa<CR>")
    editor.wait_for(lambda: [sources(path) for path in paths] == [["first = 1x"], ["second = 2x"]])
    assert not editor.api.get_mode()["blocking"]


def test_after_a_death_a_file_changed_meanwhile_is_not_overwritten_unasked(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1", "two = 2")
    open_in(editor, path, ["one = 1", "two = 2"])
    editor.keys_and_settle("Ax<Esc><Esc>")
    kill_host(editor)
    wait_said(editor)
    write_notebook(path, ["theirs"])
    editor.keys_and_settle(":w<CR>")
    editor.wait_for_text("changed on disk")
    editor.keys_and_settle("c")
    assert sources(path) == ["theirs"]
    editor.keys_and_settle(":w<CR>")
    editor.wait_for_text("changed on disk")
    editor.keys_and_settle("o")
    editor.wait_for(lambda: sources(path) == ["one = 1x", "two = 2"])


def test_an_old_formats_notebook_survives_its_host(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("one = 1")
    old = {"cell_type": "code", "input": ["one = 1"], "language": "python", "outputs": []}
    content = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [old]}]}
    path.write_text(json.dumps(content))
    open_in(editor, path, ["one = 1"])
    kill_host(editor)
    editor.wait_for_text("text is safe")
    editor.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    editor.wait_for(lambda: b"one = 1x" in path.read_bytes())
    assert json.loads(path.read_bytes())["nbformat"] == 4
    assert sources(path) == ["one = 1x"]


# -- the kernel ---------------------------------------------------------------------------------


def test_the_kernel_is_found_again_with_its_variables(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("value = 41", "print(value + 1)")
    open_in(editor, path, ["value = 41", "print(value + 1)"])
    run_cell(editor, 2)
    kernels = [pid for pid in editor.descendants() if pid != host_pid(editor)]
    kill_host(editor)
    wait_said(editor)
    run_cell(editor, 5)
    editor.wait_for_text("│ 42")
    assert set(kernels) & set(editor.descendants()), "the same kernel"
    assert editor.lua(KERNEL) == "idle"


def test_a_host_killed_while_a_cell_runs_lets_the_next_run_work(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    cells = ["import time\nvalue = 5\ntime.sleep(1)", "print('value', value)"]
    path = notebook(*cells)
    open_in(editor, path, cells)
    editor.keys_and_settle(":NotebookExecuteAll<CR>")
    kernel_state = "return require('ipynb').kernel().execution_state"
    editor.wait_for(lambda: editor.lua(STATE, 1) == "busy", 30, "a busy cell")
    editor.wait_for(lambda: editor.lua(kernel_state) == "busy", 30, "a busy kernel")
    kill_host(editor)
    wait_said(editor)
    assert [editor.lua(STATE, index) for index in (1, 2)] == ["cancelled", "cancelled"]
    run_cell(editor, 7)
    editor.wait_for_text("│ value 5")


def test_host_and_kernel_killed_together_start_anew(
    editor: Child, notebook: Callable[..., Path]
) -> None:
    path = notebook("print('out', 6 * 7)")
    open_in(editor, path, ["print('out', 6 * 7)"])
    run_cell(editor, 2)
    editor.keys_and_settle("Ax<Esc>u<Esc>")
    processes.kill(editor.descendants())
    wait_said(editor)
    editor.command("messages clear")
    editor.keys_and_settle("<C-CR>")
    editor.wait_for(lambda: editor.lua(STATE, 1) == "ok", 30, "a second run")
    editor.wait_for_text("│ out 42")


# -- no host ------------------------------------------------------------------------------------


def breakable_python(tmp_path: Path) -> tuple[Path, Path]:
    """Return a Python that runs only while a file is there, and that file."""
    switch = tmp_path / "works"
    switch.touch()
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ntest -e {switch} || {{ echo "ImportError: broken" >&2; exit 1; }}\n'
        f'exec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    return python, switch


def test_a_host_that_cannot_start_again_leaves_text_and_file_alone(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    python, switch = breakable_python(tmp_path)
    child = start_child(init=f"require('ipynb').setup({{ python = '{python}' }})")
    path = notebook("one = 1")
    open_in(child, path, ["one = 1"])
    child.keys_and_settle("Ax<Esc><Esc>")
    switch.unlink()
    kill_host(child)
    wait_said(child)
    child.keys_and_settle(":w<CR>")
    child.wait_for_text("broken")
    child.settle()
    assert not child.api.get_mode()["blocking"], child.picture()
    assert sources(path) == ["one = 1"]
    assert child.lua("return vim.bo.modified")
    child.keys_and_settle("Ay<Esc><Esc>")
    assert child.lines()[1] == "one = 1xy"
    assert not child.api.get_mode()["blocking"], child.picture()
    switch.touch()
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1xy"], what="the save of a host that starts")


def test_a_notebook_that_was_opened_without_a_host_opens_when_there_is_one(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    python, switch = breakable_python(tmp_path)
    child = start_child(init=f"require('ipynb').setup({{ python = '{python}' }})")
    path = notebook("one = 1")
    before = path.read_bytes()
    switch.unlink()
    child.keys(f":edit {path}<CR>")
    child.wait_for_text("broken")
    assert not child.lua("return vim.bo.modifiable")
    child.keys_and_settle("ix<Esc>:w!<CR>:saveas! other.ipynb<CR>")
    child.settle()
    assert path.read_bytes() == before
    assert not (tmp_path / "other.ipynb").exists()
    switch.touch()
    child.keys(f":edit! {path}<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb", what="the notebook")
    child.keys_and_settle("Ax<Esc><Esc>:w<CR>")
    child.wait_for(lambda: sources(path) == ["one = 1x"])


# -- the end ------------------------------------------------------------------------------------


def start_with_kernel(tmp_path: Path, host: str) -> Child:
    """Return a child, outside the fixtures, whose notebook's cell runs for a long time."""
    init = f"require('ipynb').setup({{ host = '{host}' }})"
    child = Child(tmp_path / "nvim", Launch(cwd=tmp_path, init=init))
    source = "import time; time.sleep(60)"
    open_in(child, write_notebook(tmp_path / "a.ipynb", [source]), [source])
    child.keys_and_settle("<C-CR>")
    child.wait_for(lambda: child.lua(STATE, 1) == "busy", 30, "a busy cell")
    assert len(child.descendants()) >= 2
    return child


@pytest.mark.parametrize("host", BOTH)
@pytest.mark.parametrize("end", ["qall!", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_nothing_is_left_running_when_neovim_ends(tmp_path: Path, end: str, host: str) -> None:
    child = start_with_kernel(tmp_path, host)
    if end != "qall!":
        os.kill(child.pid, getattr(signal, end))
    child.close(grace_s=6)  # fails if anything is left


@pytest.mark.parametrize("end", ["qall!", "SIGKILL"])
def test_nothing_is_left_of_a_kernel_whose_host_was_killed(tmp_path: Path, end: str) -> None:
    child = start_with_kernel(tmp_path, "dedicated")
    kill_host(child)
    child.wait_for_text("text is safe")
    if end != "qall!":
        child.kill()
    child.close(grace_s=8)
