"""One line of terminal text as coloured chunks to draw; knows no outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.view.ansi import group_of, segments
from ipynb_nvim.view.sanitize import (
    clip,
    expand_tabs,
    width_of,
    without_controls,
    without_sequences,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.stream_text import StreamText

# (text, highlight group) from left to right, as virt_lines wants it (:h nvim_buf_set_extmark).
VirtLine = list[tuple[str, str]]

MORE_HL = "NotebookOutputMore"

# Characters looked at per column that may be drawn: room for SGR sequences and combining marks.
_CHARS_PER_COL = 16


def line_of(lines: StreamText, row: int, hl: str, width: int | None) -> VirtLine:
    """Return one line, its plain text in group ``hl``; a line has one chunk at least.

    With a ``width``, what does not fit is cut off and marked with ``…``, and the work does not
    depend on the length of the line.
    """
    if width is None:
        return _merged(_chunks(lines, row, hl, None)) or [("", hl)]
    max_chars = (max(width, 1) + 1) * _CHARS_PER_COL
    chunks = _merged(_chunks(lines, row, hl, max_chars))
    is_cut = len(lines.line(row, max_chars)) == max_chars
    if is_cut or sum(width_of(text) for text, _ in chunks) > width:
        chunks = [*_clipped(chunks, width - 1), ("…", MORE_HL)]
    return chunks or [("", hl)]


def _chunks(
    lines: StreamText, row: int, hl: str, max_chars: int | None
) -> Iterator[tuple[str, str]]:
    text = without_sequences(lines.line(row, max_chars))
    col = 0
    for part, pen in segments(text, lines.pen_at(row)):
        shown = expand_tabs(without_controls(part), col)
        col += width_of(shown)
        yield shown, group_of(pen, hl)


def _merged(chunks: Iterator[tuple[str, str]]) -> VirtLine:
    """Join neighbours of one group: what is drawn is sent and stored chunk by chunk."""
    merged: VirtLine = []
    for text, hl in chunks:
        if merged and merged[-1][1] == hl:
            merged[-1] = (merged[-1][0] + text, hl)
        elif text:
            merged.append((text, hl))
    return merged


def _clipped(chunks: VirtLine, cols: int) -> Iterator[tuple[str, str]]:
    for text, hl in chunks:
        shown = clip(text, max(cols, 0))
        cols -= width_of(shown)
        if shown:
            yield shown, hl
        if shown != text:
            return
