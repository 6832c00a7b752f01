"""What the kernel says of a name: the float, its sections, the cell's variables, auto-hover."""

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
SETUP = """import os, time
def area(width, height=2): return width * height
area.__doc__ = 'Multi' + 'plied.\\n\\nNothing more.'
größe = [1] + [2, 3]"""


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("inspect"), Launch(width=100, height=40))
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
    editor.keys_and_settle("<C-\\><C-n><Esc><Esc>")
    editor.command("silent! %bwipeout!")


def floats(child: Child) -> list[int]:
    """Return the floating windows that are no edit float."""
    return child.lua(
        "return vim.tbl_filter(function(win)"
        " return vim.api.nvim_win_get_config(win).relative ~= ''"
        " and vim.b[vim.api.nvim_win_get_buf(win)].ipynb_cell_id == nil"
        " end, vim.api.nvim_tabpage_list_wins(0))"
    )


def test_inspecting_shows_sections_in_the_kernels_order_and_keeps_the_cursor(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "area(1)")
    run_cell(child)
    child.keys("]]K")
    first = child.wait_for_text("Signature")
    rows = child.rows()
    assert " area " in rows[first - 1]
    assert "Signature  area(width, height=2)" in rows[first]
    positions = [child.wait_for_text(text) for text in ("Multiplied.", "File", "Type")]
    assert [first, *positions] == sorted([first, *positions])
    assert "Function" in child.highlight_of("Signature").groups
    assert child.lua("return vim.bo.filetype") == "ipynb"
    child.keys_and_settle("j")
    assert floats(child) == []


def test_a_second_call_goes_into_the_float_where_keys_move_and_close(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "area(1)")
    run_cell(child)
    child.keys("]]\\kh")
    child.wait_for_text("Multiplied.")
    child.keys_and_settle("\\kh")
    assert child.lines()[0].startswith(" Signature")
    child.keys_and_settle("<Tab>")
    assert child.api.get_current_line() == " Docstring"
    child.keys_and_settle("<Tab>")
    assert child.api.get_current_line().startswith(" File")
    child.keys_and_settle("<S-Tab>")
    assert child.api.get_current_line() == " Docstring"
    child.keys_and_settle("q")
    assert floats(child) == []
    assert child.api.get_current_line() == "area(1)"


def test_inspecting_works_in_the_edit_float_and_returns_there(show: Callable[..., Child]) -> None:
    child = show(SETUP, "x = größe")
    run_cell(child)
    child.keys_and_settle("]]i<Esc>$")
    child.keys("\\kh")
    child.wait_for_text("[1, 2, 3]")
    child.keys_and_settle("\\kh<Esc>")
    assert floats(child) == []
    assert child.lines() == ["x = größe"]


def test_the_source_is_shown_with_a_bang_in_the_kernels_colours(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "area(1)")
    run_cell(child)
    child.keys("]]:NotebookInspect!<CR>")
    child.wait_for_text("Source")
    row = child.wait_for_text("Source  ")
    col = child.row_text(row).index("def area")
    groups = child.highlight_at(row, child.screen.col_of(row, col)).groups
    assert any(group.startswith("NotebookAnsi") for group in groups)


@pytest.mark.parametrize(
    ("line", "col", "name"),
    [
        ("plt.show()", 5, "plt.show"),
        ("plt.show()", 1, "plt"),
        ('df["a"].mean()', 9, "df"),
        ('df["a"].mean()', 4, "df"),
        ("größe.count", 8, "größe.count"),
        ("%timeit x", 3, "%timeit"),
        ("%%bash", 3, "%%bash"),
        ("a.b[0](x).c", 10, "a.b"),
        ("x = 12", 4, None),
        ("f(a, bcd)", 6, "bcd"),
        ("   ", 1, None),
        ("foo", 99, "foo"),
    ],
)
def test_the_name_at_a_place(child: Child, line: str, col: int, name: str | None) -> None:
    code = (
        "local line, col = ...; return require('ipynb.inspect.name').at({ line }, 0, col, 'python')"
    )
    assert child.lua(code, line, col) == name


@pytest.mark.parametrize(
    ("line", "col", "name"),
    [
        ("print(vim.api.x)", 11, "vim.api"),
        ("print(vim.api.x)", 14, "vim.api.x"),
        ("a.b['k'].c = 1", 9, "a.b"),
    ],
)
def test_the_name_at_a_place_by_tree_sitter(child: Child, line: str, col: int, name: str) -> None:
    code = "local line, col = ...; return require('ipynb.inspect.name').at({ line }, 0, col, 'lua')"
    assert child.lua(code, line, col) == name


def test_nothing_to_inspect_is_said_in_one_line(show: Callable[..., Child]) -> None:
    child = show("1", "nothing_known")
    child.keys("]]K")
    child.wait_for_text("no kernel runs")
    child.keys_and_settle("gg")
    run_cell(child)
    child.keys("]]K")
    child.wait_for_text("knows nothing of nothing_known")


def test_the_variables_of_a_cell_are_those_it_names(show: Callable[..., Child]) -> None:
    child = show(SETUP + "\nother = 5", "area(größe, os)")
    run_cell(child)
    child.keys("]]\\kv")
    row = child.wait_for_text(" area(width, height)")
    assert "function" in child.row_text(row)
    assert "[1, 2, 3]" in child.row_text(row + 1)
    assert "os" in child.row_text(row + 2)
    assert not child.is_visible("other   int")
    child.keys_and_settle("\\kvj")
    child.keys("<CR>")
    child.wait_for_text("String form")


def test_auto_hover_shows_without_taking_the_focus_and_goes_by_movement(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "area(1)\nos.path")
    run_cell(child)
    child.lua("require('ipynb').setup({ inspect = { hover_delay_ms = 50 } })")
    child.keys_and_settle("]]\\kH")
    child.wait_for_text("where the cursor rests")
    child.keys("l")
    child.wait_for_text("Multiplied.")
    assert child.lua("return vim.bo.filetype") == "ipynb"
    child.keys("j")
    child.wait_for(lambda: not child.is_visible("Multiplied."))
    child.keys_and_settle("\\kH")
    child.keys_and_settle("k")
    assert floats(child) == []


def test_a_name_is_inspected_while_a_cell_runs(show: Callable[..., Child]) -> None:
    child = show(SETUP, "time.sleep(60)", "area")
    run_cell(child)
    child.keys("]]:NotebookExecuteCell<CR>")
    wait_states(child, "ok", "busy", "idle")
    child.keys("]]K")
    child.wait_for_text("Multiplied.")
    run_cell(child, "<C-c>")


def test_bash_is_inspected_as_its_kernel_does(show: Callable[..., Child]) -> None:
    child = show("echo hello", metadata=BASH_METADATA)
    run_cell(child)
    child.keys("jK")
    child.wait_for(
        lambda: child.is_visible("knows nothing of echo") or floats(child) != [],
        what="an answer of the bash kernel",
    )


def test_auto_hover_is_an_option(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    options = "{ inspect = { auto_hover = true, hover_delay_ms = 50 } }"
    child = start_child(height=40, init=f"require('ipynb').setup({options})")
    open_in(child, notebook(SETUP, "area(1)"), [SETUP, "area(1)"])
    child.keys_and_settle("gg")
    run_cell(child)
    child.keys("]]l")
    child.wait_for_text("Multiplied.")
