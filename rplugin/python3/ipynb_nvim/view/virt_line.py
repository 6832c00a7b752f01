"""One line of terminal text as coloured chunks to draw; knows no outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.pen import SGR
from ipynb_nvim.view.ansi import group_of, segments
from ipynb_nvim.view.sanitize import (
    clip,
    expand_tabs,
    width_of,
    without_controls,
    without_sequences,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipynb_nvim.domain.pen import Pen
    from ipynb_nvim.domain.stream_text import StreamText

# (text, highlight group) from left to right, as virt_lines wants it (:h nvim_buf_set_extmark).
VirtLine = list[tuple[str, str]]

MORE_HL = "NotebookOutputMore"
# What the plugin says beside an output, where no line is missing.
NOTE_HL = "NotebookOutputNote"

# Characters looked at per column that may be drawn: room for SGR sequences and combining marks.
_CHARS_PER_COL = 16


def line_of(lines: StreamText, row: int, hl: str, width: int) -> VirtLine:
    """Return a line of at most ``width`` columns, its plain text in group ``hl``.

    It has one chunk at least. What does not fit is cut off and marked with ``…``; the work does
    not depend on the length of the line.
    """
    max_chars = (max(width, 1) + 1) * _CHARS_PER_COL
    text = lines.line(row, max_chars)
    chunks = merged(_chunks(text, lines.pen_at(row), hl))
    return clipped_line(chunks, width, is_cut=len(text) == max_chars) or [("", hl)]


def clipped_line(chunks: VirtLine, width: int, *, is_cut: bool = False) -> VirtLine:
    """Return a line of at most ``width`` columns; what was cut off is marked with ``…``."""
    if is_cut or sum(width_of(part) for part, _ in chunks) > width:
        return [*_clipped(chunks, width - 1), ("…", MORE_HL)]
    return chunks


def plain_line_of(lines: StreamText, row: int) -> str:
    """Return a whole line without colours."""
    text = SGR.sub("", without_sequences(lines.line(row)))
    return expand_tabs(without_controls(text))


def _chunks(text: str, pen: Pen, hl: str) -> Iterator[tuple[str, str]]:
    col = 0
    for part, part_pen in segments(without_sequences(text), pen):
        shown = without_controls(part)
        if "\t" in text:
            shown = expand_tabs(shown, col)
            col += width_of(shown)
        yield shown, group_of(part_pen, hl)


def merged(chunks: Iterable[tuple[str, str]]) -> VirtLine:
    """Join neighbours of one group: what is drawn is sent and stored chunk by chunk."""
    line: VirtLine = []
    for text, hl in chunks:
        if line and line[-1][1] == hl:
            line[-1] = (line[-1][0] + text, hl)
        elif text:
            line.append((text, hl))
    return line


def _clipped(chunks: VirtLine, cols: int) -> Iterator[tuple[str, str]]:
    for text, hl in chunks:
        shown = clip(text, max(cols, 0))
        cols -= width_of(shown)
        if shown:
            yield shown, hl
        if shown != text:
            return
