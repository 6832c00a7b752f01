"""A table of pipes, aligned; knows no other markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipynb_nvim.view.markdown_text import inline_chunks
from ipynb_nvim.view.rows import PLAIN_HL
from ipynb_nvim.view.sanitize import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.view.markdown_text import ReadFormula
    from ipynb_nvim.view.virt_line import VirtLine

_DELIMITER = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$")
_SPLIT = re.compile(r"(?<!\\)\|")
_MAX_ROWS = 2000
_MAX_COLUMNS = 100
_MAX_DELIMITER = 2000
_GAP = "  "


def take_table(
    source: Sequence[str], row: int, read: ReadFormula
) -> tuple[list[VirtLine], int] | None:
    """Return the lines of a table that starts at ``row``, and the row behind it."""
    if "|" not in source[row] or row + 1 >= len(source):
        return None
    if (
        "-" not in source[row + 1]
        or len(source[row + 1]) > _MAX_DELIMITER
        or not _DELIMITER.match(source[row + 1])
    ):
        return None
    end = row + 2
    while end < len(source) and "|" in source[end] and end - row < _MAX_ROWS:
        end += 1
    marks = _cells(source[row + 1])
    rows = [[inline_chunks(cell, "NotebookTableHead", read) for cell in _cells(source[row])]]
    rows += [
        [inline_chunks(cell, PLAIN_HL, read) for cell in _cells(line)]
        for line in source[row + 2 : end]
    ]
    count = min(len(marks), _MAX_COLUMNS)
    widths = [
        max(_width(cells[i]) if i < len(cells) else 0 for cells in rows) for i in range(count)
    ]
    rule = "─" * (sum(widths) + len(_GAP) * (count - 1))
    lines = [_line(cells[:count], widths, marks) for cells in rows]
    return [lines[0], [(rule, "NotebookTableRule")], *lines[1:]], end


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line.removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in _SPLIT.split(line)]


def _width(cell: VirtLine) -> int:
    return sum(width_of(text) for text, _ in cell)


def _line(cells: Sequence[VirtLine], widths: Sequence[int], marks: Sequence[str]) -> VirtLine:
    line: VirtLine = []
    for index, width in enumerate(widths):
        cell = cells[index] if index < len(cells) else []
        space = width - _width(cell)
        mark = marks[index]
        left = space if mark.endswith(":") and not mark.startswith(":") else 0
        left = space // 2 if mark.endswith(":") and mark.startswith(":") else left
        gap = _GAP if index else ""
        line += [(gap + " " * left, PLAIN_HL), *cell, (" " * (space - left), PLAIN_HL)]
    return line
