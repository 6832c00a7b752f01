"""Cutting, copying, pasting, moving, splitting, merging and turning cells, by keys and commands.

What Vim does to lines with a key, the plugin does to cells: counts, registers, Visual mode, ``.``
and undo are all meant to be the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells
from tests.harness import Child, Launch, write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["seen\n"]}


def with_output(source: str) -> dict[str, Any]:
    return make_cell(source, 0) | {"outputs": [OUTPUT]}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("cells"), Launch(width=90, height=50))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any, name: str = "test.ipynb") -> Child:
        open_in(editor, write_notebook(tmp_path / name, specs), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")
    editor.lua("for _, name in ipairs({'a', 'b', '0', '1'}) do vim.fn.setreg(name, '') end")


def model(child: Child) -> list[dict[str, Any]]:
    child.lua("require('ipynb').flush()")
    return child.lua("return require('ipynb.debug').model_cells()")


def sources(child: Child) -> list[str]:
    """Return the texts in order, after checking that screen, Lua and host agree on them."""
    seen = model(child)
    facade = child.lua(
        "return vim.api.nvim_buf_get_lines(require('ipynb.notebook').get().buf, 0, -1, true)"
    )
    shadow = child.lua(
        "return vim.api.nvim_buf_get_lines(require('ipynb.notebook').get().shadow, 0, -1, true)"
    )
    assert len(shadow) == len(facade)
    listed = cells(child)
    assert [cell["id"] for cell in listed] == [cell["id"] for cell in seen]
    assert [cell["cell_type"] for cell in listed] == [cell["cell_type"] for cell in seen]
    for cell, held in zip(listed, seen, strict=True):
        rows = slice(cell["content_row"], cell["content_end_row"])
        assert "\n".join(facade[rows]) == held["source"]
        assert shadow[rows] == (
            facade[rows] if cell["cell_type"] == "code" else [""] * len(facade[rows])
        )
        assert facade[cell["row"]] == f"# <<ipynb_nvim:{cell['cell_type']}>>"
        assert facade[cell["end_row"] - 1] == "# <</ipynb_nvim>>"
    assert not seen or listed[-1]["end_row"] == len(facade)
    return [cell["source"] for cell in seen]


def types(child: Child) -> list[str]:
    return [cell["cell_type"] for cell in cells(child)]


def ids(child: Child) -> list[str]:
    return [cell["id"] for cell in cells(child)]


def after(child: Child, keys: str) -> list[str]:
    child.keys_and_settle(keys)
    return sources(child)


def test_dd_and_p_move_a_cell_as_they_move_a_line(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    before = ids(child)
    assert after(child, "dd") == ["b", "c"]
    assert after(child, "p") == ["b", "a", "c"]
    assert ids(child) == [before[1], before[0], before[2]]


def test_counts_are_cells(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c", "d", "e")
    assert after(child, "3dd") == ["d", "e"]
    assert after(child, "2P") == ["a", "b", "c", "a", "b", "c", "d", "e"]
    assert len(set(ids(child))) == 8
    assert after(child, "u") == ["d", "e"]
    assert after(child, "u") == ["a", "b", "c", "d", "e"]


def test_a_copy_has_an_id_of_its_own_and_the_outputs(show: Callable[..., Child]) -> None:
    child = show(with_output("print('seen')"), "b")
    assert after(child, "yyp") == ["print('seen')", "print('seen')", "b"]
    first, second, _ = cells(child)
    assert first["id"] != second["id"]
    assert second["output_count"] == 1
    assert sum("seen" in row and "print" not in row for row in child.rows()) == 2
    child.keys_and_settle("yyG2p")
    child.wait_for(lambda: sum("seen" in r and "print" not in r for r in child.rows()) == 4)


def test_named_registers_hold_cells_and_capital_letters_append(
    show: Callable[..., Child],
) -> None:
    child = show("a", "b", "c")
    assert after(child, '"add"add"Add') == []
    assert after(child, '"ap') == ["b", "c"]
    assert child.lua("return vim.fn.getreg('a')") == "b\nc\n"


def test_deleted_cells_shift_through_the_numbered_registers(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    assert after(child, "dddddd") == []
    registers = child.lua("return { vim.fn.getreg('1'), vim.fn.getreg('2'), vim.fn.getreg('3') }")
    assert registers == ["c\n", "b\n", "a\n"]
    assert after(child, '"1p..') == ["c", "b", "a"]


def test_cells_of_the_same_text_are_told_apart_in_the_numbered_registers(
    show: Callable[..., Child],
) -> None:
    child = show(with_output("a"), ("markdown", "a"), "b")
    assert after(child, 'dddd"2p') == ["b", "a"]
    assert types(child) == ["code", "code"]
    assert cells(child)[1]["output_count"] == 1


def test_the_black_hole_keeps_the_registers(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    assert after(child, 'yyj"_ddp') == ["b", "a", "c"]


def test_a_dot_repeats_with_its_count(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c", "d", "e", "f", "g")
    assert after(child, "dd.") == ["c", "d", "e", "f", "g"]
    assert after(child, "2.") == ["e", "f", "g"]
    assert after(child, ".") == ["g"]


def test_a_dot_in_the_notebook_repeats_typed_text_in_the_cell(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    assert after(child, "jA!<Esc><Esc>]].") == ["a!", "b!", "c"]
    assert after(child, "<Esc>]]dd") == ["a!", "b!"]
    assert after(child, "gg.") == ["b!"]


def test_a_dot_in_the_float_leaves_the_cells_alone(show: Callable[..., Child]) -> None:
    child = show("a", "b", "c")
    assert after(child, "dd<CR>.") == ["b", "c"]


def test_visual_lines_mean_whole_cells(show: Callable[..., Child]) -> None:
    child = show("a\na2", "b", "c")
    assert after(child, "jVjjjd") == ["c"]
    assert after(child, "P") == ["a\na2", "b", "c"]
    assert after(child, "ggVGy") == ["a\na2", "b", "c"]
    assert after(child, "ggVp") == ["a\na2", "b", "c", "b", "c"]
    assert after(child, "u") == ["a\na2", "b", "c"]


def test_a_dot_repeats_a_visual_cut_on_as_many_cells(show: Callable[..., Child]) -> None:
    child = show(*"abcdefg")
    assert after(child, "jV]]d") == list("cdefg")
    assert after(child, ".") == list("efg")


def test_the_cut_operator_takes_the_cells_of_a_motion(show: Callable[..., Child]) -> None:
    child = show(*"abcdef")
    assert after(child, "jd]]") == list("bcdef")
    assert after(child, "jd2]]") == list("def")
    assert after(child, ".") == list("f")
    assert after(child, "uuu") == list("abcdef")
    assert after(child, "ggjjjjdG") == list("a")


def test_cells_move_between_notebooks_with_what_they_have(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show(with_output("print('seen')"), "b")
    moved = ids(child)[0]
    child.keys_and_settle("dd")
    child.command("write")
    assert show(make_cell("x", 0) | {"id": "x"}, name="other.ipynb") is child
    assert after(child, "p") == ["x", "print('seen')"]
    assert ids(child)[1] == moved
    assert cells(child)[1]["output_count"] == 1
    child.command("write")
    assert '"seen\\n"' in (tmp_path / "other.ipynb").read_text(encoding="utf-8")
    assert after(child, "p")[2] == "print('seen')"
    assert len(set(ids(child))) == 3


def test_cells_paste_as_plain_text_into_other_buffers(show: Callable[..., Child]) -> None:
    child = show("a\na2", "b")
    child.keys_and_settle("2yy")
    child.command("enew")
    child.keys_and_settle("P")
    assert child.lines()[:-1] == ["a", "a2", "", "b"]


def test_text_from_another_buffer_becomes_a_code_cell(show: Callable[..., Child]) -> None:
    child = show("a")
    child.lua("vim.fn.setreg('b', {'import os', 'os.getcwd()'}, 'l')")
    assert after(child, '"bp') == ["a", "import os\nos.getcwd()"]
    assert types(child) == ["code", "code"]
    child.keys_and_settle('"zp')
    child.wait_for_text("nothing in register z")


@pytest.mark.parametrize("keys", ["2<M-j>", "<M-j>."])
def test_moving_takes_counts_and_repeats(show: Callable[..., Child], keys: str) -> None:
    child = show(*"abcd")
    assert after(child, keys) == list("bcad")
    assert after(child, "u" if keys[0] == "2" else "uu") == list("abcd")


def test_a_selection_of_cells_moves_as_one(show: Callable[..., Child]) -> None:
    child = show(*"abcde")
    assert after(child, "jV]]2<M-j>") == list("cdabe")
    assert after(child, "<M-k>") == list("cabde")
    assert after(child, "d") == list("cde")


def test_splitting_puts_the_rest_of_the_text_into_a_new_cell(show: Callable[..., Child]) -> None:
    child = show(with_output("one\ntwo three\nfour"))
    first = ids(child)[0]
    assert after(child, "jjw<leader>k-".replace("<leader>", "\\")) == ["one\ntwo ", "three\nfour"]
    assert ids(child)[0] == first
    assert [cell["output_count"] for cell in cells(child)] == [1, 0]
    assert after(child, "u") == ["one\ntwo three\nfour"]
    assert after(child, "<C-r>") == ["one\ntwo ", "three\nfour"]


def test_splitting_while_editing_goes_on_in_the_new_cell(show: Callable[..., Child]) -> None:
    child = show("one\ntwo")
    child.keys_and_settle("jji<Esc>")
    child.command("NotebookSplitCell")
    assert sources(child) == ["one", "two"]
    assert after(child, "A!<Esc>") == ["one", "two!"]
    assert after(child, "uu") == ["one\ntwo"]
    assert after(child, "<C-r><C-r>") == ["one", "two!"]


def test_merging_joins_cells_into_the_first(show: Callable[..., Child]) -> None:
    child = show(with_output("a"), "b", "c", "d")
    first = ids(child)[0]
    assert after(child, "J") == ["a\nb", "c", "d"]
    assert ids(child)[0] == first
    assert cells(child)[0]["output_count"] == 1
    assert after(child, "3J") == ["a\nb\nc\nd"]
    assert after(child, "uu") == list("abcd")
    assert after(child, "ggVjjjJ") == ["a\nb", "c", "d"]
    child.keys_and_settle("GJ")
    child.wait_for_text("no cell below to merge with")


def test_typed_text_survives_split_and_merge_in_undo(show: Callable[..., Child]) -> None:
    child = show("a\nb", "c")
    assert after(child, "jAx<Esc><Esc>j0\\k-") == ["ax", "b", "c"]
    assert after(child, "ggjAy<Esc><Esc>J") == ["axy\nb", "c"]
    assert after(child, "jAz<Esc><Esc>") in (["axy\nbz", "c"], ["axyz\nb", "c"])
    assert after(child, "u") == ["axy\nb", "c"]
    assert after(child, "u") == ["axy", "b", "c"]
    assert after(child, "u") == ["ax", "b", "c"]
    assert after(child, "u") == ["ax\nb", "c"]
    assert after(child, "u") == ["a\nb", "c"]
    assert after(child, "5<C-r>")[0].startswith("axy")


def test_a_type_changes_and_comes_back(show: Callable[..., Child]) -> None:
    child = show(with_output("print('seen')"), "b", "c")
    before = ids(child)
    assert after(child, "2\\km") == ["print('seen')", "b", "c"]
    assert types(child) == ["markdown", "markdown", "code"]
    assert not any("seen" in row and "print" not in row for row in child.rows())
    assert after(child, "u") == ["print('seen')", "b", "c"]
    assert types(child) == ["code", "code", "code"]
    child.wait_for(lambda: any("seen" in r and "print" not in r for r in child.rows()))
    assert ids(child) == before
    child.keys_and_settle("\\kr")
    assert types(child) == ["raw", "code", "code"]
    child.keys_and_settle("]].")
    assert types(child) == ["raw", "raw", "code"]


def test_a_type_change_reaches_the_open_float(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    child.keys_and_settle("<CR>\\km")
    assert child.lua("return vim.bo.filetype") == "markdown"
    child.keys_and_settle("u")
    assert child.lua("return vim.bo.filetype") == "python"
    assert sources(child) == ["a", "b"]


def test_commands_take_ranges_counts_and_registers(show: Callable[..., Child]) -> None:
    child = show(*"abcdef")
    child.command("2,5NotebookCutCell a")
    assert sources(child) == list("cdef")
    child.command("NotebookPasteCellAbove a")
    assert sources(child) == list("abcdef")
    child.command("NotebookCopyCell 2 b")
    child.command("$")
    child.command("NotebookPasteCellBelow b 2")
    assert sources(child) == list("abcdefabab")
    child.command("2NotebookDeleteCell 3")
    assert sources(child) == list("defabab")
    child.command("1,7NotebookMergeCells")
    assert sources(child)[0] == "d\ne\nf"


def test_operations_replay_in_a_macro(show: Callable[..., Child]) -> None:
    child = show(*"abcdef")
    assert after(child, "qqddpq@q") == list("bcadef")
    assert after(child, "ggqwddq2@w") == list("def")


def test_merging_takes_the_open_float_along(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    child.keys_and_settle("jA1<Esc>")
    child.command("NotebookMergeCells")
    assert sources(child) == ["a1\nb"]
    assert child.lua("return vim.b.ipynb_cell_id") != ""
    assert after(child, "GA2<Esc>") == ["a1\nb2"]
    assert after(child, "uuu") == ["a", "b"]


def test_joining_lines_in_the_float_leaves_the_cells_alone(show: Callable[..., Child]) -> None:
    child = show("a\nb", "c")
    assert after(child, "jiX<Esc>J") == ["Xa b", "c"]
    assert after(child, "\\kJ") == ["Xa b\nc"]


def test_the_count_before_a_command_is_how_often(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    child.command("3NotebookInsertCellBelow markdown")
    assert sources(child) == ["a", "", "", "", "b"]
    assert types(child) == ["code", "markdown", "markdown", "markdown", "code"]
    assert after(child, "uggyy") == ["a", "b"]
    child.command("2NotebookPasteCellAbove")
    assert sources(child) == ["a", "a", "a", "b"]


def test_a_move_from_one_line_goes_as_far_as_told(show: Callable[..., Child]) -> None:
    child = show(*"abcd")
    child.command("1NotebookMoveCellDown 2")
    assert sources(child) == list("bcad")


def test_replacing_by_capital_p_keeps_the_register(show: Callable[..., Child]) -> None:
    child = show(*"abc")
    assert after(child, "yy]]VP]]VP") == list("aaa")
    assert after(child, "uugg]]VpP") == list("abac")


def test_cleared_outputs_stay_unsaved_when_what_follows_at_once_is_undone(
    show: Callable[..., Child],
) -> None:
    child = show(with_output("a"), "b")
    assert after(child, "\\kcGddu") == ["a", "b"]
    child.wait_for(lambda: child.lua("return vim.bo.modified"), what="unsaved changes")
