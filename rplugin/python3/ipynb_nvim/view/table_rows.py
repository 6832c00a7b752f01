"""A table as aligned columns; knows neither where its cells come from nor what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.view.html_table import Cell
from ipynb_nvim.view.rows import PLAIN_HL
from ipynb_nvim.view.sanitize import clip, width_of
from ipynb_nvim.view.virt_line import NOTE_HL, clipped_line, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.view.html_table import HtmlTable
    from ipynb_nvim.view.virt_line import VirtLine

_HEAD_HL = "NotebookTableHead"
_INDEX_HL = "NotebookTableIndex"
_RULE_HL = "NotebookTableRule"
_NULL_HL = "NotebookTableNull"

_GAP = "  "
# Columns of a cell's text; in the output window, where the window scrolls, more.
_MAX_WIDTH, _MAX_WHOLE_WIDTH = 50, 1000
# Cells of a table that are read at most.
_MAX_CELLS = 500_000
_MAX_COLUMNS = 2000

_NUMBER = re.compile(r"[-+−(]?[$€£¥]?\d[\d.,_ '\u202f]*(?:e[-+]?\d+)?(?: ?%|\))?", re.IGNORECASE)
_NOTHING = frozenset({"", "NaN", "nan", "NaT", "None", "null", "<NA>", "NA", "inf", "-inf"})
_CUT = frozenset({"...", "…", "⋮", "⋯"})


# A row's cells by column; a column that the cell before it reaches into has one that spans none.
_Line = list[Cell]
_EMPTY = Cell("")


@dataclass(frozen=True)
class TableExtent:
    """How much of a table is wanted: rows at each end of its body, and columns on the screen.

    None is all.
    """

    body_rows: int | None = None
    columns: int | None = None


class TableRows:
    """The rows of a table, its head above a rule. Rows that are not wanted are empty."""

    def __init__(self, table: HtmlTable, extent: TableExtent) -> None:
        """Read what ``extent`` says and find the width of the columns by it."""
        head_count = table.head_count
        self._body_count = len(table) - head_count
        self._column_count = max(
            (_row_width(table, i) for i in range(min(len(table), 12))), default=0
        )
        per_row = _MAX_COLUMNS if extent.columns is None else extent.columns // 3 + 12
        per_row = min(per_row, self._column_count)
        wanted = self._body_count if extent.body_rows is None else extent.body_rows
        wanted = min(wanted, _MAX_CELLS // max(per_row, 1))
        first = range(head_count, min(head_count + wanted, len(table)))
        last = range(max(first.stop, len(table) - wanted), len(table))
        self._head = self._placed(table, range(head_count), per_row)
        self._first = self._placed(table, first, per_row)
        self._last = self._placed(table, last, per_row)
        body = [*self._first, *self._last]
        limit = _MAX_WHOLE_WIDTH if extent.columns is None else _MAX_WIDTH
        self._widths = [
            min(_width(i, self._head, body), limit) for i in range(min(per_row, self._column_count))
        ]
        self._is_right = [_is_right(i, body) for i in range(len(self._widths))]
        self._shown = _shown_count(self._widths, extent.columns)
        self._caption = table.caption

    def __len__(self) -> int:
        """Return the number of rows, with caption, rule and note."""
        return self._top + self._body_count + (self._hidden_columns > 0)

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row, clipped."""
        return clipped_line(merged(self._chunks(row)), width) or [("", PLAIN_HL)]

    def plain(self, row: int) -> str:
        """Return a row whole."""
        return "".join(text for text, _ in self._chunks(row)).rstrip()

    @property
    def _top(self) -> int:
        """The number of rows above the body."""
        return len(self._head) + bool(self._head) + bool(self._caption)

    @property
    def _hidden_columns(self) -> int:
        return self._column_count - self._shown

    def _chunks(self, row: int) -> list[tuple[str, str]]:
        if self._caption:
            if row == 0:
                return [(self._caption, _HEAD_HL)]
            row -= 1
        if row < len(self._head):
            return self._line(self._head[row], is_head=True)
        if self._head and row == len(self._head):
            widths = self._widths[: self._shown]
            return [("─" * (sum(widths) + len(_GAP) * max(len(widths) - 1, 0)), _RULE_HL)]
        row -= len(self._head) + bool(self._head)
        if row >= self._body_count:
            return [(f"… {self._hidden_columns:,} more columns — go opens all", NOTE_HL)]
        return self._line(self._body_line(row), is_head=False)

    def _body_line(self, row: int) -> _Line:
        if row < len(self._first):
            return self._first[row]
        row -= self._body_count - len(self._last)
        return self._last[row] if row >= 0 else []

    def _line(self, line: _Line, *, is_head: bool) -> list[tuple[str, str]]:
        chunks: list[tuple[str, str]] = []
        column = 0
        while column < min(self._shown, len(line)):
            span = 1
            while column + span < self._shown and _is_rest(line, column + span):
                span += 1
            cell = line[column]
            width = sum(self._widths[column : column + span]) + len(_GAP) * (span - 1)
            is_right = self._is_right[column] and span == 1
            hl = _hl_of(cell, is_head=is_head)
            chunks.append((_filled(cell.text, width, is_right=is_right), hl))
            chunks.append((_GAP, hl if hl != _NULL_HL else PLAIN_HL))
            column += span
        return chunks[:-1]

    def _placed(self, table: HtmlTable, rows: range, max_cells: int) -> list[_Line]:
        """Place cells into columns, those that span rows in each of them.

        Rows from the middle of a table may lack cells that span from above: these are the
        leftmost ones, the index.
        """
        open_spans: dict[int, tuple[Cell, int]] = {}
        placed: list[_Line] = []
        for index in rows:
            line = _place(table.row(index, max_cells), open_spans, self._column_count)
            missing = self._column_count - len(line)
            if missing and len(line) < max_cells and index >= table.head_count:
                line = [_EMPTY._replace(is_head=True)] * missing + line
            placed.append(line)
        return placed


def _row_width(table: HtmlTable, index: int) -> int:
    if index >= table.head_count:
        return table.cell_count(index)
    return sum(cell.columns for cell in table.row(index, 10_000))


def _place(cells: _Line, open_spans: dict[int, tuple[Cell, int]], limit: int) -> _Line:
    if not open_spans and all(cell[2] == 1 == cell[3] for cell in cells):
        return cells[:limit]
    line: _Line = []
    seen: dict[int, tuple[Cell, int]] = {}

    def fill() -> None:
        while len(line) in open_spans:
            cell, left = open_spans.pop(len(line))
            if left > 1:
                seen[len(line)] = (cell, left - 1)
            line.append(cell)

    for cell in cells:
        fill()
        for part in range(min(cell.columns, limit - len(line))):
            placed = cell._replace(text="", columns=0) if part else cell
            if cell.rows > 1:
                seen[len(line)] = (placed._replace(text=""), cell.rows - 1)
            line.append(placed)
    fill()
    open_spans.clear()
    open_spans.update(seen)
    return line


def _is_rest(line: _Line, column: int) -> bool:
    return column < len(line) and line[column].columns == 0


def _width(column: int, *groups: Sequence[_Line]) -> int:
    """Return the widest text of a column; one that spans several does not count."""
    return max(
        (
            width_of(line[column].text)
            for lines in groups
            for line in lines
            if column < len(line) and line[column].columns == 1
        ),
        default=0,
    )


def _is_right(column: int, body: Sequence[_Line]) -> bool:
    texts = [line[column].text for line in body if column < len(line)]
    told = [text for text in texts if text not in _NOTHING and text not in _CUT]
    return bool(told) and all(_NUMBER.fullmatch(text) for text in told)


def _shown_count(widths: Sequence[int], columns: int | None) -> int:
    if columns is None:
        return len(widths)
    used = 0
    for count, width in enumerate(widths):
        used += width + (len(_GAP) if count else 0)
        if used > columns and count > 0:
            return count
    return len(widths)


def _filled(text: str, width: int, *, is_right: bool) -> str:
    if width_of(text) > width:
        text = clip(text, max(width - 1, 0)) + "…"
    space = " " * (width - width_of(text))
    return space + text if is_right else text + space


def _hl_of(cell: Cell, *, is_head: bool) -> str:
    if is_head:
        return _HEAD_HL if cell.is_head else _INDEX_HL
    if cell.is_head:
        return _INDEX_HL
    return _NULL_HL if cell.text in _NOTHING or cell.text in _CUT else PLAIN_HL
