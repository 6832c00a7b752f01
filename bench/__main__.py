"""Measures and prints one table: ``python -m bench [--quick] [--report] [figure…]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from bench import (
    cells,
    coloring,
    completion,
    cursor,
    flood,
    keystroke,
    lsp,
    opening,
    rendering,
    running,
    ways,
)
from bench.figures import HEADER, Figure
from tests.harness.launch import nvim_program

FIGURES = {
    "3": keystroke,
    "4": opening,
    "5": running,
    "6": flood,
    "7": cells,
    "8": cursor,
    "9": coloring,
    "10": completion,
    "11": rendering,
    "12": lsp,
    "13": ways,
}
# Decide a table, and have no limit.
NOT_DEFAULT = {"13"}
RESULTS = Path(__file__).with_name("results")


def main() -> int:
    """Read the arguments, measure, print, write; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="figure", help="default: all but 13")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--report", action="store_true", help="exit with 0 whatever is missed")
    arguments = parser.parse_args()
    default = [name for name in FIGURES if name not in NOT_DEFAULT]
    figures = _measure(arguments.figures or default, is_quick=arguments.quick)
    _write(figures)
    missed = [figure.name for figure in figures if not figure.is_ok]
    print(f"\n{len(figures)} figures, {len(missed)} over their limit")
    return 1 if missed and not arguments.report else 0


def _measure(names: list[str], *, is_quick: bool) -> list[Figure]:
    figures = []
    print(HEADER, flush=True)
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            rows = FIGURES[name].measure(Path(folder), is_quick=is_quick)
        figures += rows
        print("\n".join(row.as_row() for row in rows), flush=True)
    return figures


def _write(figures: list[Figure]) -> None:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(timezone.utc)
    result = {
        "date": now.isoformat(timespec="seconds"),
        "nvim": _nvim_version(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "figures": [figure.as_json() for figure in figures],
    }
    path = RESULTS / f"{now:%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nwritten: {path}")


def _nvim_version() -> str:
    command = [nvim_program(), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
