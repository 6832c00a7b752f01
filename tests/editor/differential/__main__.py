"""Plays thousands of sequences: ``python -m tests.editor.differential --count 5000``.

Goes on after a failure, and prints each in its smallest form.
"""

# ruff: noqa: T201 - it talks to a person in a terminal

from __future__ import annotations

import argparse
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.editor.differential.cases import random_case
from tests.editor.differential.comparison import Case, Comparison, Failure, shrink
from tests.editor.differential.editors import FloatEditor, PlainEditor
from tests.harness import Child, ChildExitedError, ChildTimeoutError, Launch

PER_CHILD = 50


def start(stack: ExitStack) -> Comparison:
    """Start two fresh editors that end with the stack."""
    children = []
    for _ in range(2):
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        children.append(Child(home, Launch(width=100)))
        stack.callback(children[-1].close)
    return Comparison(PlainEditor(children[0]), FloatEditor(children[1]))


def smallest(case: Case) -> Failure | None:
    """Play a failing case alone and make it small."""
    with ExitStack() as stack:
        return shrink(case, start(stack).run)


def play(seeds: range, *, is_wide: bool) -> int:
    """Play sequences, print the failures and return their number."""
    failures = 0
    for first in range(seeds.start, seeds.stop, PER_CHILD):
        left = list(range(first, min(first + PER_CHILD, seeds.stop)))
        while left:
            with ExitStack() as stack:
                comparison = start(stack)
                failures += _play_until_failure(comparison, left, is_wide=is_wide)
    return failures


def _play_until_failure(comparison: Comparison, left: list[int], *, is_wide: bool) -> int:
    while left:
        seed = left.pop(0)
        case = random_case(seed, is_wide=is_wide)
        try:
            failure = comparison.run(case)
        except (ChildTimeoutError, ChildExitedError) as error:
            print(f"seed {seed}: {error}\n{case}", flush=True)
            return 1
        if failure is not None:
            small = smallest(case)
            note = "" if small else " (only after other sequences)"
            print(f"seed {seed}{note}: {small or failure}\n", flush=True)
            return 1
    return 0


def main() -> int:
    """Read the arguments and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="sequences to play")
    parser.add_argument("--seed", type=int, default=None, help="the first one's seed")
    parser.add_argument("--wide", action="store_true", help="also g-, g+, U, :undo, :earlier")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    seeds = range(seed, seed + arguments.count)
    failures = play(seeds, is_wide=arguments.wide)
    print(f"{len(seeds)} sequences from seed {seeds.start}: {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
