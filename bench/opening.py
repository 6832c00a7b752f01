"""Figure 4: opening until painted, and saving, against plain Neovim on the same file."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, is_first_cell_painted, open_notebook
from bench.figures import Figure, Rule

if TYPE_CHECKING:
    from tests.harness import Child

SIZES = (10, 100, 1000, 5000)
WARM_LIMIT = 2.5
COLD_LIMIT_MS = 300
GROWTH_LIMIT = 1.3  # per cell, 5,000 against 1,000
SAVE_BYTES = 50_000_000
SAVE_LIMIT = 2


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure opening with a warm and with a cold host, then saving."""
    repeats = 3 if is_quick else 9
    paths = {
        size: notebooks.write(folder / f"open-{size}.ipynb", notebooks.everyday(size))
        for size in SIZES
    }
    return [
        *_warm(folder / "warm", paths, repeats),
        _cold(folder / "cold", paths[100], repeats),
        _save(folder / "save", repeats),
    ]


def open_ms(child: Child, path: Path) -> float:
    """Open a file; return the time until its first cell is painted. The file is closed again."""
    taken_ms = child.latency_ms(f":edit {path}<CR>", is_first_cell_painted)
    child.settle()
    child.keys_and_settle(":bwipeout!<CR>")
    child.wait_for(lambda: not is_first_cell_painted(child.screen), what="an empty screen")
    return taken_ms


def _warm(folder: Path, paths: dict[int, Path], repeats: int) -> list[Figure]:
    figures = []
    with Editors(folder) as editors:
        plain, plugin = editors.plain(), editors.with_plugin()
        for size, path in paths.items():
            for child in (plain, plugin):
                open_ms(child, path)  # file cache, host, syntax files
            pairs = [(open_ms(plain, path), open_ms(plugin, path)) for _ in range(repeats)]
            floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
            name = f"4 open, {size:,} cells"
            figures.append(Figure(name, measured, floor, "ms", Rule.RATIO, WARM_LIMIT))
    per_cell = {size: figure.measured / size for size, figure in zip(SIZES, figures, strict=True)}
    name = "4 open, time per cell at 5,000, over at 1,000"
    growth = Figure(name, per_cell[5000], per_cell[1000], "ms", Rule.RATIO, GROWTH_LIMIT)
    return [*figures, growth]


def _cold(folder: Path, path: Path, repeats: int) -> Figure:
    pairs = []
    for repeat in range(repeats):
        with Editors(Path(f"{folder}-{repeat}")) as editors:
            pairs.append((open_ms(editors.plain(), path), open_ms(editors.with_plugin(), path)))
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    name = "4 open, 100 cells, the host starts first"
    return Figure(name, measured, floor, "ms", Rule.DIFFERENCE, COLD_LIMIT_MS)


def _save(folder: Path, repeats: int) -> Figure:
    folder.mkdir()
    cells = notebooks.heavy(SAVE_BYTES)
    own = notebooks.write(folder / "own.ipynb", cells)
    plain_copy = folder / "plain.txt"
    plain_copy.write_bytes(own.read_bytes())
    with Editors(folder) as editors:
        plain, plugin = editors.plain(), editors.with_plugin()
        plain.keys_and_settle(f":edit {plain_copy}<CR>")
        open_notebook(plugin, own, len(cells))
        pairs = [
            (_save_ms(plain, "ggAx<Esc>"), _save_ms(plugin, "gg]]Ax<Esc><Esc>"))
            for _ in range(repeats)
        ]
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    name = "4 save after one changed cell, 50 MB"
    return Figure(name, measured, floor, "ms", Rule.RATIO, SAVE_LIMIT)


def _save_ms(child: Child, keys: str) -> float:
    child.keys_and_settle(keys)
    assert child.api.get_option_value("modified", {}), child.picture()
    start_s = time.perf_counter()
    child.command("write")
    taken_ms = (time.perf_counter() - start_s) * 1000
    assert not child.api.get_option_value("modified", {}), child.messages()
    return taken_ms
