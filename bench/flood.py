"""Figure 6: keys, completeness, time and memory while a cell prints very much."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, Typist, open_notebook
from bench.figures import Figure, Rule, percentile
from bench.kernels import RawKernel
from bench.running import RUN_TIMEOUT_S, is_idle, wait_for_output
from tests.harness.processes import resident_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

KEY_LIMIT_MS = 20
TOTAL_LIMIT = 1.3
MEMORY_LIMIT_MB = 4
TAIL = "'x' * 60"
FLOODS = {
    "100,000 lines": (100_000, f"for i in range(100_000): print(i, {TAIL})"),
    "10,000 flushes": (10_000, f"for i in range(10_000): print(i, {TAIL}, flush=True)"),
}
# The moments at which a cell is queued and done, as Neovim itself sees them.
WATCH = """
_G.bench = {}
for _, name in ipairs({ 'CellQueued', 'CellDone' }) do
  vim.api.nvim_create_autocmd('User', {
    pattern = 'Notebook' .. name,
    callback = function() _G.bench[name] = vim.uv.hrtime() end,
  })
end
"""


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure both floods, each in an editor of its own."""
    figures = []
    for number, (name, (lines, code)) in enumerate(FLOODS.items()):
        with Editors(folder / str(number)) as editors, RawKernel(editors.folder) as raw:
            child = _editor(editors, code)
            figures += _one_flood(child, raw, name, (lines, code), 1 if is_quick else 4)
    return figures


def _editor(editors: Editors, code: str) -> Child:
    child = editors.with_plugin()
    cells = notebooks.sources(["for i in range(1000): print(i)\nprint('ready')", "typed = 1", code])
    open_notebook(child, notebooks.write(editors.folder / "flood.ipynb", cells), len(cells))
    child.lua(WATCH)
    child.keys_and_settle("gg<C-CR>")
    wait_for_output(child, "ready")  # a thousand lines before it: what drawing needs is there
    return child


def _one_flood(
    child: Child, raw: RawKernel, name: str, flood: tuple[int, str], repeats: int
) -> list[Figure]:
    lines, code = flood
    grown_bytes = 0  # while nobody types: undo keeps what is typed
    keys_ms: list[float] = []
    pairs = []
    for _ in range(repeats):
        floor_ms, printed = raw.drain_ms(code)
        assert printed == lines
        before = resident_bytes(child.pid)
        pairs.append((floor_ms, _total_ms(child)))
        grown_bytes += resident_bytes(child.pid) - before
        keys_ms += _keys_while_it_runs(child)
    grown_mb = grown_bytes / 1e6
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    lost = lines - _complete_lines(child)
    median_ms = statistics.median(keys_ms)
    note = f"{len(keys_ms)} keys, p50 {median_ms:.2f} ms"
    p99_ms = percentile(keys_ms, 0.99)
    return [
        Figure(f"6 {name}: key, p99", p99_ms, 0, "ms", Rule.VALUE, KEY_LIMIT_MS, note),
        Figure(f"6 {name}: total", measured, floor, "ms", Rule.RATIO, TOTAL_LIMIT),
        Figure(f"6 {name}: lines lost", lost, 0, "", Rule.VALUE, 0),
        Figure(f"6 {name}: Neovim grows by", grown_mb, 0, "MB", Rule.VALUE, MEMORY_LIMIT_MB),
    ]


def _start(child: Child) -> None:
    child.keys_and_settle("G")
    child.lua("_G.bench = {}")
    child.keys("<C-CR>")


def _is_done(child: Child) -> bool:
    return bool(child.lua("return _G.bench.CellDone ~= nil"))


def _total_ms(child: Child) -> float:
    """Run the flood undisturbed; return the time from queued to done."""
    _start(child)
    child.wait_for(lambda: _is_done(child), RUN_TIMEOUT_S, "the end of the flood")
    child.wait_for(lambda: is_idle(child))
    return child.lua("return (_G.bench.CellDone - _G.bench.CellQueued) / 1e6")


def _keys_while_it_runs(child: Child) -> list[float]:
    """Run the flood and type into the cell above until it is done."""
    _start(child)
    child.keys_and_settle("[[O")
    assert child.mode() == "i", child.picture()
    typist = Typist(child)
    times = []
    while not _is_done(child):
        times += [typist.key_ms() for _ in range(5)]
    child.keys_and_settle("<Esc>dd<Esc>")
    child.wait_for(lambda: is_idle(child))
    return times


def _complete_lines(child: Child) -> int:
    """Return how many of the lines, counted from 0, the output has in order."""
    code = """
      local cells = require('ipynb').cells()
      local lines = require('ipynb').output_lines(cells[#cells].id)
      local count = 0
      for _, line in ipairs(lines) do
        if line == count .. ' ' .. ('x'):rep(60) then count = count + 1 end
      end
      return count
    """
    return child.lua(code)
