"""Markdown that a cell put out, as readable rows; knows no cells of markdown.

Read line by line in linear time: no text can hold it up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipynb_nvim.view.latex import latex_text
from ipynb_nvim.view.markdown_table import take_table
from ipynb_nvim.view.markdown_text import inline_chunks
from ipynb_nvim.view.rows import PLAIN_HL, StyledRows, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.view.markdown_text import ReadFormula
    from ipynb_nvim.view.virt_line import VirtLine

_MAX_CHARS = 262_144
_MAX_LINES = 20_000
# Formulas that are read; each takes a millisecond.
_MAX_FORMULAS = 100
_MATH_HL = "NotebookMath"
_RULE_WIDTH = 40

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w+-]*)")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
_QUOTE = re.compile(r" {0,3}>\s?(.*)$")
_MATH_START = re.compile(r"\s*(?:\$\$|\\\[|\\begin\{[a-z]+\*?\})")
_MATH_END = re.compile(r"(?:\$\$|\\\]|\\end\{[a-z]+\*?\})\s*$")


def markdown_rows(text: str) -> StyledRows:
    """Return the rows of a text; only the start of a very long one is read."""
    return StyledRows(_Reader(text[:_MAX_CHARS].split("\n")[:_MAX_LINES]).lines())


def latex_rows(text: str) -> StyledRows:
    """Return a formula as rows."""
    source = text.strip("\n")
    return StyledRows([[(clean(line), _MATH_HL)] for line in latex_text(source).split("\n")])


class _Reader:
    """Turns source lines into drawn ones, block by block."""

    # State: the source, the row that is read next, how many formulas there were,
    # what is drawn so far.
    def __init__(self, source: Sequence[str]) -> None:
        self._source = source
        self._row = 0
        self._formulas = 0
        self._lines: list[VirtLine] = []

    def lines(self) -> list[VirtLine]:
        """Read it all."""
        while self._row < len(self._source):
            self._block(self._source[self._row])
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return self._lines

    def _block(self, line: str) -> None:
        if fence := _FENCE.match(line):
            self._code(fence[1], fence[2])
        elif _MATH_START.match(line):
            self._math()
        elif table := take_table(self._source, self._row, self._read):
            lines, self._row = table
            self._lines += lines
        else:
            self._row += 1
            self._lines.append(_line(line, self._read))

    def _code(self, fence: str, language: str) -> None:
        self._row += 1
        if language:
            self._lines.append([(clean(language), "NotebookCodeLabel")])
        while self._row < len(self._source):
            line = self._source[self._row]
            self._row += 1
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                return
            self._lines.append([(f"  {clean(line)}", "NotebookInlineCode")])

    def _math(self) -> None:
        first = self._row
        is_one_line = bool(_MATH_END.search(self._source[first].strip()[2:]))
        while not is_one_line and self._row + 1 < len(self._source):
            self._row += 1
            if _MATH_END.search(self._source[self._row]) or self._row - first > 100:  # noqa: PLR2004 (no formula)
                break
        self._row += 1
        formula = self._read("\n".join(self._source[first : self._row]))
        self._lines += [[(f"  {clean(line)}", _MATH_HL)] for line in formula.split("\n")]

    def _read(self, source: str) -> str:
        """Read a formula, unless there were too many of them."""
        self._formulas += 1
        return latex_text(source) if self._formulas <= _MAX_FORMULAS else source


def _line(line: str, read: ReadFormula) -> VirtLine:
    if heading := _HEADING.match(line):
        return inline_chunks(heading[2], f"NotebookHeading{len(heading[1])}", read)
    if _RULE.match(line):
        return [("─" * _RULE_WIDTH, "NotebookMarkup")]
    if quote := _QUOTE.match(line):
        return [("▎ ", "NotebookQuoteMark"), *inline_chunks(quote[1], "NotebookQuote", read)]
    if item := _ITEM.match(line):
        return [
            (item[1].expandtabs(4), PLAIN_HL),
            *_bullet(item),
            *inline_chunks(item[4], PLAIN_HL, read),
        ]
    return inline_chunks(line.rstrip(), PLAIN_HL, read)


def _bullet(item: re.Match[str]) -> VirtLine:
    if item[3] is not None:
        is_done = item[3] in "xX"
        return [("☑ ", "NotebookTaskDone")] if is_done else [("☐ ", "NotebookTask")]
    sign = "•" if item[2] in "-*+" else item[2]
    return [(f"{sign} ", "NotebookBullet")]
