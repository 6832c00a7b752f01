"""Evidence 1 of cells: random operations in two notebooks agree with a simple model.

IPYNB_CELL_SEQUENCES  how many random cases to play (default 300)
IPYNB_DIFF_SEED       the first one's seed (default: random, printed by conftest.py)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.editor.cell_model.comparison import run, shrink
from tests.editor.cell_model.editor import NotebookEditor
from tests.editor.cell_model.steps import random_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.cell_model.comparison import Failure
    from tests.editor.cell_model.steps import Case

PER_CHILD = 50
SEQUENCES = int(os.environ.get("IPYNB_CELL_SEQUENCES", "300"))
SEED = int(os.environ["IPYNB_DIFF_SEED"])
# Enough to tell, as each starts a kernel.
KERNEL_SEQUENCES = max(2, SEQUENCES // 100)


def play(seeds: range, home: Path, *, has_kernel: bool = False) -> Failure | None:
    """Play cases in one editor; return the first that fails, made small."""
    editor = NotebookEditor(home)
    try:
        for seed in seeds:
            failure = run(random_case(seed, has_kernel=has_kernel), editor)
            if failure is not None:
                return smallest(failure, home / "again")
    finally:
        editor.child.close()
    return None


def smallest(failure: Failure, home: Path) -> Failure:
    """Make a failure small in an editor of its own; as it is when it does not come again."""
    editor = NotebookEditor(home)

    def fails(case: Case) -> Failure | None:
        return run(case, editor)

    try:
        return shrink(failure, fails)
    finally:
        editor.child.close()


@pytest.mark.parametrize("first", range(0, SEQUENCES, PER_CHILD))
def test_differential_random_operations_on_cells_do_what_the_model_says(
    first: int, tmp_path: Path
) -> None:
    seeds = range(SEED + first, SEED + min(first + PER_CHILD, SEQUENCES))
    failure = play(seeds, tmp_path / "nvim")
    if failure is not None:
        pytest.fail(f"IPYNB_DIFF_SEED={failure.case.seed}\n{failure}", pytrace=False)


@pytest.mark.parametrize("number", range(KERNEL_SEQUENCES))
def test_differential_results_reach_their_cell_wherever_it_went(
    number: int, tmp_path: Path
) -> None:
    seed = SEED + number
    failure = play(range(seed, seed + 1), tmp_path / "nvim", has_kernel=True)
    if failure is not None:
        pytest.fail(f"IPYNB_DIFF_SEED={seed}\n{failure}", pytrace=False)
