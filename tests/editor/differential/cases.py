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
}


def random_case(seed: int, *, is_wide: bool = False) -> Case:
    """Return the case of a seed, always the same one."""
    rng = random.Random(seed)
    cell_type = "code" if rng.random() < 0.8 else "markdown"
    lines = tuple(initial_lines(rng))
    return Case(cell_type, lines, tuple(sequence(rng, is_wide=is_wide)))
