"""Makes the README's pictures, doc/pictures/*.svg: notebooks run in a real Neovim, drawn as SVG.

Names as arguments make some of them only; ``--to FOLDER`` puts them elsewhere. What would
differ from run to run, times and the moving sign, is set to the same each time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(ROOT))

import picture_notebook as source
import picture_servers as servers
import svg
from tests.harness import Child, Launch, write_notebook

FOLDER = ROOT / "doc" / "pictures"
INIT = """
vim.o.termguicolors = true
vim.o.background = '{background}'
vim.o.signcolumn = 'yes'
vim.o.ruler = false
vim.o.showmode = false
vim.o.laststatus = 0
vim.o.cmdheight = 0
vim.opt.fillchars = {{ eob = ' ' }}
vim.g.mapleader = ' '
"""
# Times that look like those of a real run, by the cell's place.
FIX_TIMES = """
local nb, cells = require('ipynb.notebook').get(...), require('ipynb.render.cell')
local times = { 4, 3, 21, 8, 164 }
for index, id in ipairs(nb.layout:ids()) do
  local cell = nb.cells[id]
  cell.elapsed_ms = cell.elapsed_ms and times[index]
  cell.started_ms = cell.started_ms and vim.uv.now() - 12300
  cells.draw_border(nb, id)
end
"""
STATES = """return vim.iter(require('ipynb').cells(...)):map(function(cell)
  return cell.execution_state
end):totable()"""
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
START_S = 60


@dataclass(frozen=True)
class Picture:
    """A notebook, what is done with it, and the size of the screen it is done on."""

    name: str
    title: str
    notebook: tuple[tuple[str, str], ...]
    pose: Callable[[Child], None]
    width: int = 96
    height: int = 30
    init: str = ""
    prepare: Callable[[Path], None] = lambda _: None


def run_all(child: Child) -> None:
    """Run all cells and wait for the last one."""
    child.keys(":silent NotebookExecuteAll<CR>")
    waiting = {"queued", "busy"}
    child.wait_for(lambda: "error" in child.lua(STATES, 1), START_S, "the last cell")
    child.wait_for(lambda: not waiting & set(child.lua(STATES, 1)), START_S, "all cells")


def pose_overview(child: Child) -> None:
    """Run all, the last cell fails; the chart is the active cell."""
    run_all(child)
    child.keys_and_settle("gg]]]]")


def pose_editing(child: Child) -> None:
    """Type a line in the first code cell."""
    run_all(child)
    child.command("set nohlsearch")
    child.keys_and_settle("gg]]/return<CR>Ophase = 2 * math.pi * hour / 12.42")


def pose_markdown(child: Child) -> None:
    """Leave the cursor in the code cell below, so that nothing is shown as source."""
    child.keys_and_settle("Ggg]]")


def pose_running(child: Child) -> None:
    """Run all; the second cell goes on running, others wait."""
    child.keys(":silent NotebookExecuteAll<CR>")
    child.wait_for_text("62 %", START_S)
    child.keys_and_settle("gg]]")


def served(name: str, title: str, pose: Callable[[Child], None]) -> Picture:
    """Return a picture with language servers."""
    extra = (servers.INIT, servers.prepare)
    return Picture(name, title, servers.NOTEBOOK, pose, 96, 30, *extra)


PICTURES = (
    Picture("overview", "A notebook with outputs", source.OVERVIEW, pose_overview, 96, 36),
    Picture("editing", "A cell being edited", source.OVERVIEW, pose_editing, 96, 24),
    Picture("markdown", "A markdown cell", source.MARKDOWN, pose_markdown, 80, 30),
    Picture("running", "Cells that run and wait", source.RUNNING, pose_running, 96, 24),
    served("diagnostics", "What language servers say of a cell", servers.pose_diagnostics),
    served("completion", "Completion in a cell", servers.pose_completion),
    served("hover", "What a function of another cell is", servers.pose_hover),
    served("actions", "Code actions in a cell", servers.pose_actions),
    Picture("narrow", "A narrow window", source.NARROW, pose_overview, 40, 28),
)


def freeze(child: Child) -> None:
    """Make what depends on time the same each time."""
    child.lua(FIX_TIMES, child.lua("return vim.b.ipynb_facade or vim.api.nvim_get_current_buf()"))
    child.settle()


def take(picture: Picture, background: str, folder: Path) -> str:
    """Start Neovim, do what the picture shows and return it as SVG."""
    path = write_notebook(folder / "tides.ipynb", source.cells(picture.notebook))
    picture.prepare(folder)
    init = INIT.format(background=background) + picture.init
    launch = Launch(picture.width, picture.height, init, cwd=folder)
    child = Child(folder / "nvim", launch)
    try:
        child.keys(f":silent edit {path.name}<CR>")
        count = len(picture.notebook)
        child.wait_for(lambda: child.lua("return #require('ipynb').cells()") == count)
        picture.pose(child)
        freeze(child)
        text = svg.draw(child.screen, picture.title)
    finally:
        child.close()
    return text.translate(str.maketrans(SPINNER, SPINNER[2] * len(SPINNER)))


def main() -> None:
    """Make the pictures that were asked for, dark and light."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        for background in ("dark", "light"):
            name = f"{picture.name}-{background}"
            if arguments.names and not {name, picture.name} & set(arguments.names):
                continue
            with tempfile.TemporaryDirectory(prefix="ipynb-picture-") as folder:
                text = take(picture, background, Path(folder))
            (arguments.to / f"{name}.svg").write_text(text, encoding="utf-8")
            print(f"{name}.svg: {len(text) // 1024} KB", flush=True)


if __name__ == "__main__":
    main()
