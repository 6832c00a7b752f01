"""What a notebook looks like: borders, signs, states, colours, the output window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

MARKER = "ipynb_nvim"
WIDTH, HEIGHT = 100, 30
CELLS = (("markdown", "# Title"), "import os\nos.sep", ("raw", "kept"), "last = 1")


def code(source: str, *outputs: dict[str, Any], count: int | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": f"code-{abs(hash(source)) % 10**6}",
        "metadata": {},
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }


def stream(text: str) -> dict[str, Any]:
    return {"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}


def has_look(child: Child, text: str, group: str) -> bool:
    """Tell whether the first such text on the screen has a group's text colour."""
    hl = child.lua("return vim.api.nvim_get_hl(0, {name = ..., link = false})", group)
    return child.highlight_of(text).foreground == hl["fg"]


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    """Return a function that opens cells in a child of its own and returns it."""

    def show_(*cells: Any, width: int = WIDTH, init: str = "") -> Child:
        child = start_child(width=width, height=HEIGHT, init=f"vim.o.termguicolors = true\n{init}")
        open_in(child, notebook(*cells), cells)
        return child

    return show_


@pytest.mark.parametrize("width", [40, WIDTH])
def test_marker_text_is_never_visible_wherever_the_cursor_is(
    show: Callable[..., Child], width: int
) -> None:
    child = show(*CELLS, width=width)
    for _ in range(child.api.buf_line_count(0)):
        assert not child.is_visible(MARKER)
        child.keys_and_settle("j")


def test_borders_name_type_language_and_count(show: Callable[..., Child]) -> None:
    child = show(*CELLS, code("x", count=12))
    assert [
        row.split("─")[1].split() for row in child.rows() if row.startswith(("M", "{", "≡"))
    ] == [
        ["markdown"],
        ["[", "]", "python"],
        ["raw"],
        ["[", "]", "python"],
        ["[12]", "python"],
    ]


def test_borders_end_where_each_window_ends(show: Callable[..., Child]) -> None:
    child = show(*CELLS)
    child.keys_and_settle(":vsplit | vertical resize 40<CR>")
    tops = [row for row in child.rows() if row.startswith("{}")]
    assert len(tops) == 2
    for row in tops:
        assert row[39] == "─"
        assert row[40] not in "─ "
        assert len(row) == WIDTH
        assert row[-1] == "─"


def test_borders_grow_with_the_screen(show: Callable[..., Child]) -> None:
    child = show(*CELLS, width=50)
    child.resize(140, HEIGHT)
    child.wait_for(lambda: all(len(r) == 140 for r in child.rows() if r.startswith("{}")))


def test_the_active_cell_follows_the_cursor_and_names_keys(show: Callable[..., Child]) -> None:
    child = show(*CELLS)
    assert has_look(child, "─", "NotebookActiveBorder")
    child.keys_and_settle("4j")
    assert has_look(child, "─", "NotebookCellBorder")
    hints = child.wait_for_text("i edit")
    assert child.row_text(hints - 1).endswith("os.sep")
    assert child.row_text(hints - 1).startswith("▎")
    child.keys_and_settle("i")
    child.wait_for_text("esc done")
    child.keys_and_settle("<Esc><Esc>")
    child.wait_for_text("i edit")


@pytest.mark.parametrize("scheme", ["default", "morning", "habamax"])
def test_code_stands_out_from_the_page_in_any_scheme(
    show: Callable[..., Child], scheme: str
) -> None:
    child = show(("markdown", "page"), "import os", "last = 1")
    child.keys_and_settle(f"G:colorscheme {scheme}<CR>")
    page, cell = child.highlight_of("page"), child.highlight_of("import")
    assert cell.background is not None
    assert cell.background != (page.background or child.screen.default_colors[1])
    # The syntax shows through the cell's background.
    assert cell.foreground != child.highlight_of("last").foreground or cell.attributes.get("bold")


def test_the_users_own_highlighting_wins(show: Callable[..., Child]) -> None:
    child = show(*CELLS, init="vim.cmd('highlight NotebookRawSign guifg=#123456')")
    assert child.highlight_of("raw").foreground == 0x123456


def test_ascii_option_draws_ascii_only(show: Callable[..., Child]) -> None:
    child = show(
        *CELLS, code("1", stream("one\n"), count=1), init="require('ipynb').setup({ascii=true})"
    )
    child.keys_and_settle("4j")
    child.wait_for_text("edit")
    assert all(row.isascii() for row in child.rows())


def test_output_stands_under_its_cell_in_the_schemes_colours(show: Callable[..., Child]) -> None:
    cell = code("print('x')", stream("plain \x1b[31mred\x1b[0m\n"), count=1)
    child = show(cell, "after", init="vim.g.terminal_color_1 = '#abcdef'")
    row = child.wait_for_text("plain red")
    assert "▔▔▔" in child.row_text(row - 1)
    assert child.row_text(row + 1) == ""
    assert "python" in child.row_text(row + 2)
    assert child.highlight_of("red").foreground == 0xABCDEF
    child.keys_and_settle(":colorscheme morning<CR>")
    expected = child.api.get_var("terminal_color_1")
    assert child.highlight_of("red").foreground == int(expected.removeprefix("#"), 16)


def test_only_names_of_the_ansi_grammar_become_groups(child: Child) -> None:
    names = ["f256", "evil", "f1__bold", "f12345678", "b12345g", "", "f1_link"]
    code_ = """local highlights, name = require('ipynb.render.highlights'), 'NotebookAnsi_' .. ...
      highlights.ensure(name)
      return vim.fn.hlexists(name)"""
    assert [child.lua(code_, name) for name in names] == [0] * len(names)
    assert child.lua(code_, "f196_b0a0b0c_bold") == 1


def test_an_open_string_does_not_colour_the_next_cell(show: Callable[..., Child]) -> None:
    child = show('text = """open', ("markdown", "prose"), "value = 2")
    assert has_look(child, "open", "String")
    assert not has_look(child, "prose", "String")
    assert not has_look(child, "value", "String")


def test_a_language_without_syntax_and_a_hostile_one_are_harmless(
    child: Child, notebook: Callable[..., Path]
) -> None:
    for language in ("nosuchlanguage", "../../etc | quit", "python"):
        path = notebook("x = 1", name=f"{abs(hash(language))}.ipynb", metadata={})
        open_in(child, path, ["x = 1"])
        child.lua(
            "vim.b.ipynb_language = ...; vim.bo.syntax = ''; vim.bo.syntax = 'ipynb'", language
        )
        assert child.api.buf_get_var(0, "current_syntax") == "ipynb"


def test_a_running_cell_moves_its_sign_and_then_says_how_long_it_took(
    show: Callable[..., Child],
) -> None:
    child = show("import time; time.sleep(1.3)", "1 / 0", "never")
    child.keys_and_settle(":NotebookExecuteAll<CR>")
    child.wait_for_text("◌ queued")
    seen: set[str] = set()

    def has_moved() -> bool:
        seen.update(set(child.row_text(0)) & set("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"))
        return len(seen) >= 3

    child.wait_for(has_moved, timeout_s=30, what="a moving sign")
    assert "[*]" in child.row_text(0)
    child.wait_for_text("✓ 1.3s")
    assert has_look(child, "✓", "NotebookStateOk")
    child.wait_for_text("✗")
    child.wait_for_text("⊘ cancelled")


@pytest.mark.parametrize(
    ("elapsed_ms", "text"),
    [
        (0, "1ms"),
        (9, "9ms"),
        (129, "0.12s"),
        (999, "0.99s"),
        (3449, "3.4s"),
        (59_999, "59.9s"),
        (65_000, "1:05"),
        (7_384_000, "2:03:04"),
        (274_320_000, "3d 04:12"),
    ],
)
def test_elapsed_time_reads_well(child: Child, elapsed_ms: int, text: str) -> None:
    assert child.lua("return require('ipynb.render.elapsed').format(...)", elapsed_ms) == text


def test_the_output_window_shows_copies_and_closes(show: Callable[..., Child]) -> None:
    text = "".join(f"line {n}\n" for n in range(200))
    child = show(code("print()", stream(text), count=7))
    child.keys_and_settle("go")
    child.wait_for_text("Output [7]")
    assert child.api.buf_get_option(0, "filetype") == "notebook_output"
    assert child.lines() == text.splitlines()
    child.keys_and_settle("dd")
    assert child.lines() == text.splitlines()
    child.keys_and_settle("Y")
    assert child.lua("return vim.fn.getreg('\"')") == text
    child.resize(50, 20)
    child.wait_for(lambda: child.api.win_get_width(0) <= 50)
    child.keys_and_settle("q")
    child.wait_for(lambda: len(child.api.list_wins()) == 1)
    child.keys_and_settle("go<Esc>")
    child.wait_for(lambda: len(child.api.list_wins()) == 1)
    assert not child.is_visible("Output [7]")


def test_wiping_the_notebook_closes_its_output_window(show: Callable[..., Child]) -> None:
    child = show(code("print()", stream("x\n"), count=7))
    facade = child.api.get_current_buf()
    child.keys_and_settle("go")
    child.wait_for_text("Output [7]")
    child.command(f"wincmd p | new | bwipeout! {facade}")
    child.wait_for(lambda: not child.is_visible("Output [7]"))
