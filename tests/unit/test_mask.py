"""What language servers see of IPython's own lines, held against IPython's input transformer."""

from __future__ import annotations

import ast
import json
import random
import subprocess
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tests.harness.launch import nvim_program

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
vim.opt.runtimepath:prepend(_G.arg[1])
local mask = require('ipynb.lsp.mask')
local cells = vim.json.decode(io.read('*a'))
local result = {}
for i, lines in ipairs(cells) do
  result[i] = mask.lines(lines)
end
io.stdout:write(vim.json.encode(result))
"""


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mask") / "mask.lua"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def masked(script: Path, *cells: str) -> list[list[str]]:
    command = [nvim_program(), "--clean", "-l", str(script), str(ROOT)]
    given_lines = json.dumps([cell.split("\n") for cell in cells])
    run = subprocess.run(command, input=given_lines, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


EXAMPLES = {
    "%matplotlib inline": "# nbmask:0",
    "x = 1\n!pip install x": "x = 1\n# nbmask:1",
    "def f():\n    !ls\n    return 1": "def f():\n    assert True  # nbmask:1\n    return 1",
    "%timeit area(3)": "_ =     area(3)",
    "%timeit -n 10 -r3 area(3)": "_ =               area(3)",
    "%time x = area(3)": "_ =   x = area(3)",
    "%time import os": "# nbmask:0",
    "%time x += 1": "# nbmask:0",
    "files = !ls": 'files = eval("")  # nbmask:0',
    "here = %pwd": 'here = eval("")  # nbmask:0',
    "a != b": "a != b",
    "x = 5 % y": "x = 5 % y",
    "print?": "# nbmask:0",
    "df.head??": "# nbmask:0",
    "?print": "# nbmask:0",
    "# why?": "# why?",
    "x = 1  # why?": "x = 1  # why?",
    "s = '''\n%not\n!magic\n'''": "s = '''\n%not\n!magic\n'''",
    "(1 +\n %x\n)": "(1 +\n %x\n)",
    "!ls \\\n -la\nb": "# nbmask:0\n# nbmask:1\nb",
    "%%time\nx = 1\n%ls": "# nbmask:0\nx = 1\n# nbmask:2",
    "%%bash\nls\necho 1": "\n\n",
    "\n%%sql\nselect 1": "\n\n",
    "%%html\n<b>?</b>": "\n",
    ",f a b": "# nbmask:0",
    "x = [\n  1,\n  '%d' % 2,\n]": "x = [\n  1,\n  '%d' % 2,\n]",
    "!echo 'it\nx = 1": "# nbmask:0\nx = 1",
    "": "",
    # What leaves the file, and ends but one cell.
    "raise SystemExit": "not   SystemExit",
    "raise SystemExit('stop')\nx = 1": "not   SystemExit('stop')\nx = 1",
    "raise ValueError(\n    1,\n)  # from": "not   ValueError(\n    1,\n)  # from",
    "raise ValueError(\n    1,\n) from error": "raise ValueError(\n    1,\n) from error",
    "raise": "raise",
    "raised = 1": "raised = 1",
    "if x:\n    raise ValueError": "if x:\n    raise ValueError",
    "s = '''\nraise x\n'''": "s = '''\nraise x\n'''",
    "sys.exit()": "sys.exit, ",
    "sys.exit('stop')": "sys.exit,'stop' ",
    "exit()": "exit, ",
    "sys.exit(f(1) + 2)": "sys.exit,f(1) + 2 ",
    "sys.exit(x for x in y)": "sys.exit(x for x in y)",
    "sys.exit(')')": "sys.exit(')')",
    "exit_code(1)": "exit_code(1)",
    "%time f()\nraise x": "_ =   f()\nnot   x",
}


def test_lines_of_ipython_are_masked_and_python_is_left(script: Path) -> None:
    seen = masked(script, *EXAMPLES)
    assert ["\n".join(lines) for lines in seen] == list(EXAMPLES.values())


PYTHON = (
    "x = 1",
    "print('100%')",
    "y = x % 2",
    "s = 'a?'",
    "# what?",
    "f(1,\n  2)",
    "d = {'a': [1]}",
    "t = '''\n%no\n?no\n'''",
    "z = (1\n     % 2)",
    "w = 'it''s' # !no",
    "def g():\n    return 1",
    "v = 1 \\\n    + 2",
    "for i in range(3):\n    pass",
    "a = b = 3",
    "assert x != 2",
    "",
)
LEAVING = (
    "raise SystemExit",
    "raise(ValueError)",
    "raise ValueError('é', [1,\n 2])",
    "raise ValueError('a') from error",
    "raise ValueError(\n'''from\n''')",
    "raise a if b else c",
    "raise x  # from here",
    "raise",
    "import sys",
    "sys.exit()",
    "sys.exit(f(1))",
    "sys.exit(*a)",
    "sys.exit('(')",
    "sys.exit([a for a in b])",
    "sys.exit('a, b')  ",
    "os._exit(1)",
    "quit()",
    "exit(code=1)",
    "exit((1, 2))",
)


@pytest.mark.parametrize("seed", range(3))
def test_what_leaves_the_file_is_python_of_the_same_columns(script: Path, seed: int) -> None:
    rng = random.Random(seed)
    pieces = [rng.choices(PYTHON + LEAVING, k=rng.randint(1, 6)) for _ in range(300)]
    cells = ["\n".join(parts) for parts in pieces]
    for cell, lines in zip(cells, masked(script, *cells), strict=True):
        source = cell.split("\n")
        ast.parse("\n".join(lines))
        changed = [(old, new) for old, new in zip(source, lines, strict=True) if old != new]
        assert all(len(old) == len(new) for old, new in changed), changed
        assert all(old.startswith(("raise", "sys.", "os.", "quit", "exit")) for old, _ in changed)


IPYTHON = (
    "%ls",
    "!ls -l 'a",
    "x = !ls",
    "p = %pwd",
    "print?",
    "x.y??",
    "?x",
    "%time f(1)",
    "!!ls",
    "%timeit -n 3 x",
    "/print 1",
    ",print a",
    ";print a b",
    "def h():\n    !ls",
    "%matplotlib",
)


@pytest.mark.parametrize("seed", range(3))
def test_those_lines_are_masked_that_ipython_transforms(script: Path, seed: int) -> None:
    rng = random.Random(seed)
    pieces = [rng.choices(PYTHON + IPYTHON, k=rng.randint(1, 6)) for _ in range(300)]
    cells = ["\n".join(parts) for parts in pieces]
    transformer = TransformerManager()
    for cell, lines in zip(cells, masked(script, *cells), strict=True):
        source = cell.split("\n")
        assert len(lines) == len(source)
        first = next((i for i, line in enumerate(source) if line), 0)  # IPython drops those before
        transformed = transformer.transform_cell(cell).split("\n")
        expected = [old != new for old, new in zip(source[first:], transformed, strict=False)]
        seen = [old != new for old, new in zip(source[first:], lines[first:], strict=False)]
        assert seen[: len(expected)] == expected[: len(seen)], (cell, lines)
        ast.parse("\n".join(lines))
