"""Figure 5: from the key that runs a cell to its result on the screen; interrupts."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from bench.kernels import RawKernel, nbclient_ms

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

RUN_LIMIT_MS = 10
RUN_ALL_LIMIT = 1.1
INTERRUPT_LIMIT_MS = 50
ENDLESS = {
    "5 interrupt, to idle": "import time\nwhile True: time.sleep(0.01)",
    "5 interrupt a flood, to idle": "while True: print('x' * 60, flush=True)",
}
INTERRUPT_AFTER_S = 1.0
RUN_ALL_CELLS = 100
# Each run shows another number, so that the screen tells which run it is.
COUNTER = "import itertools; counter = itertools.count(70_001)"
FIRST_NUMBER = 70_001
RUN_TIMEOUT_S = 60
REST_S = 0.3


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure one small cell, then a hundred."""
    return [
        _one_cell(folder / "one", repeats=10 if is_quick else 40),
        _all_cells(folder / "all", repeats=2 if is_quick else 5),
        *_interrupts(folder / "interrupt", repeats=3 if is_quick else 10),
    ]


def _one_cell(folder: Path, repeats: int) -> Figure:
    with Editors(folder) as editors, RawKernel(editors.folder) as raw:
        child = editors.with_plugin()
        cells = notebooks.sources([COUNTER + "\nprint('ready')", "next(counter) + 0"])
        open_notebook(child, notebooks.write(folder / "run.ipynb", cells), 2)
        child.keys_and_settle("gg<C-CR>")
        wait_for_output(child, "ready")
        child.keys_and_settle("]]")
        raw.reply_ms(COUNTER)
        pairs = []
        for repeat in range(repeats):
            number = str(FIRST_NUMBER + repeat)
            rest(child)
            floor_ms = raw.reply_ms("next(counter) + 0")
            pairs.append((floor_ms, run_ms(child, "<C-CR>", number)))
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Figure("5 run 1+1, to visible", measured, floor, "ms", Rule.DIFFERENCE, RUN_LIMIT_MS)


def _all_cells(folder: Path, repeats: int) -> Figure:
    first = "import itertools; counter = globals().get('counter') or itertools.count(70_001)"
    texts = [first, *(f"x = {n} + 1" for n in range(RUN_ALL_CELLS - 2)), "next(counter)"]
    pairs = []
    with Editors(folder) as editors:
        child = editors.with_plugin()
        cells = notebooks.sources(texts)
        open_notebook(child, notebooks.write(folder / "all.ipynb", cells), len(cells))
        child.keys_and_settle("Gzz")
        run_ms(child, ":NotebookExecuteAll<CR>", str(FIRST_NUMBER))  # starts the kernel
        for repeat in range(1, repeats + 1):
            number = str(FIRST_NUMBER + repeat)
            own_ms = run_ms(child, ":NotebookExecuteAll<CR>", number)
            pairs.append((nbclient_ms(texts), own_ms))
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    name = "5 run all of 100 cells, to visible"
    return Figure(name, measured, floor, "ms", Rule.RATIO, RUN_ALL_LIMIT, "floor: nbclient")


def _interrupts(folder: Path, repeats: int) -> list[Figure]:
    figures = []
    with Editors(folder) as editors, RawKernel(editors.folder) as raw:
        child = editors.with_plugin()
        cells = notebooks.sources(list(ENDLESS.values()))
        open_notebook(child, notebooks.write(folder / "endless.ipynb", cells), len(cells))
        for cell, (name, code) in enumerate(ENDLESS.items()):
            child.keys_and_settle("gg" + "]]" * cell)
            pairs = []
            for _ in range(repeats):
                floor_ms = raw.interrupt_ms(code, INTERRUPT_AFTER_S)
                pairs.append((floor_ms, _interrupt_ms(child, cell)))
            floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
            figures.append(Figure(name, measured, floor, "ms", Rule.DIFFERENCE, INTERRUPT_LIMIT_MS))
    return figures


def _interrupt_ms(child: Child, cell: int) -> float:
    """Run an endless cell and interrupt it; return the time until the editor knows its end."""
    child.keys("<C-CR>")
    child.wait_for(lambda: _state(child, cell) == "busy", RUN_TIMEOUT_S, "the run")
    end_s = time.perf_counter() + INTERRUPT_AFTER_S
    while (left_s := end_s - time.perf_counter()) > 0:
        child.pump(left_s)
    start_s = time.perf_counter()
    child.keys("<C-c>")
    child.wait_for(lambda: _state(child, cell) == "error", RUN_TIMEOUT_S, "the end of the run")
    return (time.perf_counter() - start_s) * 1000


def _state(child: Child, cell: int) -> str:
    return child.lua(f"return require('ipynb').cells()[{cell + 1}].execution_state")


def run_ms(child: Child, keys: str, result: str) -> float:
    """Press keys that run something; return the time until ``result`` is on the screen."""
    taken_ms = child.latency_ms(
        keys, lambda screen: any(result in row for row in screen.rows()), RUN_TIMEOUT_S
    )
    child.wait_for(lambda: is_idle(child), what="the end of all runs")
    return taken_ms


def rest(child: Child) -> None:
    """Wait as a person does between two runs: batches to the screen come in bursts."""
    end_s = time.perf_counter() + REST_S
    while (left_s := end_s - time.perf_counter()) > 0:
        child.pump(left_s)


def wait_for_output(child: Child, text: str) -> None:
    """Wait for the output that a cell shows when it has run."""
    child.wait_for(
        lambda: any(row.split()[-1:] == [text] for row in child.rows()), RUN_TIMEOUT_S, text
    )
    child.wait_for(lambda: is_idle(child), what="the end of all runs")


def is_idle(child: Child) -> bool:
    """Tell whether no cell runs or waits."""
    states = child.lua(
        "return vim.tbl_map(function(c) return c.execution_state end, require('ipynb').cells())"
    )
    return not {"busy", "queued"} & set(states)
