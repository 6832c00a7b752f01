"""Figure 8: `j` through a notebook of 1,000 cells against a plain buffer of the same text."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from bench.keystroke import UNDRAWN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child, Screen

SIZE = 1000
LIMIT_MS = 0.2
STEPS = 25  # at one go, as a key that is held


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Hold `j` in both editors in turn."""
    turns = 8 if is_quick else 60
    cells = notebooks.everyday(SIZE)
    with Editors(folder) as editors:
        floor, child = plain_editor(editors, cells), facade_editor(editors, cells)
        times: dict[str, list[float]] = {"plain": [], "facade": []}
        for _ in range(turns):
            times["plain"] += [step_ms(floor) for _ in range(STEPS)]
            times["facade"] += [step_ms(child) for _ in range(STEPS)]
    measured, plain = statistics.median(times["facade"]), statistics.median(times["plain"])
    name = "8 j through 1,000 cells, a step"
    mean = statistics.fmean(times["facade"]) - statistics.fmean(times["plain"])
    note = f"on average {mean:+.2f}: cells that come into view are read then"
    return [Figure(name, measured, plain, "ms", Rule.DIFFERENCE, LIMIT_MS, note)]


def plain_editor(editors: Editors, cells: list[dict[str, object]]) -> Child:
    """Show the facade's text as a text file."""
    path = editors.folder / "facade.txt"
    path.write_text("\n".join(notebooks.facade_lines(cells)) + "\n", encoding="utf-8")
    child = editors.plain()
    child.keys_and_settle(f":edit {path}<CR>gg")
    return child


def facade_editor(editors: Editors, cells: list[dict[str, object]]) -> Child:
    """Show the notebook."""
    path = notebooks.write(editors.folder / "cursor.ipynb", cells)
    child = editors.with_plugin()
    open_notebook(child, path, SIZE)
    child.wait_for(lambda: child.lua(UNDRAWN) == 0, timeout_s=60, what="all outputs")
    child.keys_and_settle("gg")
    return child


def step_ms(child: Child) -> float:
    """Press `j`; return the time until cursor or text of the screen are others."""
    before = child.screen.cursor, child.screen.rows()

    def is_other(screen: Screen) -> bool:
        return (screen.cursor, screen.rows()) != before

    return child.latency_ms("j", is_other)
