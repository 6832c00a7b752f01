"""A cell's whole output in steps, as it grows: what changed since the last one; knows no buffer.

::

    rows of the output   0 ......... head | ........... | last _TAIL rows
    lines in the window  0 ......... head | one note    | last _TAIL rows

A very long output has its first and its last rows here; all of it is for a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.view.output_view import whole_blocks
from ipynb_nvim.view.rows import PLAIN_HL, TextRows
from ipynb_nvim.view.virt_line import MORE_HL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.domain.widgets import Widgets
    from ipynb_nvim.view.output_view import Block
    from ipynb_nvim.view.virt_line import VirtLine

# Rows and characters that a window has of one output at most; columns of one of its lines.
_HEAD_ROWS, _HEAD_CHARS, _COLUMNS = 100_000, 20_000_000, 1_000_000
_TAIL = 200
# What one step may have, so that neither end is held up.
_STEP_ROWS, _STEP_CHARS = 2000, 150_000

# Where each highlight group of a line starts and ends, in bytes: start, end, group, start, ...
Spans = list["int | str"]


@dataclass(frozen=True)
class Step:
    """Lines that replace all from line ``first`` on; more follow unless ``is_last``."""

    first: int
    lines: list[str]
    spans: list[Spans]
    is_last: bool


@dataclass(frozen=True)
class _Sent:
    """What was known of one output when its lines were last looked at."""

    key: object
    size: int
    final: int
    feeds: int


class OutputFeed:
    """The steps for one reader of one cell's outputs."""

    # State: what was known of each output at the last step, how many lines of the window are as
    # they should be, how many characters they have, how many rows the head has once it is known,
    # and what the note said.
    def __init__(
        self, area: OutputArea, widgets: Widgets | None = None, custom_mimes: tuple[str, ...] = ()
    ) -> None:
        self._area = area
        self._known: list[_Sent] = []
        self._valid = 0
        self._chars = 0
        self._head = _HEAD_ROWS
        self._size = 0
        self._place = ""
        self._widgets = widgets
        self._custom_mimes = custom_mimes

    @property
    def is_cut(self) -> bool:
        """Whether there is more than the window gets."""
        return self._size > self._head + _TAIL

    def say_place(self, place: str) -> None:
        """Say in the note where all of the output is."""
        self._place = place
        self._valid = min(self._valid, self._head)

    def step(self, area: OutputArea) -> Step:
        """Return the next lines; ``area`` is what the cell has now."""
        if area is not self._area:
            self._area, self._known, self._valid, self._chars = area, [], 0, 0
            self._head = _HEAD_ROWS
        blocks = whole_blocks(area, self._widgets, self._custom_mimes)
        self._look(blocks)
        first = self._valid
        count = self._size if not self.is_cut else self._head + 1 + _TAIL
        lines: list[str] = []
        spans: list[Spans] = []
        chars = 0
        for line in self._lines(blocks, first, min(count, first + _STEP_ROWS)):
            text, marks = _with_spans(line)
            lines.append(text)
            spans.append(marks)
            chars += len(text)
            if chars > _STEP_CHARS:
                break
        self._valid = first + len(lines)
        self._chars += chars
        if self._chars > _HEAD_CHARS and self._valid < self._head:
            self._head = self._valid
            count = min(count, self._head + 1 + _TAIL)
        return Step(first, lines, spans, self._valid >= count)

    def _look(self, blocks: list[Block]) -> None:
        """Find the first row that may differ from what was sent."""
        was_cut, size_before = self.is_cut, self._size
        row, dirty = 0, None
        known: list[_Sent] = []
        for index, block in enumerate(blocks):
            now = _known(block)
            before = self._known[index] if index < len(self._known) else None
            known.append(now)
            if dirty is None and (before is None or before.key is not now.key):
                dirty = row
            elif dirty is None and before is not None and before != now:
                dirty = row + min(before.final, now.final, before.size)
            row += now.size
        if dirty is None and row != size_before:
            dirty = row
        self._known, self._size = known, row
        if dirty is not None:
            self._valid = min(self._valid, dirty)
            if was_cut or self.is_cut:
                self._valid = min(self._valid, self._head)

    def _lines(self, blocks: list[Block], first: int, last: int) -> Iterator[VirtLine]:
        if not self.is_cut:
            yield from _rows(blocks, first, last)
            return
        yield from _rows(blocks, first, min(last, self._head))
        if first <= self._head < last:
            hidden = self._size - self._head - _TAIL
            yield [
                (
                    f"… {hidden:,} more lines{self._place and f' — all of it: {self._place}'}",
                    MORE_HL,
                )
            ]
        skipped = self._size - _TAIL - self._head - 1
        yield from _rows(blocks, max(first, self._head + 1) + skipped, last + skipped)


def _known(block: Block) -> _Sent:
    rows = block.rows
    if isinstance(rows, TextRows) and not block.has_prompt:
        return _Sent(rows.text, len(block), rows.text.final_count, rows.text.feed_count)
    return _Sent(block, len(block), len(block), 0)


def _rows(blocks: list[Block], first: int, last: int) -> Iterator[VirtLine]:
    start = 0
    for block in blocks:
        size = len(block)
        if start >= last:
            return
        for row in range(max(first - start, 0), min(last - start, size)):
            yield block.line(row, _COLUMNS)
        start += size


def _with_spans(line: VirtLine) -> tuple[str, Spans]:
    spans: Spans = []
    col = 0
    for text, hl in line:
        end = col + (len(text) if text.isascii() else len(text.encode("utf-8", "replace")))
        if hl != PLAIN_HL:
            spans += [col, end, hl]
        col = end
    return "".join(text for text, _ in line), spans
