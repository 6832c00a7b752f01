"""Large notebooks: the first screen comes first, and nobody can act on a part of the file."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.processes import command_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

CELLS = 3000
LINES_PER_CELL = 9
LAST_LNUM = CELLS * LINES_PER_CELL


@pytest.fixture(scope="module")
def large_text() -> str:
    """Return a notebook of 3,000 cells in R."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": index,
            "id": f"cell-{index}",
            "metadata": {},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": [f"out {index}\n"]}],
            "source": [f"value_{line} <- {index}\n" for line in range(6)] + ["# end"],
        }
        for index in range(CELLS)
    ]
    metadata: dict[str, Any] = {"language_info": {"name": "R"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1) + "\n"


@pytest.fixture
def large(tmp_path: Path, large_text: str) -> Path:
    """Return a file with the large notebook."""
    path = tmp_path / "large.ipynb"
    path.write_text(large_text, encoding="utf-8")
    return path


def count(child: Child) -> int:
    return child.lua("return #require('ipynb').cells()")


def warm_up(child: Child, notebook: Callable[..., Path]) -> None:
    child.keys_and_settle(f":edit {notebook('one')}<CR>")
    child.wait_for(lambda: count(child) == 1)


def test_a_large_notebook_is_whole_soon_after_its_first_screen(child: Child, large: Path) -> None:
    child.lua(
        "vim.api.nvim_create_autocmd('User', { pattern = 'NotebookOpened', callback = function()"
        " vim.g.opened_with = #require('ipynb').cells() end })"
    )
    child.keys(f":edit {large}<CR>")
    child.wait_for_text("value_0 <- 0")
    child.wait_for(lambda: count(child) == CELLS)
    assert child.lua("return vim.g.opened_with") == CELLS
    assert child.lua("return vim.b.ipynb_language") == "r"
    assert not child.lua("return vim.bo.modified")
    assert len(child.lines()) == LAST_LNUM
    child.keys_and_settle("G")
    child.wait_for_text(f"out {CELLS - 1}")


@pytest.mark.parametrize("keys", ["G", "/value_3 <lt>- 2999<CR>", ":$<CR>", "2999]]"])
def test_a_key_that_follows_at_once_finds_the_whole_file(
    child: Child, notebook: Callable[..., Path], large: Path, keys: str
) -> None:
    warm_up(child, notebook)
    child.keys(f":edit {large}<CR>{keys}")
    # Settling is not enough: Neovim answers us also while it waits for the rest.
    child.wait_for(lambda: child.api.win_get_cursor(0)[0] > LAST_LNUM - LINES_PER_CELL)


def test_typing_at_once_and_undo_leave_the_file_as_it_was(
    child: Child, notebook: Callable[..., Path], large: Path, large_text: str
) -> None:
    warm_up(child, notebook)
    child.keys_and_settle(f":edit {large}<CR>Anew<Esc><Esc>:w<CR>")
    child.wait_for(lambda: large.read_text() == large_text.replace("0 <- 0\\n", "0 <- 0new\\n", 1))
    child.keys_and_settle("u:w<CR>")
    child.wait_for(lambda: large.read_text() == large_text)
    assert count(child) == CELLS


@pytest.mark.parametrize(
    "command",
    [
        "edit +20000 {}",
        "lua vim.cmd.edit('{}') vim.api.nvim_win_set_cursor(0, {{ 20000, 0 }})",
        "edit {} | 20000",
    ],
)
def test_what_goes_to_a_line_finds_it(
    child: Child, notebook: Callable[..., Path], large: Path, command: str
) -> None:
    warm_up(child, notebook)
    child.keys(f":{command.format(large)}<CR>")
    child.wait_for(lambda: child.api.win_get_cursor(0)[0] == 20000)


def test_a_line_on_the_command_line_of_nvim_is_found(
    start_child: Callable[..., Child], large: Path
) -> None:
    child = start_child(arguments=("+20000", str(large)))
    child.wait_for(lambda: count(child) == CELLS)
    assert child.api.win_get_cursor(0)[0] == 20000


def test_an_error_far_down_shows_the_text_instead(
    child: Child, notebook: Callable[..., Path], large: Path, large_text: str
) -> None:
    warm_up(child, notebook)
    large.write_text(large_text.replace('"cell-2900",', '"cell-2900"'), encoding="utf-8")
    child.keys(f":edit {large}<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "json")
    assert child.lines() == large.read_text().splitlines()
    assert '"cell-2900"' in "".join(child.rows())
    child.wait_for_text("no JSON at line")


def test_a_host_that_dies_while_it_reads_leaves_text_that_is_not_overwritten(
    child: Child, notebook: Callable[..., Path], large: Path, large_text: str
) -> None:
    warm_up(child, notebook)
    host = next(pid for pid in child.descendants() if "start_host" in command_line(pid))
    child.keys(f":edit {large}<CR>")
    child.wait_for_text("value_0 <- 0")
    if count(child) < CELLS:
        os.kill(host, signal.SIGKILL)
        child.wait_for(
            lambda: child.lua("return vim.bo.filetype") == "json" or count(child) == CELLS
        )
    child.keys_and_settle(":w!<CR>")
    assert large.read_text() == large_text
