"""The text of an output as a terminal would leave it; knows neither outputs nor drawing.

Text comes in chunks and costs what is new. Carriage returns, backspaces, and the codes that
move the cursor or erase are carried out; SGR sequences and everything else stay in the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipynb_nvim.domain.edited_line import EditedLine, Run
from ipynb_nvim.domain.pen import PLAIN, SGR, Pen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How far up the cursor can go, as on a screen of that height. Lines above it are final.
SCREEN_ROWS = 100

# What moves the cursor or erases: \r, \b, and the CSI sequences that _control knows.
_CONTROL = re.compile(r"[\r\x08]|\x1b\[(\d{0,6})([ABCDGK])")
# Its sequences alone are found several times as fast, as each begins alike.
_CONTROL_SEQUENCE = re.compile(r"\x1b\[\d{0,6}[ABCDGK]")

# The start of a sequence that the next chunk may complete, and how long it can be.
_INCOMPLETE = re.compile(r"\x1b(?:\[[0-?]{0,64})?\Z")
_MAX_INCOMPLETE = len("\x1b[") + 64

# CSI sequences but SGR have no column, and mean nothing here.
_COLUMNLESS = re.compile(r"(?!\x1b\[[0-9;:]{0,64}m)\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]")

# The last sequence of a line, if it is no reset: most lines put the pen back, each by itself.
_OPEN_LINE = re.compile(r"\x1b(?!\[0?m)[^\x1b\n]*\n")

# A line that shows nothing: white space and CSI sequences.
_BLANK = re.compile(r"(?:\s|\x1b\[[0-?]*[ -/]*[@-~])*")
_MAX_BLANK = 1000


class StreamText:
    r"""Lines of text that grow at a cursor.

    The common case, a program that only prints, never leaves the plain path: the cursor stands
    at the end of the last line, and text is split at ``\n`` and kept. A line is made an
    ``EditedLine`` when it is first written over.

        _lines    final or plain lines, as str   row 0 .. _bottom-1
        _tail     the last line's chunks         row _bottom
        _edited   lines written over, by row; they stand for the str in their row
    """

    # State: the lines as drawn above; the pen at the start of each row, where it is not the
    # default one; the cursor (_col None: at the end of the plain last line); the pen now; the
    # start of a sequence whose rest is still to come; whether the last line counts, if known;
    # the number of chunks.
    def __init__(self, text: str = "") -> None:
        self._lines: list[str] = []
        self._tail: list[str] = []
        self._edited: dict[int, EditedLine] = {}
        self._pens: dict[int, Pen] = {}
        self._row = 0
        self._col: int | None = None
        self._pen = PLAIN
        self._incomplete = ""
        self._is_last_counted: bool | None = None
        self._feed_count = 0
        self.feed(text)

    def __len__(self) -> int:
        """Return the number of lines; a last line that shows nothing does not count."""
        if self._is_last_counted is None:
            self._is_last_counted = self._has_last_line()
        return len(self._lines) + self._is_last_counted

    def feed(self, text: str) -> None:
        """Add ``text`` at the cursor, carrying out the control codes in it."""
        self._is_last_counted = None
        self._feed_count += 1
        text = self._hold_back(self._incomplete + text)
        if not ("\r" in text or "\b" in text or _CONTROL_SEQUENCE.search(text)):
            self._write(text)
            return
        position = 0
        for match in _CONTROL.finditer(text):
            self._write(text[position : match.start()])
            self._control(match)
            position = match.end()
        self._write(text[position:])

    def text(self) -> str:
        r"""Return all text, lines joined by ``\n``: what is saved."""
        lines = [*self._lines, "".join(self._tail)]
        for row in self._edited:
            lines[row] = self.line(row)
        return "\n".join(lines) + self._incomplete

    def line(self, row: int, max_chars: int | None = None) -> str:
        """Return a line with its SGR sequences, cut after about ``max_chars`` characters.

        The line starts with ``pen_at(row)``. The work is bounded by ``max_chars``.
        """
        if row in self._edited:
            return _clipped(self._edited_parts(row, max_chars), max_chars)
        if row == self._bottom:
            return _clipped(self._tail, max_chars)
        return self._lines[row] if max_chars is None else self._lines[row][:max_chars]

    def lines(self, first: int, last: int) -> list[str]:
        """Return lines ``first`` to ``last`` (exclusive), as ``line`` does."""
        is_final = last <= self.final_count
        return self._lines[first:last] if is_final else [*map(self.line, range(first, last))]

    def pen_at(self, row: int) -> Pen:
        """Return the pen that a line starts with."""
        return self._pens.get(row, PLAIN)

    @property
    def final_count(self) -> int:
        """The number of lines, from the top, that no control code can change any more."""
        return max(0, self._bottom - SCREEN_ROWS)

    @property
    def feed_count(self) -> int:
        """The number of chunks so far: while it is the same, so is every line."""
        return self._feed_count

    @property
    def _bottom(self) -> int:
        return len(self._lines)

    def _has_last_line(self) -> bool:
        # A few rows' worth tells: programs leave spaces and codes behind when they erase.
        return _BLANK.fullmatch(self.line(self._bottom, _MAX_BLANK)) is None

    def _hold_back(self, text: str) -> str:
        match = _INCOMPLETE.search(text, max(0, len(text) - _MAX_INCOMPLETE))
        self._incomplete = match[0] if match else ""
        return text[: match.start()] if match else text

    def _write(self, text: str) -> None:
        r"""Write text that may have ``\n`` and SGR sequences, but no control of the cursor."""
        while text and self._col is not None:
            part, newline, text = text.partition("\n")
            self._overwrite(self._col, part)
            if newline:
                self._next_line()
        if text:
            self._append(text)

    def _append(self, text: str) -> None:
        """Write at the end of the plain last line."""
        first, *rest = text.split("\n")
        self._tail.append(first)
        if not rest:
            self._pen = self._pen.after(text)
            return
        start = self._bottom
        self._lines.append("".join(self._tail))
        self._lines.extend(rest[:-1])
        self._tail = [rest[-1]]
        self._row = self._bottom
        if self._pen != PLAIN or "\x1b[" in text:
            self._track_pens(start, text, [first, *rest])
        self._settle(start)

    def _track_pens(self, row: int, text: str, parts: list[str]) -> None:
        """Note the pen at the start of each row after ``row``, in which ``parts`` of text begin."""
        if self._pen == PLAIN and _OPEN_LINE.search(text) is None:
            self._pen = self._pen.after(parts[-1])
            return
        for part in parts[:-1]:
            self._pen = self._pen.after(part)
            row += 1
            if self._pen != PLAIN:
                self._pens[row] = self._pen
        self._pen = self._pen.after(parts[-1])

    def _overwrite(self, col: int, text: str) -> None:
        r"""Write text without ``\n`` at a cursor that is not at the end of a plain line."""
        if not text:
            return
        line = self._edit(self._row)
        for run in _runs(text, self._pen):
            line.write(col, run.pen, run.value())
            col = line.col
        self._pen = self._pen.after(text)
        self._col = col

    def _next_line(self) -> None:
        if self._row < self._bottom:
            self._row += 1
            self._col = 0
            return
        self._lines.append("".join(self._tail))
        self._tail = []
        self._row = self._bottom
        self._col = None
        if self._pen != PLAIN:
            self._pens[self._row] = self._pen
        self._settle(self._row - 1)

    def _settle(self, bottom: int) -> None:
        """Make lines plain again that left the screen since its last row was ``bottom``."""
        first = max(0, bottom - SCREEN_ROWS)
        last = min(bottom, self._bottom - SCREEN_ROWS - 1)
        for row in range(first, last + 1):
            if row in self._edited:
                self._lines[row] = self.line(row)
                del self._edited[row]

    def _edit(self, row: int) -> EditedLine:
        line = self._edited.get(row)
        if line is None:
            line = EditedLine(_runs(self.line(row), self.pen_at(row)))
            self._edited[row] = line
            if row == self._bottom:
                self._tail = []
        return line

    def _edited_parts(self, row: int, max_chars: int | None = None) -> Iterator[str]:
        """Return an edited line's text, leading from its own first pen to the next line's."""
        pen = self.pen_at(row)
        for run in self._edited[row].runs():
            yield pen.sequence_to(run.pen)
            yield run.value(max_chars)
            pen = run.pen
        yield pen.sequence_to(self._pen if row == self._bottom else self.pen_at(row + 1))

    def _control(self, match: re.Match[str]) -> None:
        if match[0] == "\r":
            self._return()
            return
        if match[2] == "K":
            self._erase(match[1])
            return
        col = self._edit(self._row).width if self._col is None else self._col
        count = int(match[1] or 1) or 1
        row, col = _moved(self._row, col, "D" if match[0] == "\b" else match[2], count)
        self._row = min(max(row, self._bottom - SCREEN_ROWS, 0), self._bottom)
        self._col = max(col, 0)

    def _return(self) -> None:
        # \r\n must not make the line an edited one: its codes stay as they were written.
        if self._col is not None or any(self._tail):
            self._col = 0

    def _erase(self, mode: str) -> None:
        is_right = mode in {"", "0"}
        if is_right and self._col is None:
            return
        line = self._edit(self._row)
        col = line.width if self._col is None else self._col
        if is_right:
            line.erase_right(col)
        elif mode == "1":
            line.erase_left(col, PLAIN)
        elif mode == "2":
            line.erase_right(0)
        self._col = col


def _moved(row: int, col: int, final: str, count: int) -> tuple[int, int]:
    """Return where the CSI sequence with the letter ``final`` moves the cursor."""
    match final:
        case "A":
            return row - count, col
        case "B":
            return row + count, col
        case "C":
            return row, col + count
        case "D":
            return row, col - count
        case _:  # G: a column, from 1
            return row, count - 1


def _runs(text: str, pen: Pen) -> Iterator[Run]:
    """Split a line at its SGR sequences; others have no place in its columns."""
    text = _COLUMNLESS.sub("", text) if "\x1b" in text else text
    position = 0
    for match in SGR.finditer(text):
        if match.start() > position:
            yield Run(pen, text, position, match.start())
        pen = pen.apply(match[1])
        position = match.end()
    if position < len(text):
        yield Run(pen, text, position, len(text))


def _clipped(parts: Iterable[str], max_chars: int | None) -> str:
    if max_chars is None:
        return "".join(parts)
    taken: list[str] = []
    for part in parts:
        taken.append(part[:max_chars])
        max_chars -= len(taken[-1])
        if max_chars <= 0:
            break
    return "".join(taken)
