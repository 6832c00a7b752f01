"""One ``<table>`` of a page as cells, each row read when it is asked for; knows no layout."""

from __future__ import annotations

import html as html_entities
import re
from typing import TYPE_CHECKING, NamedTuple

from ipynb_nvim.view.html_tokens import attribute_count, tokens
from ipynb_nvim.view.rows import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = re.compile(r"<tr(?=[\s>])", re.IGNORECASE)
_CELL = re.compile(r"<t[hd](?=[\s>/])", re.IGNORECASE)
_HEAD_END = re.compile(r"</thead\b", re.IGNORECASE)
_CAPTION = re.compile(r"<caption\b", re.IGNORECASE)
# A cell without tags in it and without attributes that matter, as programs write most of them.
_PLAIN_CELL = re.compile(r"<t([hd])(?: [^<>rc]*)?>([^<]*)</t[hd]>")
_BREAKS = frozenset({"br", "p", "div", "li", "tr"})

# Bounds on what is read: characters of a row and of a cell, rows of a head, columns and rows
# that one cell may span.
_MAX_ROW_CHARS = 500_000
_MAX_CELL_CHARS = 2000
_MAX_HEAD_ROWS = 12
_MAX_SPAN = 1000


class Cell(NamedTuple):
    """A cell's text, on one line, and how far it reaches. A tuple, as tables have many."""

    text: str
    is_head: bool = False
    columns: int = 1
    rows: int = 1


class HtmlTable:
    """The rows of a table; ``head_count`` of them name the columns."""

    def __init__(self, html: str, start: int, end: int) -> None:
        """Look for rows in ``html[start:end]``, which is from ``<table`` to ``</table``."""
        self._html = html
        self._starts = _row_starts(html, start, end)
        self._end = end
        head_end = _HEAD_END.search(html, start, min(end, start + _MAX_ROW_CHARS))
        self.head_count = self._count_head(head_end.start() if head_end else -1)
        self.caption = self._caption(start)

    def __len__(self) -> int:
        """Return the number of rows, those of the head included."""
        return len(self._starts)

    def row(self, index: int, max_cells: int) -> list[Cell]:
        """Return the first cells of a row."""
        start, end = self._span(index)
        plain = _plain_cells(self._html[start:end], max_cells)
        return _cells(self._html, start, end, max_cells) if plain is None else plain

    def cell_count(self, index: int) -> int:
        """Return how many cells a row has; cheaper than reading them."""
        start, end = self._span(index)
        return sum(1 for _ in _CELL.finditer(self._html, start, end))

    def _span(self, index: int) -> tuple[int, int]:
        start = self._starts[index]
        end = self._starts[index + 1] if index + 1 < len(self._starts) else self._end
        return start, min(end, start + _MAX_ROW_CHARS)

    def _count_head(self, head_end: int) -> int:
        if head_end >= 0:
            count = sum(1 for start in self._starts[:_MAX_HEAD_ROWS] if start < head_end)
            return min(count, _MAX_HEAD_ROWS)
        first = self.row(0, 100) if self._starts else []
        return 1 if len(self) > 1 and first and all(cell.is_head for cell in first) else 0

    def _caption(self, start: int) -> str:
        end = self._starts[0] if self._starts else self._end
        match = _CAPTION.search(self._html, start, min(end, start + _MAX_ROW_CHARS))
        if match is None:
            return ""
        stop = self._html.find("</caption", match.start(), end)
        stop = min(end if stop < 0 else stop, match.start() + _MAX_CELL_CHARS)
        return _text_of([token.text for token in tokens(self._html, match.start(), stop)])


def _row_starts(html: str, start: int, end: int) -> Sequence[int]:
    # A plain search is several times faster than the pattern, and programs write lower case.
    starts: list[int] = []
    position = html.find("<tr", start, end)
    while position >= 0:
        if html[position + 3 : position + 4] in {">", " ", "\n", "\t"}:
            starts.append(position)
        position = html.find("<tr", position + 3, end)
    return starts or [match.start() for match in _ROW.finditer(html, start, end)]


def _plain_cells(row: str, max_cells: int) -> list[Cell] | None:
    """Return the cells of a row that has nothing but plain ones; None if it has more."""
    found = _PLAIN_CELL.findall(row)
    # Two tags a cell, and those of the row and of the parts of the table around it.
    if row.count("<") - 2 * len(found) > row.count("<tr") + row.count("</t") - len(found):
        return None
    return [Cell(_line_of(text), kind == "h") for kind, text in found[:max_cells]]


def _cells(html: str, start: int, end: int, max_cells: int) -> list[Cell]:
    cells: list[Cell] = []
    parts: list[str] = []
    opened: tuple[bool, int, int] | None = None
    for token in tokens(html, start, end):
        if not token.tag:
            parts.append(token.text)
        elif token.tag in {"td", "th"}:
            if opened is not None:
                cells.append(Cell(_text_of(parts), *opened))
                if len(cells) >= max_cells:
                    return cells
            parts = []
            opened = None if token.is_end else _opened(token.tag, token.attributes)
        elif token.tag in _BREAKS:
            parts.append(" ")
        elif token.tag in {"table", "tbody", "thead"} and token.is_end:
            break
    if opened is not None:
        cells.append(Cell(_text_of(parts), *opened))
    return cells


def _opened(tag: str, attributes: str) -> tuple[bool, int, int]:
    columns = attribute_count(attributes, "colspan", _MAX_SPAN)
    return tag == "th", columns, attribute_count(attributes, "rowspan", _MAX_SPAN)


def _text_of(parts: Sequence[str]) -> str:
    return clean(" ".join("".join(parts)[:_MAX_CELL_CHARS].split()))


def _line_of(source: str) -> str:
    if "&" in source:
        source = html_entities.unescape(source)
    return clean(" ".join(source[:_MAX_CELL_CHARS].split()))
