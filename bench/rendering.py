"""Figure: how long the host needs to lay out the html of a large DataFrame."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.figures import Figure, Rule
from ipynb_nvim.domain.output import DisplayData
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.view.output_view import Limits, render

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_MS = 50
ROWS, COLUMNS, ROUNDS = 1000, 200, 7


def measure(_folder: Path, *, is_quick: bool) -> list[Figure]:
    """Return the figure; an output is laid out anew each time."""
    rounds = 3 if is_quick else ROUNDS
    html = _data_frame()
    times_ms = []
    for _ in range(rounds):
        area = OutputArea()
        area.append(DisplayData({"text/html": html}))
        started_s = time.perf_counter()
        render(area, Limits(40, 500, 120))
        times_ms.append((time.perf_counter() - started_s) * 1000)
    note = f"median of {rounds}, {len(html) / 1e6:.1f} MB of html"
    median_ms = sorted(times_ms)[rounds // 2]
    return [Figure("11 html of 1,000 x 200 cells", median_ms, 0, "ms", Rule.VALUE, LIMIT_MS, note)]


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
