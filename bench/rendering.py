"""Figure 11: laying out the html of a large DataFrame; drawing many outputs at once."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from ipynb_nvim.domain.output import DisplayData
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.view.output_view import Limits, render

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_MS = 50
ROWS, COLUMNS, ROUNDS = 1000, 200, 7
OUTPUTS, LINES = 40, 40
PUSH_LIMIT_MS = 5
# How long Neovim needs for each push that draws outputs, up to the redrawn screen.
WATCH = """
_G.pushes = {}
local receive = require('ipynb.host.receive')
local apply = receive.apply
receive.apply = function(buf, batch_no, batch)
  local start_ns = vim.uv.hrtime()
  apply(buf, batch_no, batch)
  vim.cmd.redraw()
  local count = #vim.tbl_filter(function(op) return op.op == 'output' end, batch)
  if count > 0 then
    table.insert(_G.pushes, { count = count, ms = (vim.uv.hrtime() - start_ns) / 1e6 })
  end
end
"""
# Another renderer: all outputs are drawn anew.
DRAW_ALL = """
_G.pushes = {}
require('ipynb').add_renderer('application/x-bench', function() return {} end)
"""
DRAWN = "local n = 0; for _, push in ipairs(_G.pushes) do n = n + push.count end; return n"


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Return the figures; everything is laid out and drawn anew each time."""
    rounds = 3 if is_quick else ROUNDS
    return [_table(rounds), *_many_outputs(folder, 5 * rounds)]


def _many_outputs(folder: Path, rounds: int) -> list[Figure]:
    text = [f"line {n} of an output\n" for n in range(LINES)]
    stream = {"name": "stdout", "output_type": "stream", "text": text}
    cells = [cell | {"outputs": [stream]} for cell in notebooks.sources(["x = 1"] * OUTPUTS)]
    times_ms, counts = [], []
    with Editors(folder) as editors:
        child = editors.with_plugin()
        open_notebook(child, notebooks.write(editors.folder / "many.ipynb", cells), OUTPUTS)
        child.lua(WATCH)
        for _ in range(rounds):
            child.lua(DRAW_ALL)
            child.wait_for(lambda: child.lua(DRAWN) == OUTPUTS, what="all outputs")
            pushes = child.lua("return _G.pushes")
            counts.append(len(pushes))
            times_ms.append(sum(push["ms"] for push in pushes))
    what = f"11 {OUTPUTS} outputs of {LINES} lines"
    note = f"median of {rounds}"
    median_ms = statistics.median(times_ms)
    return [
        Figure(f"{what}: Neovim", median_ms, 0, "ms", Rule.VALUE, PUSH_LIMIT_MS, note),
        Figure(f"{what}: pushes", max(counts), 0, "", Rule.VALUE, 1),
    ]


def _table(rounds: int) -> Figure:
    html = _data_frame()
    times_ms = []
    for _ in range(rounds):
        area = OutputArea()
        area.append(DisplayData({"text/html": html}))
        started_s = time.perf_counter()
        render(area, Limits(40, 500, 120))
        times_ms.append((time.perf_counter() - started_s) * 1000)
    note = f"median of {rounds}, {len(html) / 1e6:.1f} MB of html"
    median_ms = statistics.median(times_ms)
    return Figure("11 html of 1,000 x 200 cells", median_ms, 0, "ms", Rule.VALUE, LIMIT_MS, note)


def _data_frame() -> str:
    """Return the html that pandas makes of numbers."""
    head = "".join(f"      <th>c{i}</th>\n" for i in range(COLUMNS))
    body = "".join(
        f"    <tr>\n      <th>{row}</th>\n"
        + "".join(f"      <td>{(row * COLUMNS + i) / 2}</td>\n" for i in range(COLUMNS))
        + "    </tr>\n"
        for row in range(ROWS)
    )
    return (
        '<div><table border="1" class="dataframe">\n  <thead>\n    <tr style="text-align: right;">'
        f"<th></th>\n{head}</tr>\n  </thead>\n  <tbody>\n{body}  </tbody>\n</table></div>"
    )
