"""``ac`` and ``ic``: a cell and its text, in the notebook and in the edit float."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("objects"), Launch(width=90, height=40))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs), specs)
        editor.keys_and_settle("ggj")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")
    editor.lua("for _, name in ipairs({'a', 'b', '0', '1'}) do vim.fn.setreg(name, '') end")


def register(child: Child, name: str = '"') -> str:
    return child.lua("return vim.fn.getreg(...)", name)


def sources(child: Child) -> list[str]:
    child.lua("require('ipynb').flush()")
    model = child.lua("return require('ipynb.debug').model_cells()")
    assert [cell["id"] for cell in model] == [cell["id"] for cell in cells(child)]
    return [cell["source"] for cell in model]


def test_yic_is_the_text_of_the_cell(show: Callable[..., Child]) -> None:
    child = show("a\nb\nc", "d")
    child.keys_and_settle("jyic")
    assert register(child) == "a\nb\nc\n"
    assert child.api.win_get_cursor(0)[0] == 2


def test_yac_is_the_cell(show: Callable[..., Child]) -> None:
    child = show(("markdown", "a\nb"), "c", "d")
    child.keys_and_settle("jyacGp")
    assert sources(child) == ["a\nb", "c", "d", "a\nb"]
    assert cells(child)[-1]["cell_type"] == "markdown"
    child.keys_and_settle("gg2yacGp")
    assert sources(child)[4:] == ["a\nb", "c"]


def test_dac_cuts_as_many_cells_as_the_count_and_repeats(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c", "d", "e", "f")
    child.keys_and_settle("dac")
    assert sources(child) == ["b", "c", "d", "e", "f"]
    child.keys_and_settle("d2ac")
    assert sources(child) == ["d", "e", "f"]
    child.keys_and_settle(".")
    assert sources(child) == ["f"]
    child.keys_and_settle('uuu"bdacu"bp')
    assert sources(child) == ["a", "a", "b", "c", "d", "e", "f"]


def test_dic_empties_the_cell_and_leaves_it(show: Callable[..., Child]) -> None:
    child = show("a\nb", "c\nd")
    before = [cell["id"] for cell in cells(child)]
    child.keys_and_settle('j"adic')
    assert sources(child) == ["", "c\nd"]
    assert register(child, "a") == "a\nb\n"
    assert [cell["id"] for cell in cells(child)] == before
    assert child.api.get_option_value("filetype", {}) == "ipynb"
    child.keys_and_settle("u")
    assert sources(child) == ["a\nb", "c\nd"]
    child.keys_and_settle("dic]].")
    assert sources(child) == ["", ""]
    child.keys_and_settle("<C-\\><C-n>")


def test_cic_types_a_new_text(show: Callable[..., Child]) -> None:
    child = show("a\nb", "c")
    child.keys_and_settle("jcicnew<Esc><Esc>")
    assert sources(child) == ["new", "c"]
    child.keys_and_settle("u")
    assert sources(child) == ["a\nb", "c"]


def test_they_select_in_visual_mode(show: Callable[..., Child]) -> None:
    child = show("a\nb", "c", "d")
    child.keys_and_settle("vic")
    assert child.mode() == "V"
    assert child.lua("return { vim.fn.line('v'), vim.fn.line('.') }") == [2, 3]
    child.keys_and_settle("ac")
    assert child.lua("return { vim.fn.line('v'), vim.fn.line('.') }") == [1, 4]
    child.keys_and_settle("ac")
    assert child.lua("return { vim.fn.line('v'), vim.fn.line('.') }") == [1, 7]
    child.keys_and_settle("d")
    assert sources(child) == ["d"]


def test_in_the_float_both_are_all_lines(show: Callable[..., Child]) -> None:
    child = show("b = [\n1,\n]\nc", "d")
    child.keys_and_settle("iX<Esc>")
    child.keys_and_settle("yic")
    assert register(child) == "Xb = [\n1,\n]\nc\n"
    child.keys_and_settle("Ggcic")
    assert child.lines() == ["# Xb = [", "# 1,", "# ]", "# c"]
    child.keys_and_settle("u>ac")
    assert child.lines()[1] == "    1,"
    child.keys_and_settle("ucicnew<Esc>")
    assert child.lines() == ["new"]
    child.keys_and_settle("<Esc>")
    assert sources(child) == ["new", "d"]


def test_the_keys_are_options(start_child: Callable[..., Child], tmp_path: Path) -> None:
    init = "require('ipynb').setup({ keymaps = { inner_cell = 'ix', around_cell = false } })"
    child = start_child(init=init)
    open_in(child, write_notebook(tmp_path / "x.ipynb", ["a\nb"]), ["a\nb"])
    child.keys_and_settle("ggjyix")
    assert register(child) == "a\nb\n"
    assert child.lua("return vim.fn.maparg('ac', 'o')") == ""
