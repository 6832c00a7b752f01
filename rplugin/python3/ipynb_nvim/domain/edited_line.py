"""One line of a terminal that is written over; knows neither other lines nor escape sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipynb_nvim.domain.pen import Pen

# Moving the cursor to the right of a line pads it with spaces up to this column at most.
_MAX_PADDED_COL = 10_000


class Run(NamedTuple):
    """``text[start:end]`` written with one pen; slices are made late, as texts may be long."""

    pen: Pen
    text: str
    start: int
    end: int

    def value(self, max_chars: int | None = None) -> str:
        """Return the characters of the run, at most ``max_chars`` of them."""
        end = self.end if max_chars is None else min(self.end, self.start + max_chars)
        return self.text[self.start : end]

    def split(self, count: int) -> tuple[Run, Run]:
        """Return the first ``count`` characters and the others, without copying."""
        middle = self.start + count
        return self._replace(end=middle), self._replace(start=middle)


class EditedLine:
    """A line with a cursor, as a gap buffer of runs.

    A column is a code point, as in JupyterLab. Writing costs what is written, however long the
    line is: what lies right of the cursor is dropped by moving indices.

        _left, top last      cursor      _right, top last
        [run][run][run]        |         [run][run]
    """

    # State: the runs on both sides of the cursor, and how many characters they have.
    def __init__(self, runs: Iterable[Run]) -> None:
        self._left = list(runs)
        self._right: list[Run] = []
        self._col = sum(run.end - run.start for run in self._left)
        self._rest = 0

    @property
    def width(self) -> int:
        """The number of characters on the line."""
        return self._col + self._rest

    @property
    def col(self) -> int:
        """The column of the cursor."""
        return self._col

    def runs(self) -> Iterator[Run]:
        """Return the runs from left to right."""
        yield from self._left
        yield from reversed(self._right)

    def write(self, col: int, pen: Pen, text: str) -> None:
        """Write ``text`` over what stands at ``col``, padding with spaces up to there."""
        self._move_to(col, pen)
        self._drop_right(len(text))
        self._push_left(Run(pen, text, 0, len(text)))

    def erase_right(self, col: int) -> None:
        """Remove what stands at ``col`` and after it."""
        if col < self.width:
            self._move_within(col)
            self._right.clear()
            self._rest = 0

    def erase_left(self, col: int, pen: Pen) -> None:
        """Blank what stands up to and with ``col``."""
        count = min(col + 1, self.width)
        self.write(0, pen, " " * count)

    def _move_to(self, col: int, pen: Pen) -> None:
        gap = min(col, _MAX_PADDED_COL) - self.width
        self._move_within(min(col, self.width))
        if gap > 0:
            self._push_left(Run(pen, " " * gap, 0, gap))

    def _move_within(self, col: int) -> None:
        while self._col > col:
            self._step_left(self._col - col)
        while self._col < col:
            self._step_right(col - self._col)

    def _step_left(self, count: int) -> None:
        """Move the cursor over at most one run and ``count`` characters."""
        run = self._left.pop()
        size = run.end - run.start
        if size > count:
            kept, run = run.split(size - count)
            self._left.append(kept)
        self._right.append(run)
        self._col -= min(size, count)
        self._rest += min(size, count)

    def _step_right(self, count: int) -> None:
        """Move the cursor over at most one run and ``count`` characters."""
        run = self._right.pop()
        size = run.end - run.start
        if size > count:
            run, kept = run.split(count)
            self._right.append(kept)
        self._left.append(run)
        self._col += min(size, count)
        self._rest -= min(size, count)

    def _drop_right(self, count: int) -> None:
        count = min(count, self._rest)
        self._rest -= count
        while count > 0:
            run = self._right.pop()
            size = run.end - run.start
            if size > count:
                self._right.append(run.split(count)[1])
            count -= min(size, count)

    def _push_left(self, run: Run) -> None:
        if run.end > run.start:
            self._left.append(run)
            self._col += run.end - run.start
