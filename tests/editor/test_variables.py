"""The window of a kernel's variables: what it shows, when it asks, its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import run_cell, wait_states
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASH_METADATA = {
    "kernelspec": {"display_name": "Bash", "language": "bash", "name": "bash"},
    "language_info": {"name": "bash"},
}
SETUP = "zeta = 'text'\nalpha = list(range(1000))\nimport os\ndef area(): pass"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("variables"), Launch(width=100, height=40))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any, metadata: dict[str, Any] | None = None) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs, metadata), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n><Esc>")
    editor.command("silent! only | silent! %bwipeout!")


def names(child: Child) -> list[str]:
    """Return the first column of the window in focus."""
    return [line.split()[0] for line in child.lines()]


def open_variables(child: Child) -> None:
    child.keys(":NotebookVariables<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "notebook_variables")


def test_variables_stand_in_aligned_columns(show: Callable[..., Child]) -> None:
    child = show(SETUP)
    run_cell(child)
    open_variables(child)
    row = child.wait_for_text("zeta   str")
    assert child.row_text(row - 1).split()[:5] == ["name", "type", "shape", "size", "value"]
    columns = child.row_text(row).split()
    assert (*columns[:3], *columns[4:]) == ("zeta", "str", "4", "B", "'text'")
    assert child.row_text(row + 1).index("list") == child.row_text(row).index("str")
    assert "[0, 1, 2, 3, 4, 5, …]" in child.row_text(row + 1)
    assert names(child) == ["zeta", "alpha"]
    assert "Type" in child.highlight_of("list ").groups


def test_keys_sort_filter_show_all_inspect_and_close(show: Callable[..., Child]) -> None:
    child = show(SETUP)
    run_cell(child)
    open_variables(child)
    child.wait_for_text("zeta   str")
    child.keys_and_settle("s")
    assert names(child) == ["alpha", "zeta"]
    child.keys_and_settle("/ZET<CR>")
    assert names(child) == ["zeta"]
    child.keys_and_settle("/<C-u><CR>")
    child.keys("a")
    child.wait_for(lambda: names(child) == ["alpha", "area", "os", "zeta"])
    child.keys("<CR>")
    child.wait_for_text("String form")
    child.keys_and_settle("jq")
    assert child.lua("return vim.bo.filetype") == "ipynb"
    assert not child.is_visible("zeta  ")


def test_a_run_refreshes_the_window_and_leaves_the_cursor_alone(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "fresh = 1\ndel alpha")
    run_cell(child)
    open_variables(child)
    child.wait_for_text("zeta   str")
    child.keys_and_settle("<C-w>p]]")
    run_cell(child, ":NotebookExecuteCell<CR>")
    child.wait_for_text("fresh  ")
    child.wait_for(lambda: not child.is_visible("alpha  "))
    assert child.lua("return vim.bo.filetype") == "ipynb"


def test_a_busy_kernel_is_not_asked_before_it_is_free(show: Callable[..., Child]) -> None:
    child = show(SETUP, "import time; time.sleep(0.6); late = 1")
    run_cell(child)
    child.keys("]]:NotebookExecuteCell<CR>")
    wait_states(child, "ok", "busy")
    open_variables(child)
    child.wait_for_text("late  ")
    assert child.lua("return require('ipynb').cells()[2].execution_state") == "ok"


def test_another_language_says_that_it_cannot(show: Callable[..., Child]) -> None:
    child = show("a=1", metadata=BASH_METADATA)
    run_cell(child)
    open_variables(child)
    child.wait_for_text("Bash cannot list variables")


def test_without_a_kernel_none_is_started(show: Callable[..., Child]) -> None:
    child = show("1")
    open_variables(child)
    child.wait_for_text("no kernel runs")
    assert child.lua("return (require('ipynb').statusline())") == "no kernel"


def test_a_restart_empties_the_window(show: Callable[..., Child]) -> None:
    child = show(SETUP)
    run_cell(child)
    open_variables(child)
    child.wait_for_text("zeta   str")
    child.keys(":NotebookKernelRestart<CR>")
    child.wait_for_text("no variables yet", 30)


def test_closing_the_notebook_closes_the_window(show: Callable[..., Child]) -> None:
    child = show(SETUP)
    run_cell(child)
    open_variables(child)
    child.wait_for_text("zeta   str")
    child.keys_and_settle("<C-w>p")
    child.command("bwipeout!")
    child.wait_for(lambda: len(child.lua("return vim.api.nvim_tabpage_list_wins(0)")) == 1)
