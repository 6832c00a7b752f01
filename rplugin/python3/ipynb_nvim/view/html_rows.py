"""A page of HTML as rows: its tables as columns, the rest as text; knows no bundle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipynb_nvim.view.html_table import HtmlTable
from ipynb_nvim.view.html_tokens import tokens
from ipynb_nvim.view.rows import PLAIN_HL, JoinedRows, StyledRows, clean
from ipynb_nvim.view.table_rows import TableExtent, TableRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.view.rows import Rows
    from ipynb_nvim.view.virt_line import VirtLine

# Characters of text between tables that are read: some pages are whole programs.
_MAX_TEXT = 262_144
_MAX_TABLES = 50
_MAX_NESTING = 20

_TABLE = re.compile(r"<(/?)table(?=[\s>/])", re.IGNORECASE)
# Elements that say a table is not what a page is about, but how it is laid out.
_NOT_A_TABLE = re.compile(
    r"<(?:input|details|svg|canvas|script|iframe|button|object|img|marquee)(?=[\s>/])",
    re.IGNORECASE,
)

# fmt: off
_BLOCK_TAGS = frozenset({
    "address", "article", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre",
    "section", "table", "tr", "ul",
})
# fmt: on
_STYLES = {
    "b": "NotebookStrong",
    "strong": "NotebookStrong",
    "th": "NotebookTableHead",
    "i": "NotebookEmphasis",
    "em": "NotebookEmphasis",
    "code": "NotebookInlineCode",
    "a": "NotebookLink",
    "small": "NotebookOutputNote",
    **{f"h{level}": f"NotebookHeading{level}" for level in range(1, 7)},
}


def is_table(html: str) -> bool:
    """Tell whether a page is about a table, so that its columns say more than its text form."""
    start = html.find("<table")
    if start < 0:
        return False
    end = html.rfind("</table")
    around = html[:start][-_MAX_TEXT:], html[end:][:_MAX_TEXT] if end > start else ""
    return not any(_NOT_A_TABLE.search(part) for part in around)


def html_rows(html: str, extent: TableExtent) -> Rows:
    """Return a page as rows; of very long ones only the start of the text is read."""
    parts: list[Rows] = []
    position = 0
    for start, end in _table_spans(html):
        parts.append(text_rows(html, position, start))
        parts.append(TableRows(HtmlTable(html, start, end), extent))
        position = end
    parts.append(text_rows(html, position, len(html)))
    return JoinedRows(parts)


def text_rows(html: str, start: int, end: int) -> StyledRows:
    """Return the text of a part of a page, blocks on lines of their own."""
    writer = _TextWriter()
    for token in tokens(html, start, min(end, start + _MAX_TEXT)):
        if token.tag:
            writer.tag(token.tag, is_end=token.is_end)
        else:
            writer.write(token.text)
    return StyledRows(writer.lines())


def _table_spans(html: str) -> Iterator[tuple[int, int]]:
    """Return where the outermost tables stand; those inside of cells are a part of them."""
    simple = html.find("<table"), html.find("</table")
    if 0 <= simple[0] < simple[1] and html.find("<table", simple[0] + 1) < 0:
        yield simple  # a plain search is several times faster than the pattern
        return
    depth, start, count = 0, 0, 0
    for match in _TABLE.finditer(html):
        if not match[1]:
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth > 0:
            depth -= 1
            if depth == 0:
                yield start, match.start()
                count += 1
        if count >= _MAX_TABLES:
            return
    if depth > 0:
        yield start, len(html)


class _TextWriter:
    """Writes text as a browser without styles would lay it out."""

    # State: the lines so far, the chunks of the open one, the styles that are on, whether white
    # space counts.
    def __init__(self) -> None:
        self._lines: list[VirtLine] = []
        self._open: VirtLine = []
        self._styles: list[str] = []
        self._pre = 0

    def lines(self) -> list[VirtLine]:
        """Return the lines that have text."""
        self._end_line()
        return self._lines

    def tag(self, tag: str, *, is_end: bool) -> None:
        """Take a tag."""
        if tag in _BLOCK_TAGS:
            self._end_line()
        if tag == "pre":
            self._pre = max(0, self._pre + (-1 if is_end else 1))
        elif tag == "li" and not is_end:
            self._open.append(("• ", "NotebookBullet"))
        elif tag == "hr":
            self._lines.append([("─" * 40, "NotebookMarkup")])
        elif tag in {"td", "th"} and not is_end and self._open:
            self._open.append(("  ", PLAIN_HL))
        if tag in _STYLES:
            self._style(_STYLES[tag], is_end=is_end)

    def write(self, text: str) -> None:
        """Take text."""
        hl = self._styles[-1] if self._styles else PLAIN_HL
        if self._pre:
            for index, line in enumerate(text.split("\n")):
                if index:
                    self._end_line()
                self._open.append((clean(line), hl))
            return
        joined = re.sub(r"\s+", " ", text)
        if not self._open or self._open[-1][0].endswith(" "):
            joined = joined.lstrip(" ")
        if joined:
            self._open.append((clean(joined), hl))

    def _style(self, hl: str, *, is_end: bool) -> None:
        if not is_end:
            self._styles = [*self._styles[-_MAX_NESTING:], hl]
        elif hl in self._styles:
            del self._styles[len(self._styles) - 1 - self._styles[::-1].index(hl)]

    def _end_line(self) -> None:
        if self._open:
            text, hl = self._open[-1]
            self._open[-1] = (text.rstrip(" "), hl)
        if any(text.strip() and hl != "NotebookBullet" for text, hl in self._open):
            self._lines.append(self._open)
        self._open = []
