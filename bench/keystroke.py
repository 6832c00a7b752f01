"""Figure 3: a key in the float against a key in a plain buffer of the facade's size."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, Typist, busy_host, open_notebook
from bench.figures import Figure, Rule

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

SIZES = (10, 1000)
ADDED_LIMIT_MS = 0.5
NOISE_MS = 0.2
BUSY_KEYS = 40  # about what fits into 200 ms
# Outputs are drawn after the first paint; typing is measured when that is done.
UNDRAWN = """
local count = 0
for _, cell in pairs(require('ipynb.notebook').get().cells) do
  count = count + ((cell.output_count > 0 and not cell.output) and 1 or 0)
end
return count
"""
BURN = "import time; end = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass"


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Type into all editors in turn, key by key."""
    keys = 60 if is_quick else 400
    with Editors(folder) as editors:
        plain = {size: plain_editor(editors, size) for size in SIZES}
        floats = {size: float_editor(editors, size) for size in SIZES}
        typists = {
            (kind, size): Typist(child)
            for kind, children in (("plain", plain), ("float", floats))
            for size, child in children.items()
        }
        times = _interleaved(typists, keys)
        busy_ms = _while_busy(floats[1000], typists["float", 1000], rounds=2 if is_quick else 8)
    figures = []
    for size in SIZES:
        measured, floor = times["float", size], times["plain", size]
        name = f"3 key, {size:,} cells"
        figures.append(Figure(name, measured, floor, "ms", Rule.DIFFERENCE, ADDED_LIMIT_MS))
    added = [figure.result for figure in figures]
    name = "3 key, added at 1,000 cells, over at 10"
    figures.append(Figure(name, added[1], added[0], "ms", Rule.DIFFERENCE, NOISE_MS))
    name, floor = "3 key, 1,000 cells, host busy", times["plain", 1000]
    figures.append(Figure(name, busy_ms, floor, "ms", Rule.DIFFERENCE, ADDED_LIMIT_MS))
    return figures


def plain_editor(editors: Editors, size: int) -> Child:
    """Return an editor in insert mode in the middle of a Python file of the facade's text."""
    lines = notebooks.facade_lines(notebooks.everyday(size))
    path = editors.folder / f"facade-{size}.py"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    child = editors.plain()
    child.keys_and_settle(f":edit {path}<CR>{len(lines) // 2}Gzz")
    child.keys_and_settle("O")
    return child


def float_editor(editors: Editors, size: int) -> Child:
    """Return an editor in insert mode in the float of the middle cell."""
    path = notebooks.write(editors.folder / f"keys-{size}.ipynb", notebooks.everyday(size))
    child = editors.with_plugin()
    open_notebook(child, path, size)
    child.wait_for(lambda: child.lua(UNDRAWN) == 0, timeout_s=30, what="all outputs")
    child.keys_and_settle(f"gg{size // 2 + 1}]]zz")
    child.keys_and_settle("O")
    assert child.lua("return vim.b.ipynb_cell_id"), child.picture()
    assert child.mode() == "i", child.picture()
    return child


def _interleaved(typists: dict[tuple[str, int], Typist], keys: int) -> dict[tuple[str, int], float]:
    times: dict[tuple[str, int], list[float]] = {name: [] for name in typists}
    for _ in range(keys):
        for name, typist in typists.items():
            times[name].append(typist.key_ms())
    return {name: statistics.median(values) for name, values in times.items()}


def _while_busy(child: Child, typist: Typist, rounds: int) -> float:
    """Type while the host answers nothing and one core burns."""
    times = []
    for _ in range(rounds):
        burner = subprocess.Popen([sys.executable, "-c", BURN])
        with busy_host(child):
            times += [typist.key_ms() for _ in range(BUSY_KEYS)]
        burner.wait()
    return statistics.median(times)
