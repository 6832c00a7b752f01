"""What a renderer returns: rows of coloured text, made when they are looked at; knows no output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ipynb_nvim.domain.pen import SGR
from ipynb_nvim.view.sanitize import expand_tabs, without_controls, without_sequences
from ipynb_nvim.view.virt_line import clipped_line, line_of, merged, plain_line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ipynb_nvim.domain.stream_text import StreamText
    from ipynb_nvim.view.virt_line import VirtLine

PLAIN_HL = "NotebookOutput"


class Rows(Protocol):
    """Rows of text from top to bottom; safe to draw, whatever they were made from."""

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row, clipped to ``width`` columns; one chunk at least."""
        ...

    def plain(self, row: int) -> str:
        """Return a row whole and without colours."""
        ...


class TextRows:
    """Terminal text: its SGR codes become groups; the rest is in the group of its row."""

    def __init__(
        self, text: StreamText, hl: str = PLAIN_HL, row_hls: Mapping[int, str] | None = None
    ) -> None:
        """Show ``text``, which stays the caller's and may grow; ``row_hls`` are exceptions."""
        self.text = text
        self._hl = hl
        self._row_hls = row_hls or {}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.text)

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row; the work does not depend on its length."""
        return line_of(self.text, row, self._row_hls.get(row, self._hl), width)

    def plain(self, row: int) -> str:
        """Return a row whole and without colours."""
        return plain_line_of(self.text, row)

    def plains(self, first: int, last: int) -> list[str]:
        """Return many rows as ``plain`` does, a hundred times faster where they are plain text."""
        raw = self.text.lines(first, last)
        joined = "\n".join(raw)
        if "\x1b" in joined:
            joined = SGR.sub("", joined)
            raw = joined.split("\n")
        if joined.replace("\n", "").isprintable():
            return raw
        return [self.plain(row) for row in range(first, last)]


class StyledRows:
    """Rows made at once from chunks that are clean already (see ``clean``)."""

    def __init__(self, lines: Iterable[Sequence[tuple[str, str]]]) -> None:
        """Take lines of (text, highlight group)."""
        self._lines = [merged(line) for line in lines]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._lines)

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row, clipped."""
        return clipped_line(self._lines[row], width) or [("", PLAIN_HL)]

    def plain(self, row: int) -> str:
        """Return a row whole."""
        return "".join(text for text, _ in self._lines[row])


class JoinedRows:
    """Several rows below each other."""

    def __init__(self, parts: Iterable[Rows]) -> None:
        """Take the parts, top to bottom; they must not change any more."""
        self._parts = [part for part in parts if len(part)]

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(map(len, self._parts))

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row, clipped."""
        part, row = self._part(row)
        return part.line(row, width)

    def plain(self, row: int) -> str:
        """Return a row whole."""
        part, row = self._part(row)
        return part.plain(row)

    def _part(self, row: int) -> tuple[Rows, int]:
        for part in self._parts:
            if row < len(part):
                return part, row
            row -= len(part)
        raise IndexError(row)


def clean(text: str) -> str:
    """Return one line of text that is safe to draw: no sequence, control character or tab."""
    if text.isprintable():
        return text
    return expand_tabs(without_controls(SGR.sub("", without_sequences(text))))
