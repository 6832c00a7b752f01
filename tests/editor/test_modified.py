"""'modified' is true exactly when saving would change the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.files import (
    is_modified,
    run_cell,
    sources,
    wait_modified,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child


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
