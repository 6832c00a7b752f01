"""Colours of code, markdown and magics, with and without tree-sitter's parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.highlighting import (
    GUI,
    WITH_LANGUAGES,
    foreground_of_group,
    is_coloured_as,
    is_keyword,
    needs_languages,
    needs_parser,
    show_in,
    wait_for_parser,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

NO_COMPILER = {"PATH": "/nonexistent", "CC": ""}
MAGICS = (
    "%matplotlib inline\n"
    'files = !ls "one\n'
    "for name in files:\n"
    "    !echo 'it\n"
    "    return name\n"
    "name?\n"
    "import os\n"
)


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    """Return a function that shows cells; ``mode`` says which parsers are there."""

    def show_(*cells: Any, mode: str = "languages", language: str = "python") -> Child:
        if mode == "none":
            child = start_child(init=GUI, has_parser=False, environment=NO_COMPILER)
        else:
            child = start_child(init=WITH_LANGUAGES if mode == "languages" else GUI)
        show_in(child, notebook, *cells, language=language)
        if mode != "none":
            wait_for_parser(child)
        return child

    return show_


MODES = pytest.mark.parametrize(
    "mode",
    [
        pytest.param("languages", marks=needs_languages),
        pytest.param("own", marks=needs_parser),
        "none",
    ],
)


@MODES
def test_magics_and_shell_lines_leave_the_code_around_them_alone(
    show: Callable[..., Child], mode: str
) -> None:
    child = show(MAGICS, mode=mode)
    for text in ("%matplotlib", "!ls", "!echo", "name?"):
        assert is_coloured_as(child, text, "NotebookMagic"), text
    string = foreground_of_group(child, "String")
    for text in ("for", "return", "import"):
        assert child.highlight_of(text).foreground not in (None, string), text
    assert child.highlight_of("return").foreground == child.highlight_of("for").foreground


@MODES
def test_a_string_ends_with_its_cell(show: Callable[..., Child], mode: str) -> None:
    child = show('s = """open', "for x in y: pass", mode=mode)
    string = foreground_of_group(child, "String")
    assert child.highlight_of("for").foreground not in (None, string)
    assert is_keyword(child, "for") or mode != "languages"


@MODES
def test_markdown_is_coloured(show: Callable[..., Child], mode: str) -> None:
    child = show(("markdown", "# Title\n\nplain *slanted*"), "x", mode=mode)
    assert is_coloured_as(child, "Title", "Title")
    assert child.highlight_of("slanted").attributes.get("italic")
    assert not child.highlight_of("plain").attributes.get("italic")


@needs_languages
def test_percent_signs_in_strings_and_brackets_are_no_magics(show: Callable[..., Child]) -> None:
    child = show('s = """\n%inside\n"""\nprint("a"\n      % behind)')
    assert is_coloured_as(child, "%inside", "String")
    assert not is_coloured_as(child, "% behind", "NotebookMagic")


@needs_languages
def test_a_cell_magic_brings_its_own_language(show: Callable[..., Child]) -> None:
    child = show("%%bash\nfor f in *; do\n  !echo $f\ndone", "done = 1", "%%time\nfor g in h: pass")
    assert is_coloured_as(child, "%%bash", "NotebookMagic")
    for text in ("for f", "done", "for g"):
        assert is_keyword(child, text), text
    assert not is_keyword(child, "done = 1")
    assert not is_coloured_as(child, "!echo", "NotebookMagic")


@pytest.mark.parametrize("mode", [pytest.param("languages", marks=needs_languages), "none"])
def test_a_language_without_magics_keeps_such_lines(show: Callable[..., Child], mode: str) -> None:
    child = show("! true\n%jobs\nfor f in *; do echo; done", mode=mode, language="bash")
    assert not is_coloured_as(child, "! true", "NotebookMagic")
    assert not is_coloured_as(child, "%jobs", "NotebookMagic")
    assert child.highlight_of("for").foreground is not None


@needs_languages
def test_notebooks_of_different_languages_stand_side_by_side(
    show: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = show("def python_side(): pass", "esac = 1")
    child.keys_and_settle(":vnew<CR>")
    show_in(child, notebook, "def=1", "case x in y) ;; esac", language="bash", name="b")
    child.settle()
    assert is_keyword(child, "case")
    assert is_keyword(child, "def python")
    assert not is_keyword(child, "esac = 1")
    assert not is_keyword(child, "def=1")


@needs_languages
def test_colours_follow_typing_moving_and_undo(show: Callable[..., Child]) -> None:
    child = show("alpha = 1", "import beta")
    child.keys_and_settle("ccreturn gamma<Esc><Esc>")
    assert is_keyword(child, "return")
    assert not is_keyword(child, "gamma")
    child.keys_and_settle("<M-j>")
    assert child.find_row("import") < child.find_row("return")  # type: ignore[operator]
    assert is_keyword(child, "import")
    assert is_keyword(child, "return")
    child.keys_and_settle("uu")
    assert is_keyword(child, "import")
    assert not is_keyword(child, "alpha")


@needs_languages
def test_a_second_window_has_the_colours_of_what_is_typed(show: Callable[..., Child]) -> None:
    child = show("first", "second")
    child.keys_and_settle(":set splitbelow<CR>:split<CR>gg")
    child.keys_and_settle("ccimport os<CR>%magic<CR>import sys")
    rows = [row for row, line in enumerate(child.rows()) if "import sys" in line]
    assert len(rows) == 2
    other = min(rows)  # the window that has no float
    col = child.rows()[other].index("import sys")
    assert child.highlight_at(other, col).attributes.get("bold")
    magic = child.rows()[other - 1].index("%magic")
    assert child.highlight_at(other - 1, magic).foreground == 0x123456


@needs_languages
def test_a_change_of_type_changes_the_colours(show: Callable[..., Child]) -> None:
    child = show("# import this", "import that")
    comment = child.highlight_of("import this").foreground
    child.keys_and_settle(":NotebookMakeMarkdown<CR>")
    assert is_coloured_as(child, "import this", "Title")
    child.keys_and_settle(":NotebookMakeCode<CR>")
    assert child.highlight_of("import this").foreground == comment


@needs_languages
def test_a_change_of_colour_scheme_keeps_all_colours(show: Callable[..., Child]) -> None:
    child = show("%magic\nimport os")
    child.keys_and_settle(":colorscheme morning<CR>")
    assert is_coloured_as(child, "%magic", "NotebookMagic")
    assert child.highlight_of("import").foreground is not None


@needs_parser
def test_the_option_leaves_notebooks_to_regular_expressions(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=WITH_LANGUAGES + "require('ipynb').setup({ treesitter = false })")
    show_in(child, notebook, "import os")
    assert child.command("set syntax?").strip() == "syntax=ipynb"
    assert is_coloured_as(child, "import", "PreProc")


@needs_languages
@pytest.mark.parametrize(
    "init", ["", "vim.cmd('autocmd FileType python lua vim.treesitter.start()')"]
)
def test_magics_do_not_wreck_the_float(
    start_child: Callable[..., Child], notebook: Callable[..., Path], init: str
) -> None:
    child = start_child(init=WITH_LANGUAGES + init)
    show_in(child, notebook, MAGICS)
    wait_for_parser(child)
    child.keys_and_settle("i<Esc>")
    assert child.lua("return vim.b.ipynb_cell_id")
    for text in ("%matplotlib", "!echo", "name?"):
        child.wait_for(lambda text=text: is_coloured_as(child, text, "NotebookMagic"), what=text)
    string = foreground_of_group(child, "String")
    for text in ("return", "import"):
        assert child.highlight_of(text).foreground not in (None, string), text
