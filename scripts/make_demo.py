"""Writes examples/demo.ipynb: what it says stands here, its outputs come from a real kernel.

Needs the test tools (`scripts/setup test`); run it with `.venv/bin/python scripts/make_demo.py`.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import v4

from checkout import ROOT

CELLS = [
    (
        "markdown",
        "title",
        """
        # Notes on a pendulum

        A notebook in Neovim. Press `i` on a cell to edit it, `<Esc>` in normal mode to leave it,
        `<leader>kx` to run it (in this demo `<leader>` is the space bar).

        | keys                      | do                                                |
        | ------------------------- | ------------------------------------------------- |
        | `]]` `[[`                 | next and previous cell                            |
        | `<leader>kx` `<leader>kX` | run, run and go on                                |
        | `<leader>ka` `<leader>kb` | new cell above, below                             |
        | `<M-j>` `<M-k>` `dd`      | move and cut a cell                               |
        | `u` `<C-r>`               | undo and redo, one history for the whole notebook |
        | `go`                      | all of an output in a window                      |
        | `:w`                      | save, outputs and all                             |
        """,
    ),
    (
        "code",
        "period",
        """
        import math

        def period(length_m, g=9.81):
            \"\"\"Time of one swing in seconds, for small angles.\"\"\"
            return 2 * math.pi * math.sqrt(length_m / g)

        period(1.0)
        """,
    ),
    (
        "code",
        "table",
        """
        lengths = [0.25, 0.5, 1.0, 2.0, 4.0]
        print(f"{'length':>8} {'period':>8}")
        for length in lengths:
            bar = "█" * round(4 * period(length))
            print(f"{length:6.2f} m {period(length):6.2f} s  {bar}")
        """,
    ),
    (
        "markdown",
        "colours",
        """
        ## Colours and progress

        - what a program prints in colour is coloured here,
        - a progress bar moves in place,
        - long output is cut, `go` shows the rest.
        """,
    ),
    (
        "code",
        "ansi",
        r"""
        levels = {"calm": 32, "breezy": 33, "stormy": 31}
        for name, colour in levels.items():
            print(f"\x1b[1;{colour}m{name:>8}\x1b[0m \x1b[{colour}m{'≈' * colour}\x1b[0m")
        for step in range(48):
            print(f"\x1b[48;2;{40 + 4 * step};80;{240 - 4 * step}m \x1b[0m", end="")
        """,
    ),
    (
        "code",
        "progress",
        r"""
        import time

        for done in range(41):
            print(f"\rmeasuring {'━' * done}{'╌' * (40 - done)} {done * 100 // 40:3d} %", end="")
            time.sleep(0.05)
        print("\ndone")
        """,
    ),
    (
        "code",
        "long",
        """
        for second in range(200):
            angle = 10 * math.cos(2 * math.pi * second / 20 / period(1.0))
            print(f"{second / 20:5.2f} s {angle:7.2f}° {' ' * round(20 + 2 * angle)}●")
        """,
    ),
    (
        "code",
        "input",
        """
        length = float(input("How long is your pendulum, in metres? "))
        print(f"It needs {period(length):.2f} seconds.")
        """,
    ),
    (
        "markdown",
        "mistake",
        """
        ## When something is wrong

        The traceback keeps its colours, and cells that were waiting do not run.
        Can you mend `period` so that it says what it was given?
        """,
    ),
    ("code", "error", "[period(length) for length in (1.0, 0.0, -1.0)]"),
    ("raw", "raw", "A raw cell: kept as it is, never run."),
]
NOT_RUN = {"input"}


def make_cell(cell_type: str, cell_id: str, text: str) -> Any:
    """Make one nbformat cell of the text of ``CELLS``."""
    new = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    return new[cell_type](dedent(text).strip(), id=cell_id)


def main() -> None:
    """Run the cells and write the notebook as JupyterLab would."""
    notebook = v4.new_notebook(cells=[make_cell(*cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    running = v4.new_notebook(metadata=notebook.metadata)
    running.cells = [cell for cell in notebook.cells if cell.id not in NOT_RUN]
    NotebookClient(running, allow_errors=True, record_timing=False, coalesce_streams=True).execute()
    # The kernel's version would only differ from machine to machine.
    notebook.metadata["language_info"] = {"name": "python", "file_extension": ".py"}
    nbformat.validate(notebook)
    nbformat.write(notebook, ROOT / "examples" / "demo.ipynb")


if __name__ == "__main__":
    main()
