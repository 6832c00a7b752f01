"""Figure 6: answers, completeness, time and memory while a cell prints very much."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, Typist, host_pid, open_notebook
from bench.figures import Figure, Rule, percentile
from bench.kernels import RawKernel
from bench.running import RUN_TIMEOUT_S, is_idle, wait_for_output
from tests.harness.processes import peak_resident_bytes, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from tests.harness import Child

ANSWER_LIMIT_MS = 20
TOTAL_LIMIT = 1.3
HUGE_TOTAL_LIMIT = 1.5
MEMORY_LIMIT_MB = 4
HUGE_MEMORY_LIMIT_MB = 16
# The host keeps all that a file will have: so many times the size of the text, at its peak.
HOST_MEMORY_LIMIT = 6
SAVE_LIMIT = 2
LARGE_MB = 10  # of less, memory and time are the host's own
ASK_EVERY_S = 0.002
TAIL = "'x' * 60"
# Measured once on this kind of machine (design.md), not in this run: keys wait at p99 in a flood
# of 2,000 flushed lines, in the plugin of our name and in molten-nvim.
PEERS = "peers, 2,000 flushes: 4,700 and 340 ms"
UPDATES = (
    "from IPython.display import display\nshown = display(0, display_id=True)\n"
    "for i in range(10_000): shown.update(i)\nprint('updated', i)"
)


@dataclass(frozen=True)
class Flood:
    """Code that prints ``lines`` lines; a huge one is too much for a person to type along."""

    name: str
    lines: int
    code: str
    is_huge: bool = True


FLOODS = (
    Flood("100,000 lines", 100_000, f"for i in range(100_000): print(i, {TAIL})", is_huge=False),
    Flood(
        "10,000 flushes",
        10_000,
        f"for i in range(10_000): print(i, {TAIL}, flush=True)",
        is_huge=False,
    ),
    Flood("1,000,000 lines", 1_000_000, f"for i in range(1_000_000): print(i, {TAIL})"),
    Flood("200 MB in a string", 2_000_000, "print(('x' * 99 + '\\n') * 2_000_000, end='')"),
    Flood("200 MB in a line", 1, "print('x' * 200_000_000)"),
    Flood("10,000 updates", 1, UPDATES),
)
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
    """Measure the floods, each in an editor of its own."""
    figures = []
    for number, flood in enumerate(FLOODS):
        with Editors(folder / str(number)) as editors, RawKernel(editors.folder) as raw:
            seat = Seat(editors, raw, flood)
            if flood.is_huge:
                figures += seat.huge_figures(1 if is_quick else 2)
            else:
                figures += seat.figures(1 if is_quick else 4)
    return figures


class Seat:
    """An editor whose last cell is a flood, beside a raw kernel."""

    # Mutable state: none of its own.

    def __init__(self, editors: Editors, raw: RawKernel, flood: Flood) -> None:
        self._raw = raw
        self._flood = flood
        self._path = editors.folder / "flood.ipynb"
        self._child = child = editors.with_plugin()
        texts = ["for i in range(1000): print(i)\nprint('ready')", "typed = 1", flood.code]
        cells = notebooks.sources(texts)
        open_notebook(child, notebooks.write(self._path, cells), len(cells))
        child.lua(WATCH)
        child.keys_and_settle("gg<C-CR>")
        wait_for_output(child, "ready")  # a thousand lines before it: what drawing needs is there

    def figures(self, repeats: int) -> list[Figure]:
        """Run it undisturbed, then while somebody types."""
        name, lines = self._flood.name, self._flood.lines
        grown_bytes = 0  # while nobody types: undo keeps what is typed
        keys_ms: list[float] = []
        pairs = []
        for _ in range(repeats):
            floor_ms = self._floor_ms()
            before = resident_bytes(self._child.pid)
            pairs.append((floor_ms, self._total_ms()))
            grown_bytes += resident_bytes(self._child.pid) - before
            keys_ms += self._while_it_runs(self._typing())
        lost = lines - _complete_lines(self._child)
        note = f"{len(keys_ms)} keys, p50 {statistics.median(keys_ms):.2f} ms; {PEERS}"
        return [
            _answers(f"6 {name}: key, p99", keys_ms, note),
            _total(name, pairs, TOTAL_LIMIT),
            Figure(f"6 {name}: lines lost", lost, 0, "", Rule.VALUE, 0),
            _memory(name, grown_bytes, MEMORY_LIMIT_MB),
        ]

    def huge_figures(self, repeats: int) -> list[Figure]:
        """Run it undisturbed, then while somebody asks Neovim something, and save."""
        name, child = self._flood.name, self._child
        before = resident_bytes(child.pid)
        host_before = resident_bytes(host_pid(child))
        pairs, asked_ms = [], []
        for _ in range(repeats):
            pairs.append((self._floor_ms(), self._total_ms()))
            asked_ms += self._while_it_runs(self._asking())
        grown_bytes = peak_resident_bytes(child.pid) - before
        host_bytes = peak_resident_bytes(host_pid(child)) - host_before
        note = f"{len(asked_ms)} times, p50 {statistics.median(asked_ms):.2f} ms"
        return [
            _answers(f"6 {name}: nvim_eval, p99", asked_ms, note),
            _total(name, pairs, HUGE_TOTAL_LIMIT),
            _memory(name, grown_bytes, HUGE_MEMORY_LIMIT_MB),
            *self._saved(host_bytes),
        ]

    def _saved(self, host_bytes: int) -> list[Figure]:
        """Save; compare the file with what was printed, and the time with json's own."""
        start_s = time.perf_counter()
        self._child.keys_and_settle(":write<CR>")
        taken_ms = (time.perf_counter() - start_s) * 1000
        saved = json.loads(self._path.read_text(encoding="utf-8"))
        text: list[str] = saved["cells"][-1]["outputs"][-1]["text"]
        lost = self._flood.lines - len(text)
        name, size_mb = self._flood.name, sum(map(len, text)) / 1e6
        figures = [Figure(f"6 {name}: lines lost", lost, 0, "", Rule.VALUE, 0)]
        if size_mb < LARGE_MB:
            return figures
        floor_ms = _written_ms(self._path.with_name("plain.ipynb"), saved)
        rule, limit, note = Rule.RATIO, HOST_MEMORY_LIMIT, "floor: the text"
        return [
            *figures,
            Figure(f"6 {name}: host, peak", host_bytes / 1e6, size_mb, "MB", rule, limit, note),
            Figure(f"6 {name}: save", taken_ms, floor_ms, "ms", rule, SAVE_LIMIT, "floor: json"),
        ]

    def _floor_ms(self) -> float:
        floor_ms, printed = self._raw.drain_ms(self._flood.code)
        assert printed == self._flood.lines
        return floor_ms

    def _start(self) -> None:
        self._child.keys_and_settle("G")
        self._child.lua("_G.bench = {}")
        self._child.keys("<C-CR>")

    def _is_done(self) -> bool:
        return bool(self._child.lua("return _G.bench.CellDone ~= nil"))

    def _total_ms(self) -> float:
        """Run the flood undisturbed; return the time from queued to done."""
        child = self._child
        self._start()
        child.wait_for(self._is_done, RUN_TIMEOUT_S, "the end of the flood")
        child.wait_for(lambda: is_idle(child))
        return child.lua("return (_G.bench.CellDone - _G.bench.CellQueued) / 1e6")

    def _while_it_runs(self, once: Callable[[], float]) -> list[float]:
        """Run the flood and do something again and again until it is done; return the times."""
        child = self._child
        times = []
        while not self._is_done():
            times += [once() for _ in range(5)]
        child.keys_and_settle("<Esc>" + ("" if self._flood.is_huge else "dd<Esc>"))
        child.wait_for(lambda: is_idle(child))
        return times

    def _typing(self) -> Callable[[], float]:
        """Start the flood and type into the cell above."""
        self._start()
        self._child.keys_and_settle("[[O")
        assert self._child.mode() == "i", self._child.picture()
        return Typist(self._child).key_ms

    def _asking(self) -> Callable[[], float]:
        """Start the flood and ask Neovim for the sum of 1 and 1."""
        self._start()

        def ask_ms() -> float:
            self._child.pump(ASK_EVERY_S)
            start_s = time.perf_counter()
            assert self._child.api.eval("1 + 1") == 2
            return (time.perf_counter() - start_s) * 1000

        return ask_ms


def _answers(name: str, times_ms: list[float], note: str) -> Figure:
    p99_ms = percentile(times_ms, 0.99)
    return Figure(name, p99_ms, 0, "ms", Rule.VALUE, ANSWER_LIMIT_MS, note)


def _total(name: str, pairs: Sequence[tuple[float, float]], limit: float) -> Figure:
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Figure(f"6 {name}: total", measured, floor, "ms", Rule.RATIO, limit)


def _memory(name: str, grown_bytes: int, limit: float) -> Figure:
    return Figure(f"6 {name}: Neovim grows by", grown_bytes / 1e6, 0, "MB", Rule.VALUE, limit)


def _written_ms(path: Path, notebook: dict[str, Any]) -> float:
    """Write a notebook as nbformat does; return the time."""
    start_s = time.perf_counter()
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")
    return (time.perf_counter() - start_s) * 1000


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
