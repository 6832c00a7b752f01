"""Places in a cell's code: rows and code points for the editor, one offset for the kernel."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Place:
    """``row`` is 0-based; ``offset`` counts the code points before it in that line."""

    row: int
    offset: int


class CodeText:
    """Code as lines and as the one text that a kernel takes (messaging 5.4, cursor_pos)."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Hold ``lines``, which have no newline."""
        # Mutable state: none.
        self.code = "\n".join(lines)
        self._starts = [0, *accumulate(len(line) + 1 for line in lines)][: max(1, len(lines))]

    def cursor_pos(self, place: Place) -> int:
        """Return the place as an offset in ``code``, within bounds."""
        row = min(place.row, len(self._starts) - 1)
        return min(self._starts[row] + place.offset, len(self.code))

    def place(self, cursor_pos: int) -> Place:
        """Return an offset in ``code`` as a place."""
        offset = max(0, min(cursor_pos, len(self.code)))
        row = bisect_right(self._starts, offset) - 1
        return Place(row, offset - self._starts[row])
