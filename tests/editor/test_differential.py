"""Evidence 1: keys in the edit float do what they do in a plain buffer, undo included.

IPYNB_DIFF_SEQUENCES  how many random sequences to play (default 500)
IPYNB_DIFF_SEED       the first one's seed (default: random, printed by conftest.py)
IPYNB_DIFF_WIDE       also `g-`, `g+`, `U`, `:undo`, `:earlier`
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.editor.differential.cases import KNOWN, random_case
from tests.editor.differential.comparison import Comparison, shrink
from tests.editor.differential.editors import FloatEditor, PlainEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.editor.differential.comparison import Failure
    from tests.harness import Child

PER_CHILD = 50
SEQUENCES = int(os.environ.get("IPYNB_DIFF_SEQUENCES", "500"))
SEED = int(os.environ["IPYNB_DIFF_SEED"])
IS_WIDE = bool(os.environ.get("IPYNB_DIFF_WIDE"))


@pytest.fixture
def start_comparison(start_child: Callable[..., Child]) -> Callable[[], Comparison]:
    def start() -> Comparison:
        children = [start_child(width=100) for _ in range(2)]
        return Comparison(PlainEditor(children[0]), FloatEditor(children[1]))

    return start


def shrunk(failure: Failure, start_comparison: Callable[[], Comparison]) -> Failure:
    """Make a failure small in editors of its own; as it is when it does not come again."""
    comparison = start_comparison()
    return shrink(failure.case, comparison.run) or failure


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_sequence_is_as_in_a_plain_buffer(
    name: str, start_comparison: Callable[[], Comparison]
) -> None:
    failure = start_comparison().run(KNOWN[name])
    assert failure is None, str(failure)


@pytest.mark.parametrize("first", range(0, SEQUENCES, PER_CHILD))
def test_random_keys_in_a_float_are_as_in_a_plain_buffer(
    first: int, start_comparison: Callable[[], Comparison]
) -> None:
    comparison = start_comparison()
    seeds = range(SEED + first, SEED + min(first + PER_CHILD, SEQUENCES))
    print(f"seeds {seeds.start} to {seeds.stop - 1}")  # noqa: T201 - what to play again
    for seed in seeds:
        failure = comparison.run(random_case(seed, is_wide=IS_WIDE))
        if failure is not None:
            small = shrunk(failure, start_comparison)
            pytest.fail(f"IPYNB_DIFF_SEED={seed} IPYNB_DIFF_SEQUENCES=1\n{small}", pytrace=False)
