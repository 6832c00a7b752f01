"""The cases that are played: random ones by seed, and those that once differed."""

from __future__ import annotations

import random

from tests.editor.differential.comparison import Case
from tests.editor.differential.sequences import initial_lines, sequence

KNOWN: dict[str, Case] = {
    "one insert session": Case("code", ("a",), (("ihello<CR>world<Esc>",), ("u",))),
    "a block insert": Case("code", ("ab", "cd", "ef"), (("<C-v>jjIx<Esc>",), ("u",), ("<C-r>",))),
    "a macro run often": Case("code", ("a",), (("qqoz<Esc>q", "100@q"), ("u",), ("u",))),
    "everything deleted": Case("code", ("a", "b"), (("ggdG",), ("u",), ("<C-r>",))),
    "undo by command": Case(
        "code", ("abc",), (("x",), ("x",), (":undo 0<CR>",), (":undo 2<CR>",), ("u",), ("<C-r>",))
    ),
    "undo by command in a macro": Case(
        "code", ("abcd",), (("qq", "x", ":undo<CR>", "q"), ("3@q",), ("u",), ("<C-r>",))
    ),
    "undo by command of a change that is none": Case(
        "code", ("abc",), (("x",), ("gqq",), (":undo<CR>",), ("u",))
    ),
    "branches by command and by time": Case(
        "code", ("abc", "d"), (("x",), ("u",), ("dd",), (":undo 1<CR>",), ("g+",), ("u",), ("g-",))
    ),
    "the line undo of a fresh buffer": Case("code", ("abc",), (("U",), ("x",), ("U",), ("u",))),
    "the column of j after undo": Case(
        "code", ("a b", "c d e"), (("$",), ("ofg h<Esc>",), ("u",), ("j",), ("u",), ("dd",))
    ),
}


def random_case(seed: int, *, is_wide: bool = False) -> Case:
    """Return the case of a seed, always the same one."""
    rng = random.Random(seed)
    cell_type = "code" if rng.random() < 0.8 else "markdown"
    lines = tuple(initial_lines(rng))
    return Case(cell_type, lines, tuple(sequence(rng, is_wide=is_wide)))
