"""Yanks in the notebook: whole cells where they touch a border, plain text where not."""

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
    child = Child(tmp_path_factory.mktemp("yank"), Launch(width=90, height=40))
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


@pytest.mark.parametrize("keys", ["yG", ":%yank<CR>", "yGG", "y}G", ":normal! ggyG<CR>"])
def test_whole_lines_over_a_border_are_cells(show: Callable[..., Child], keys: str) -> None:
    child = show("a", ("markdown", "b\nc"))
    child.keys_and_settle(keys if keys != "y}G" else "yj")
    child.keys_and_settle("Gp")
    wanted = ["a"] if keys == "y}G" else ["a", "b\nc"]
    assert sources(child) == ["a", "b\nc", *wanted]
    assert cells(child)[-1]["cell_type"] == ("code" if keys == "y}G" else "markdown")
    assert "ipynb_nvim" not in register(child)


def test_cells_paste_as_text_into_other_buffers(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    child.keys_and_settle("yG:enew<CR>p")
    assert child.lines() == ["", "a", "", "b"]


def test_lines_of_one_cell_are_text(show: Callable[..., Child]) -> None:
    child = show("a\nb\nc", "d")
    child.keys_and_settle("yj")
    assert register(child) == "a\nb\n"
    child.keys_and_settle("p")
    assert sources(child) == ["a\nb\nc", "a\nb", "d"]


def test_named_registers_are_filled_and_appended_to(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    child.keys_and_settle('"ayjjjj"Ayj')
    assert register(child, "a") == "a\nb\n"
    assert register(child) == "a\nb\n"
    child.keys_and_settle('G"ap')
    assert sources(child) == ["a", "b", "c", "a", "b"]
    child.keys_and_settle('gg"byj')
    assert register(child, "b") == "a\n"
    assert register(child) == "a\n"
    assert register(child, "0") == ""


def test_less_than_lines_loses_the_markers(show: Callable[..., Child]) -> None:
    child = show("abc", "def")
    child.keys_and_settle("lvjjjy")
    assert register(child) == "bc\nde"
    child.keys_and_settle("gg0lj<C-v>jjjhy")
    assert register(child) == "ab\nde"
    child.keys_and_settle('ggjl"aylvjjj"Ay')
    assert register(child, "a") == "bbc\nde"


def test_whole_cells_look_selected(show: Callable[..., Child]) -> None:
    child = show("one\nmore", "two", "three")
    plain = child.highlight_of("more")
    child.keys_and_settle("V")
    assert "Visual" in child.highlight_of("more").groups
    assert "Visual" not in child.highlight_of("two").groups
    child.keys_and_settle("jjj")
    assert "Visual" in child.highlight_of("two").groups
    child.keys_and_settle("kkk")
    assert "Visual" not in child.highlight_of("two").groups
    child.keys_and_settle("<Esc>")
    assert child.highlight_of("more") == plain
    child.keys_and_settle("v")
    assert "Visual" not in child.highlight_of("more").groups
