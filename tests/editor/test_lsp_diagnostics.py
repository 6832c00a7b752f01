"""Diagnostics: the servers' own, once, in place, and nothing false for what IPython reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.language_servers import diagnostics, go_to, init_of, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import CellSpec, Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 20
TRUTH = "completely_unknown"
# Each is right in IPython; read as a file of Python most are full of errors.
NOTEBOOKS: dict[str, list[CellSpec]] = {
    "line magics": ["%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nx = 1\nx"],
    "automagic help": ["x = 1\nx?\nx??\n?x\n%timeit?\n*int*?\nx"],
    "shell": ["!ls -la\n!pip install numpy\nfiles = !ls\nfiles[0]"],
    "shell twice": ["!!ls\nfor i in range(2):\n    !echo $i"],
    "assigned magics": ["where = %pwd\nprint(where)"],
    "timeit": ["def f(a):\n    return a\n\n\n%timeit f(3)\n%timeit -n 10 f(4)\n%time y = f(5)\ny"],
    "cell timeit": ["def g():\n    return 1", "%%timeit\ng()", "%%time\nz = g()\nz"],
    "bash cell": ["%%bash\nfor i in 1 2 3; do echo $i; done", "1 + 1"],
    "html cell": ["%%html\n<b>bold</b>", "2"],
    "javascript cell": ["%%javascript\nconsole.log('x');", "3"],
    "sql cell": ["%load_ext sql", "%%sql\nselect * from t where a > 1;"],
    "R cell": ["%load_ext rpy2.ipython", "%%R\nx <- c(1, 2)\nplot(x)"],
    "writefile": ["%%writefile out.txt\nthis is { no python"],
    "capture": ["%%capture out\nprint('x')", "out.show()"],
    "bash output": ["%%bash --out listing\nls", "print(listing)"],
    "run defines": ["%run other.py", "name_from_other"],
    "pylab defines": ["%pylab inline", "plot([1, 2])"],
    "store": ["%store -r kept", "kept"],
    "await": ["import asyncio", "await asyncio.sleep(0)", "x = await asyncio.sleep(0, 1)\nx"],
    "await in blocks": [
        "import asyncio",
        "for i in range(2):\n    await asyncio.sleep(0)\nif i:\n    await asyncio.sleep(0)",
    ],
    "async for": [
        "async def numbers():\n    yield 1",
        "async for n in numbers():\n    print(n)",
        "print([n async for n in numbers()])",
    ],
    "last expression": ["x = {'a': 1}", "x['a']", "x", "[1, 2, 3]", "x == {}"],
    "suppressed": ["x = 1\nx;"],
    "last before comment": ["x = 1\nx\n# the end"],
    "names across cells": ["def first():\n    return 1", ("markdown", "text"), "first()"],
    "ipython names": ["display(1)", "get_ipython()", "_", "Out[1]", "In[0]", "_1", "__"],
    "imports everywhere": ["x = 1", "import json\njson.dumps(x)", "import re\nre.compile('x')"],
    "indented magics": ["if True:\n    %matplotlib inline\nelse:\n    !ls"],
    "continued": ["!ls \\\n  -la\n%timeit \\\n  1 + 1\nx = 2\nx"],
    "quoted percent": ["a = 7\nb = 3\nprint(a\n      % b)\n'''\n%not magic\n!neither\n'''"],
    "non-ascii": ["näme = '😀'\n%timeit len(näme)\nnäme"],
    "escaped calls": [",print a b\n;print a b\n/print 1"],
    "several blank": ["import os\n\nos.getcwd()", "\n\n\nos.sep"],
    "conda": ["%pip install x\n%conda install y\n%cd ..\n%env A=1\n%who"],
    "prun and debug": ["def h():\n    return 1\n\n\n%prun h()\n%debug\n%%time"],
}


def joined() -> list[CellSpec]:
    """All of them as one notebook, but for those that define whatever they like."""
    apart = {"run defines", "pylab defines"}
    return [cell for name, cells in NOTEBOOKS.items() if name not in apart for cell in cells]


def settle_diagnostics(child: Child, servers: tuple[str, ...]) -> None:
    """Wait until each server has found the one true problem at the end."""
    child.wait_for(
        lambda: sum(TRUTH in one["message"] for one in diagnostics(child)) == len(servers),
        ANSWER_S,
        f"the true problem from {servers}",
    )


def serious(child: Child) -> list[str]:
    """Everything but hints and unused names, which are true of examples so small."""
    code = (
        "return vim.tbl_map(function(d) "
        "local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, true)[1] "
        "return ('%s %s %s | %s'):format(d.source, d.code, d.message:gsub('\\n', ' '), line) end, "
        "vim.diagnostic.get(0, { severity = { min = vim.diagnostic.severity.WARN } }))"
    )
    # Imports that are not used or not installed, in examples so small; what a magic returns is Any.
    true = ("F401", "reportUnused", "F811", "reportMissing", "unresolved-import", "is Any")
    true += ("reportDuplicateImport", "reportPossiblyUnbound", "reportUnknown", "unused")
    found: list[str] = child.lua(code)
    return [one for one in found if TRUTH not in one and not any(code in one for code in true)]


@pytest.mark.parametrize("server", ["basedpyright", "ruff", "ty", "pylsp", "jedi"])
def test_nothing_is_false_of_magics_await_and_last_expressions(
    start_child: StartChild, notebook: Write, server: str
) -> None:
    cells = [*joined(), f"print({TRUTH})"]
    child = start_with(start_child, notebook(*cells), cells, server)
    if server == "jedi":  # it reports syntax errors only
        child.wait_for(lambda: child.lua("return #vim.lsp.get_clients({ bufnr = 0 }) > 1"))
    else:
        settle_diagnostics(child, (server,))
    assert not serious(child), "\n".join(serious(child))


@pytest.mark.parametrize("name", ["run defines", "pylab defines"])
def test_names_that_magics_bring_are_not_undefined(
    start_child: StartChild, notebook: Write, name: str
) -> None:
    cells = [*NOTEBOOKS[name], "def broken(:\n    pass"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "the syntax error")
    assert all("name" not in one for one in serious(child) if "ndefined" in one)


def test_what_is_true_stands_once_in_facade_and_float_with_its_source(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["x = 1", ("markdown", "text"), f"'😀'; print({TRUTH})"]
    child = start_with(start_child, notebook(*cells), cells, "basedpyright", "ruff")
    settle_diagnostics(child, ("basedpyright", "ruff"))
    lnum = child.lines().index(cells[2])
    true = [one for one in diagnostics(child) if TRUTH in one["message"]]
    assert {one["source"] for one in true} == {"basedpyright", "Ruff"}
    col = len("'😀'; print(".encode())
    assert {(one["lnum"], one["col"]) for one in true} == {(lnum, col)}
    go_to(child, TRUTH)
    child.keys_and_settle("<CR>")
    in_float = [one for one in diagnostics(child) if TRUTH in one["message"]]
    assert [(one["lnum"], one["col"]) for one in in_float] == [(0, col), (0, col)]
    namespaces = child.lua(
        "local found = {} for _, d in ipairs(vim.diagnostic.get(0)) do "
        "found[d.namespace] = true end return vim.tbl_keys(found)"
    )
    own = child.lua("return vim.api.nvim_create_namespace('ipynb.diagnostics')")
    assert namespaces == [own]
    child.keys_and_settle("<Esc>")
    shadow = child.lua("return #vim.diagnostic.get(require('ipynb.notebook').get(0).shadow)")
    assert shadow == 0


def test_a_problem_goes_when_it_is_mended_in_the_float(
    start_child: StartChild, notebook: Write
) -> None:
    cells = [f"print({TRUTH})"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    settle_diagnostics(child, ("ruff",))
    child.keys_and_settle("j<CR>ccprint(1)<Esc>")
    child.wait_for(lambda: not diagnostics(child), ANSWER_S, "no diagnostics in the float")
    child.keys_and_settle("<Esc>")
    assert not diagnostics(child)


def test_a_notebook_of_another_language_has_its_own_servers(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["name=world", "hello() { echo $name; }", "hello"]
    metadata = {"kernelspec": {"name": "bash", "language": "bash", "display_name": "Bash"}}
    path = notebook(*cells, metadata=metadata)
    child = start_child(width=100, height=40, init=init_of(["bashls", "ruff"]), cwd=path.parent)
    open_in(child, path, cells)
    names = (
        "return vim.tbl_map(function(c) return c.name end, vim.lsp.get_clients({ bufnr = 0, "
        "method = 'textDocument/definition' }))"
    )
    child.wait_for(lambda: child.lua(names) == ["bashls"], ANSWER_S, "the bash server")
    child.lua("vim.api.nvim_win_set_cursor(0, { vim.fn.search('^hello$'), 0 })")
    child.lua("vim.lsp.buf.definition()")
    child.wait_for(
        lambda: child.lua("return vim.api.nvim_get_current_line()") == cells[1],
        ANSWER_S,
        "the jump",
    )
