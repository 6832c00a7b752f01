"""Figure 7: an operation on cells, key to painted, among 1,000 cells and among 10."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from bench.keystroke import UNDRAWN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child, Screen

SIZES = (10, 1000)
LIMIT_MS = 10
RATIO_LIMIT = 2
# What is done and what takes it back; both are painted.
OPERATIONS = {
    "cut": ("dd", "u"),
    "paste": ("p", "u"),
    "insert": ("\\kb", "u"),
    "move": ("<M-j>", "u"),
    "to markdown": ("\\km", "u"),
    "split": ("\\k-", "u"),
    "merge": ("J", "u"),
}


@dataclass(frozen=True)
class Seat:
    """An editor with a notebook and the line in its middle at which operations are done."""

    child: Child
    lnum: int

    def ready(self) -> None:
        """Put the cursor on the second line of the middle cell."""
        self.child.keys_and_settle(f"{self.lnum}Gzz0")

    def painted_ms(self, keys: str) -> float:
        """Press keys; return the time until the screen shows something else."""
        before = self.child.screen.rows()[:-1]  # the last row shows half a command, too

        def is_other(screen: Screen) -> bool:
            return screen.rows()[:-1] != before

        time_ms = self.child.latency_ms(keys, is_other)
        self.child.settle()
        return time_ms


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Do each operation in all editors in turn, again and again."""
    rounds = 6 if is_quick else 30
    with Editors(folder) as editors:
        seats = {size: seat(editors, size) for size in SIZES}
        times: dict[tuple[str, int], list[float]] = {}
        for child in (one.child for one in seats.values()):
            child.keys_and_settle("yy")
        for _ in range(rounds):
            for name, (keys, back) in OPERATIONS.items():
                for size, one in seats.items():
                    one.ready()
                    times.setdefault((name, size), []).append(one.painted_ms(keys))
                    times.setdefault((f"undo {name}", size), []).append(one.painted_ms(back))
    medians = {key: statistics.median(values) for key, values in times.items()}
    return [
        row for name in dict.fromkeys(name for name, _ in medians) for row in rows(name, medians)
    ]


def rows(name: str, medians: dict[tuple[str, int], float]) -> list[Figure]:
    """Return the two figures of one operation."""
    small, large = (medians[name, size] for size in SIZES)
    return [
        Figure(f"7 {name}, 1,000 cells", large, 0, "ms", Rule.VALUE, LIMIT_MS),
        Figure(f"7 {name}, 1,000 cells, over 10", large, small, "ms", Rule.RATIO, RATIO_LIMIT),
    ]


def seat(editors: Editors, size: int) -> Seat:
    """Open a notebook of ``size`` everyday cells and go to a code cell in the middle."""
    path = notebooks.write(editors.folder / f"cells-{size}.ipynb", notebooks.everyday(size))
    child = editors.with_plugin()
    open_notebook(child, path, size)
    child.wait_for(lambda: child.lua(UNDRAWN) == 0, timeout_s=60, what="all outputs")
    middle = f"return require('ipynb').cells()[{size // 2 + 2}].content_row"
    return Seat(child, child.lua(middle) + 2)
