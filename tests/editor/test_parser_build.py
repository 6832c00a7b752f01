"""The parser is built once, in the background, or the notebook does without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.highlighting import (
    GUI,
    STATE,
    WITH_LANGUAGES,
    is_coloured_as,
    needs_languages,
    needs_parser,
    parser_state,
    show_in,
    wait_for_parser,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

MAGIC = 's = """\n%inside\n"""'


def built(child: Child) -> list[Path]:
    return sorted((child.home / "data" / "nvim" / "ipynb" / "parser").glob("*"))


def health(child: Child) -> str:
    child.command("checkhealth ipynb")
    child.wait_for(lambda: "ipynb: terminal" in "\n".join(child.lines()), what="the report")
    return "\n".join(child.lines())


@needs_languages
def test_an_open_notebook_takes_the_parser_that_was_built(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=WITH_LANGUAGES, has_parser=False)
    show_in(child, notebook, MAGIC)
    wait_for_parser(child)
    child.wait_for(lambda: is_coloured_as(child, "s =", "@variable"), what="the tree's colours")
    assert [path.suffix for path in built(child)] == [".so"]
    assert child.messages() == ""
    assert f"OK Parser `ipynb`: {built(child)[0]}" in health(child)


@needs_languages
def test_a_parser_is_built_only_once(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    child = start_child(init=WITH_LANGUAGES, has_parser=False)
    show_in(child, notebook, MAGIC)
    wait_for_parser(child)
    data = child.home / "data"
    before = built(child)[0].stat().st_mtime_ns
    child.close()
    environment = {"XDG_DATA_HOME": str(data), "CC": "/nonexistent"}
    again = start_child(init=WITH_LANGUAGES, has_parser=False, environment=environment)
    show_in(again, notebook, MAGIC)
    wait_for_parser(again)
    assert is_coloured_as(again, "%inside", "String")
    assert built(child)[0].stat().st_mtime_ns == before


def test_without_a_compiler_nothing_is_said_and_health_names_it(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=GUI, has_parser=False, environment={"PATH": "/nonexistent", "CC": ""})
    show_in(child, notebook, "import os")
    child.wait_for(lambda: parser_state(child) == "failed", what="no compiler")
    assert is_coloured_as(child, "import", "PreProc")
    assert child.messages() == ""
    assert "WARNING no C compiler (cc, gcc, clang, zig or tcc) was found" in health(child)


@pytest.mark.parametrize("code", [0, 1])
def test_a_broken_compiler_is_a_line_in_the_log_and_in_health(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path, code: int
) -> None:
    compiler = tmp_path / "mycc"
    compiler.write_text(f"#!/bin/sh\necho 'parser.c:1: error: it is Monday' >&2\nexit {code}\n")
    compiler.chmod(0o755)
    environment = {"CC": str(compiler), "PATH": "/nonexistent"}
    child = start_child(init=GUI, has_parser=False, environment=environment)
    show_in(child, notebook, "import os")
    child.wait_for(lambda: parser_state(child) == "failed", what="the failure")
    assert child.messages() == ""
    assert is_coloured_as(child, "import", "PreProc")
    assert built(child) == []
    log = (child.home / "state" / "nvim" / "ipynb.log").read_text(encoding="utf-8")
    said = "does not compile the parser: parser.c:1: error: it is Monday" if code else "ENOENT"
    assert [said in line for line in log.splitlines()].count(True) == 1
    assert said in health(child)


@needs_parser
def test_a_broken_compiler_is_followed_by_one_that_works(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=GUI, has_parser=False, environment={"CC": "false"})
    show_in(child, notebook, "%magic")
    wait_for_parser(child)
    assert child.messages() == ""


@needs_parser
def test_a_parser_on_the_runtimepath_comes_first(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "site" / "parser").mkdir(parents=True)
    own = next(STATE.glob("ipynb/*.so"))
    (tmp_path / "site" / "parser" / "ipynb.so").symlink_to(own)
    init = GUI + f"vim.opt.runtimepath:append('{tmp_path / 'site'}')"
    child = start_child(init=init, has_parser=False)
    show_in(child, notebook, "%magic")
    wait_for_parser(child)
    assert built(child) == []
    assert f"OK Parser `ipynb`: {tmp_path / 'site'}" in health(child)
