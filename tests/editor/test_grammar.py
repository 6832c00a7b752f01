"""The grammar on any text: its corpus, and random texts against a simple model of cells."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor.highlighting import needs_parser, wait_for_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.harness import Child

GRAMMAR = Path(__file__).resolve().parents[2] / "tree-sitter-ipynb"
CLI = os.environ.get("TREE_SITTER") or shutil.which("tree-sitter")
CASE = re.compile(
    r"^={3,}\n([^\n]+)\n={3,}\n(.*?)^-{3,}\n\n(.*?)(?=^={3,}\n|\Z)", re.MULTILINE | re.DOTALL
)
END = "# <</ipynb_nvim>>"
START = re.compile(r"# <<ipynb_nvim:(code|markdown|raw)>>$")
LINES = (
    "# <<ipynb_nvim:code>>",
    "# <<ipynb_nvim:markdown>>",
    "# <<ipynb_nvim:raw>>",
    END,
    END,
    END + "\r",
    "# <<ipynb_nvim:cod",
    "# <<ipynb_nvim:code>> ",
    "",
    "  ",
    "# <",
    "%",
    "%%bash",
    "%%time -n 3",
    "  %magic \\",
    "!ls 'x \\",
    "!",
    "?",
    "what?",
    "a = !ls",
    "a = %",
    "'''",
    '"""',
    "print('(', \"[\" ",
    ")",
    "x = \\",
    "\\",
    "é = 'ü' ☃ \x00 \x01\r",
    "s = 'it\\",
)
SEXPR = "return vim.treesitter.get_string_parser(..., 'ipynb'):parse()[1]:root():sexpr()"
PARSE = """
local buf = vim.api.nvim_create_buf(false, true)
vim.api.nvim_buf_set_lines(buf, 0, -1, true, ...)
local root = vim.treesitter.get_parser(buf, 'ipynb'):parse()[1]:root()
local cells = {}
for node in root:iter_children() do
  if node:type():find('_cell') then
    local row, _, last_row, last_col = node:range()
    local is_closed = node:child(node:child_count() - 1):type() == 'end_marker'
    cells[#cells + 1] = { node:type(), row, is_closed and last_row or -1, last_col }
  end
end
return { root:has_error(), cells, root:sexpr() }
"""
# Edits like the mirror's, one by one; then the tree must be that of a new parser.
EDIT = """
local lines, edits = ...
local buf = vim.api.nvim_create_buf(false, true)
vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
local parser = vim.treesitter.get_parser(buf, 'ipynb')
parser:parse()
for _, edit in ipairs(edits) do
  local count = vim.api.nvim_buf_line_count(buf)
  local row = edit[1] % count
  vim.api.nvim_buf_set_lines(buf, row, math.min(row + edit[2], count), true, edit[3])
  parser:parse()
end
local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, true), '\\n') .. '\\n'
local new = vim.treesitter.get_string_parser(text, 'ipynb'):parse()[1]:root()
return { parser:trees()[1]:root():sexpr(), new:sexpr(), text }
"""


def corpus() -> Iterator[pytest.param]:  # type: ignore[valid-type]
    for path in sorted((GRAMMAR / "test" / "corpus").glob("*.txt")):
        for name, text, tree in CASE.findall(path.read_text(encoding="utf-8")):
            yield pytest.param(text, tree, id=name)


def cells_of(lines: list[str]) -> list[list[object]]:
    """Return type, first row, last row (-1: never closed) and last column of the cells."""
    cells: list[list[object]] = []
    is_open = False
    for row, line in enumerate(lines):
        start = START.match(line)
        if is_open and line == END:
            cells[-1][2:] = [row, len(END)]
            is_open = False
        elif not is_open and start:
            cells.append([f"{start[1]}_cell", row, -1, 0])
            is_open = True
    return cells


@pytest.fixture
def parser(child: Child, open_notebook: Callable[..., int]) -> Child:
    """Return a child that has loaded the parser."""
    open_notebook("x")
    wait_for_parser(child)
    return child


@needs_parser
def test_the_corpus_parses_as_it_says(parser: Child) -> None:
    cases = list(corpus())
    assert len(cases) > 10
    for case in cases:
        text, tree = case.values
        sexpr = parser.lua(SEXPR, text)
        expected = re.sub(r"\s+", " ", str(tree)).replace(" )", ")").strip()
        assert sexpr == expected, case.id


@pytest.mark.skipif(CLI is None, reason="no tree-sitter CLI: name it by TREE_SITTER")
def test_the_corpus_passes_with_the_command_line_tool(tmp_path: Path) -> None:
    assert CLI is not None
    grammar = tmp_path / "tree-sitter-ipynb"
    shutil.copytree(GRAMMAR, grammar)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for command in (["generate", "--abi", "14"], ["test"]):
        subprocess.run([CLI, *command], cwd=grammar, env=environment, check=True)
    for name in ("parser.c", "grammar.json", "node-types.json"):
        assert (grammar / "src" / name).read_text() == (GRAMMAR / "src" / name).read_text(), name


@needs_parser
@pytest.mark.parametrize("seed", range(5))
def test_any_text_parses_and_spoils_no_other_cell(parser: Child, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        lines = [rng.choice(LINES) for _ in range(rng.randrange(1, 40))]
        has_error, cells, sexpr = parser.lua(PARSE, lines)
        assert not has_error, f"{lines}\n{sexpr}"
        found = [cell if cell[2] != -1 else [*cell[:2], -1, 0] for cell in cells]
        assert found == cells_of(lines), f"{lines}\n{sexpr}"


@needs_parser
@pytest.mark.parametrize("seed", range(5))
def test_edits_give_the_tree_that_a_new_parser_gives(parser: Child, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        lines = [rng.choice(LINES[:-2]) for _ in range(rng.randrange(1, 40))]
        edits = [
            [
                rng.randrange(40),
                rng.randrange(3),
                [rng.choice(LINES[:-2]) for _ in range(rng.randrange(3))],
            ]
            for _ in range(8)
        ]
        edited, new, text = parser.lua(EDIT, lines, edits)
        assert edited == new, text


@needs_parser
def test_a_very_long_line_parses_at_once(parser: Child) -> None:
    code = f"local started = vim.uv.hrtime() {PARSE.replace('return', 'local result =')}"
    code += "return { (vim.uv.hrtime() - started) / 1e6, result[2] }"
    for text in ("x" * 100_000, "(" * 100_000, "'\"" * 50_000, "%" * 100_000):
        lines = ["# <<ipynb_nvim:code>>", text, END, "# <<ipynb_nvim:raw>>", END]
        took_ms, cells = parser.lua(code, lines)
        assert [cell[0] for cell in cells] == ["code_cell", "raw_cell"]
        assert took_ms < 500
