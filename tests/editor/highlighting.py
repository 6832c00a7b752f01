"""What tests of colours share: parsers of languages, and whose colour a text has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Child

STATE = Path(__file__).resolve().parents[2] / ".state" / "parsers"
# A colour that nothing else has.
GUI = "vim.o.termguicolors = true\nvim.api.nvim_set_hl(0, 'NotebookMagic', { fg = 0x123456 })\n"
WITH_LANGUAGES = GUI + f"vim.opt.runtimepath:append('{STATE}')\n"

needs_parser = pytest.mark.skipif(not list(STATE.glob("ipynb/*.so")), reason="no C compiler")
needs_languages = pytest.mark.skipif(
    not (STATE / "parser" / "python.so").exists(), reason="no C compiler"
)


def metadata(language: str) -> dict[str, Any]:
    """Return the metadata of a notebook in a language."""
    return {
        "kernelspec": {"display_name": language, "language": language, "name": language},
        "language_info": {"name": language},
    }


def parser_state(child: Child) -> str:
    """Return what became of the parser."""
    return child.lua("return require('ipynb.highlight.parser').status().state")


def wait_for_parser(child: Child) -> None:
    """Wait until the notebook's trees colour it."""
    child.wait_for(lambda: parser_state(child) == "loaded", what="the parser")
    child.settle()


def foreground_of_group(child: Child, group: str) -> int | None:
    """Return the text colour of a highlight group, links followed."""
    return child.lua("return vim.api.nvim_get_hl(0, {name = ..., link = false})", group).get("fg")


def is_coloured_as(child: Child, text: str, group: str) -> bool:
    """Tell whether the first such text on the screen has a group's colour."""
    colour = foreground_of_group(child, group)
    assert colour is not None, f"{group} has no colour of its own"
    return child.highlight_of(text).foreground == colour


def is_keyword(child: Child, text: str) -> bool:
    """Tell whether the first such text looks like a keyword: bold in the default scheme."""
    return bool(child.highlight_of(text).attributes.get("bold"))


def show_in(
    child: Child, write: Callable[..., Path], *cells: Any, language: str = "python", name: str = "a"
) -> None:
    """Write a notebook, open it and wait for the colours."""
    path = write(*cells, name=f"{name}.ipynb", metadata=metadata(language))
    open_in(child, path, cells)
