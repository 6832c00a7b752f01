"""Plays thousands of cases: ``python -m tests.editor.cell_model --count 3000``.

Goes on after a failure, and prints each in its smallest form.
"""

# ruff: noqa: T201 - it talks to a person in a terminal

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.editor.cell_model.comparison import Failure, run, shrink
from tests.editor.cell_model.editor import NotebookEditor
from tests.editor.cell_model.steps import Case, random_case
from tests.harness import ChildExitedError, ChildTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

PER_CHILD = 100


@contextmanager
def fresh_editor() -> Iterator[NotebookEditor]:
    """Start an editor that ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        editor = NotebookEditor(Path(home))
        try:
            yield editor
        finally:
            editor.child.close()


def play_until_failure(left: list[int], *, has_kernel: bool) -> Failure | None:
    """Play cases in one editor; take those that were played out of ``left``."""
    with fresh_editor() as editor:
        for _ in range(PER_CHILD):
            if not left:
                break
            case = random_case(left.pop(0), has_kernel=has_kernel)
            try:
                failure = run(case, editor)
            except (ChildTimeoutError, ChildExitedError) as error:
                print(f"{error}\n{case}", flush=True)
                return Failure(case, (), ())
            if failure is not None:
                return failure
    return None


def smallest(failure: Failure) -> Failure:
    """Play a failing case alone and make it small."""

    def fails(case: Case) -> Failure | None:
        try:
            return run(case, editor)
        except (ChildTimeoutError, ChildExitedError):
            return None

    with fresh_editor() as editor:
        return shrink(failure, fails)


def main() -> int:
    """Read the arguments and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="cases to play")
    parser.add_argument("--seed", type=int, default=None, help="the first one's seed")
    parser.add_argument("--stop", type=int, default=10**9, help="stop after so many failures")
    parser.add_argument("--kernel", action="store_true", help="also run cells")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    left, failures, began_s = list(range(seed, seed + arguments.count)), 0, time.monotonic()
    while left and failures < arguments.stop:
        failure = play_until_failure(left, has_kernel=arguments.kernel)
        if failure is not None:
            failures += 1
            print(f"{smallest(failure)}\n", flush=True)
    took_s = time.monotonic() - began_s
    played = arguments.count - len(left)
    print(f"{played} cases from seed {seed}: {failures} failed, {took_s:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
