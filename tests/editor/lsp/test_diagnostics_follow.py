"""What is said of a notebook after many edits is what is said of one opened with that text.

Of what a server says anew the plugin reads only what differs; here servers say it of a copy, too,
where all is read.

IPYNB_DIFF_SEED  the seed of the edits (default: random, printed by conftest.py)
"""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.lsp.servers import diagnostics, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 30
ROUNDS, EDITS = 5, 8
SEED = int(os.environ["IPYNB_DIFF_SEED"])
LINES = (
    "print(unknown)",
    "'é😀'; unknown.x",
    "1 == 2",
    "def f(a): return a[0] + unknown",
    "%matplotlib inline",
    "%run defines.py",
    "await unknown",
    "import os, sys",
    "value: int = 'é'",
)
CELLS = [
    "import math\nunknown",
    "def area(r):\n    return math.pi * r * unknown\n\narea('é')",
    ("markdown", "text"),
    "value: int = 'x'",
    "unknown + 1\nvalue",
]


def edit_keys(chance: random.Random) -> str:
    """Return the keys of one edit: of a cell's text, or of the list of cells."""
    line = chance.choice(LINES)
    motion = "gg" + "]]" * chance.randrange(5)
    row = chance.choice(("gg", "G"))
    edits = (f"o{line}", f"O{line}", f"S{line}", "ddi", "x", f"A; {line}", "yypi")
    in_cell = f"{motion}<CR>{row}{chance.choice(edits)}<Esc><Esc>"
    cells = (f"{motion}dd", f"{motion}p", f"{motion}yyP", f"{motion}yyp", "u", "<C-r>")
    return in_cell if chance.random() < 0.7 else chance.choice(cells)


def said(child: Child) -> list[tuple[Any, ...]]:
    """Return what is said of the notebook in the window, in order."""
    return sorted(
        (one["lnum"], one["col"], one["source"], str(one.get("code")), one["message"])
        for one in diagnostics(child)
    )


@pytest.mark.parametrize("server", ["ty", "basedpyright"])
def test_what_is_said_after_edits_is_what_is_said_of_the_text(
    start_child: StartChild, notebook: Write, server: str
) -> None:
    path = notebook(*CELLS)
    child = start_with(start_child, path, CELLS, server)
    child.command("set hidden")
    chance = random.Random(SEED)
    for index in range(ROUNDS):
        for _ in range(EDITS):
            child.keys_and_settle(edit_keys(chance))
        child.keys_and_settle(f"gg:NotebookInsertCellAbove code<CR><CR>i[].first_{index}<Esc><Esc>")
        child.command("silent write")
        copy = path.with_name(f"copy-{index}.ipynb")
        shutil.copy(path, copy)
        seen = {}

        def is_alike(
            copy: Path = copy, seen: dict[str, Any] = seen, first: str = f"first_{index}"
        ) -> bool:
            for name in (path.name, copy.name):
                child.command(f"silent edit {name}")
                child.settle()
                seen[name] = said(child)
            is_all_said = any(first in message for *_, message in seen[copy.name])
            return is_all_said and seen[path.name] == seen[copy.name]

        try:
            child.wait_for(is_alike, ANSWER_S, "the same of both")
        finally:
            print(SEED, index, seen)  # noqa: T201 (shown where it fails)
        child.command(f"silent bwipeout {copy.name} | silent edit {path.name}")


def test_what_depends_on_the_rest_of_the_cell_is_read_again(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["x = 1", "x + 1"]
    child = start_with(start_child, notebook(*cells), cells, "basedpyright")

    def unused() -> list[int]:
        return [lnum for lnum, _, _, code, _ in said(child) if code == "reportUnusedExpression"]

    child.keys_and_settle("gg]]<CR>oprint(undefined)<Esc><Esc>")
    child.wait_for(lambda: unused() == [4], ANSWER_S, "not the cell's last expression any more")
    child.keys_and_settle("gg]]<CR>Gdd<Esc>")
    child.wait_for(lambda: unused() == [], ANSWER_S, "the last one again")
