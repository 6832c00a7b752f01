"""Figure 13: a server with notebook documents against the same one with the shadow.

Not among the default figures: it decides a table (lua/ipynb/lsp/servers/way.lua) and has no limit.
``measured`` is by notebook documents, ``floor`` by the shadow.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from bench.lsp import asked, go_to_middle, wait_attached
from tests.editor.lsp.servers import WAYS, init_of
from tests.harness.processes import command_line, resident_bytes

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.harness import Child

SIZES = (10, 40, 80, 200)
# Servers, and what their processes' command lines have.
PROGRAMS = {
    "basedpyright": "langserver",
    "ty": "ty server",
    "pylsp": "pylsp",
    "jedi": "jedi-language-server",
}
WAIT_S = 120
NO_LIMIT = 1e6
WAY_NAMES = ("shadow", "notebook")

FIRST = """import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd


def compute_0(value: int) -> int:
    return value
"""
CELLS = (
    """def compute_{n}(value: int) -> int:
    frame = pd.DataFrame({{"a": np.arange(value), "b": np.ones(value)}})
    return int(frame["a"].sum())


value_{n} = compute_{before}({n})""",
    """counts_{n} = Counter(str(value) for value in range({n}))
def compute_{n}(value: int) -> int:
    return math.floor(math.sqrt(value)) + len(counts_{n})

print(compute_{before}({n}), counts_{n}.most_common(3))""",
    """def compute_{n}(value: int) -> int:
    total = 0
    for index, item in enumerate(np.linspace(0, 1, value)):
        total += index * int(item)
    return total + compute_{before}(value)

text_{n} = json.dumps({{"value": compute_{before}({n}), "path": str(Path.cwd())}})
text_{n}""",
)
# What is wrong at the end, and what is written to be; jedi knows errors of syntax only.
BROKEN = {"jedi": ("def (", "def (")}
BROKEN_NAMES = ("missing_at_end", "missing_here")
SAID = {"jedi": ("SyntaxError", "SyntaxError")}  # others name the name
_SAID = """
local said, is_here = ...
local buf = is_here and 0 or require('ipynb.notebook').get(0).buf
return vim.iter(vim.diagnostic.get(buf)):any(function(one)
  return one.message:find(said, 1, true) ~= nil
end)
"""


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure each server in each size, both ways."""
    figures = []
    for server in PROGRAMS:
        for size in SIZES[:2] if is_quick else SIZES:
            by_way = {
                way: _measure_one(folder / f"{server}-{size}-{way}", server, size, way)
                for way in WAY_NAMES
            }
            for name, floor in by_way["shadow"].items():
                unit = "MB" if name == "memory" else "ms"
                measured = by_way["notebook"][name]
                row = f"13 {server}, {size} cells, {name}"
                figures.append(Figure(row, measured, floor, unit, Rule.RATIO, NO_LIMIT))
    return figures


def cells_of(size: int, last: str) -> list[dict[str, Any]]:
    """Return code cells as people have them, each with what others use."""
    texts = [FIRST] + [
        CELLS[n % len(CELLS)].format(n=n, before=n - 1 if n % 2 else n // 2)
        for n in range(1, size - 1)
    ]
    # Where `go_to_middle` goes: it is called there.
    texts[size // 2] += f"\nmiddle = compute_{size // 2 - 1}({size})"
    return notebooks.sources([*texts, last])


def _measure_one(folder: Path, server: str, size: int, way: str) -> dict[str, float]:
    at_end, here = BROKEN.get(server, BROKEN_NAMES)
    said_at_end, said_here = SAID.get(server, BROKEN_NAMES)
    init = WAYS % json.dumps({server: way}) + init_of([server])
    with Editors(folder) as editors:
        path = notebooks.write(folder / "ways.ipynb", cells_of(size, at_end))
        child = editors.with_plugin(init)
        start_s = time.perf_counter()
        open_notebook(child, path, size)
        _wait_said(child, said_at_end)
        times = {"open to diagnostics": (time.perf_counter() - start_s) * 1000}
        go_to_middle(child, size)
        wait_attached(child, (server,))
        child.keys_and_settle("<CR>")
        wait_attached(child, (server,))
        for method, repeats in (("hover", 9), ("definition", 9), ("completion", 5)):
            taken = [asked(child, method, server).whole_ms for _ in range(repeats)]
            times[f"{method}, first"] = taken[0]
            times[method] = statistics.median(taken[1:])
        edits = [_edit_ms(child, here, said_here) for _ in range(3)]
        times["edit to diagnostics"] = statistics.median(edits)
        times["memory"] = _memory_mb(child, server)
    return times


def _wait_said(child: Child, said: str, *, is_here: bool = False, is_said: bool = True) -> None:
    child.wait_for(lambda: child.lua(_SAID, said, is_here) is is_said, WAIT_S, said)


def _edit_ms(child: Child, broken: str, said: str) -> float:
    """Write an error into the cell; return the time until it is reported there."""
    start_s = time.perf_counter()
    child.keys(f"ggO{broken}<Esc>")
    _wait_said(child, said, is_here=True)
    taken_ms = (time.perf_counter() - start_s) * 1000
    child.keys_and_settle("u")
    _wait_said(child, said, is_here=True, is_said=False)
    return taken_ms


def _memory_mb(child: Child, server: str) -> float:
    """Return what the server's processes hold."""
    pids = [pid for pid in child.descendants() if PROGRAMS[server] in command_line(pid)]
    return sum(resident_bytes(pid) for pid in pids) / 1e6
