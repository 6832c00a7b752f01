"""The picture of Neovim's screen that its UI events describe (:h ui-linegrid)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Highlight:
    """How one screen cell looks; ``groups`` names the highlight groups, lowest first.

    ``terminal`` is how it looks with terminal colours: 0 to 255 as foreground and background.
    """

    attributes: dict[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    terminal: dict[str, Any] = field(default_factory=dict)

    @property
    def foreground(self) -> int | None:
        """The text colour as 0xRRGGBB, None where it is the default."""
        return self.attributes.get("foreground")

    @property
    def background(self) -> int | None:
        """The background colour as 0xRRGGBB, None where it is the default."""
        return self.attributes.get("background")


@dataclass(frozen=True)
class Frame:
    """What a person sees between two flushes; ``drawn_rows`` are those Neovim has sent again."""

    rows: tuple[str, ...]
    cursor: tuple[int, int]
    drawn_rows: frozenset[int]


class Screen:
    """The one grid of a UI without ``ext_multigrid``: floats are drawn into it by Neovim."""

    # Mutable state: the grid (texts and highlight ids by row), the highlights by id, the
    # cursor, the mode's name, the default colours, the number of flushes seen, and the frames.

    def __init__(self) -> None:
        self._texts: list[list[str]] = []
        self._hl_ids: list[list[int]] = []
        self._highlights: dict[int, Highlight] = {0: Highlight()}
        self.default_colors: tuple[int, int, int] = (-1, -1, -1)
        self.cursor: tuple[int, int] = (0, 0)
        self._next_cursor = self.cursor
        self.mode = "normal"
        self.flush_count = 0
        self.frames: list[Frame] | None = None  # a list: collects them
        self._drawn_rows: set[int] = set()
        self._handlers = {
            name.removeprefix("_on_"): getattr(self, name)
            for name in dir(type(self))
            if name.startswith("_on_")
        }

    def redraw(self, events: list[list[Any]]) -> bool:
        """Apply the events of one ``redraw`` notification; tell whether it ends in a flush."""
        is_flushed = False
        for event in events:
            handler = self._handlers.get(event[0])
            if event[0] == "flush":
                is_flushed = True
                self.flush_count += 1
                self.cursor = self._next_cursor  # before, it is where Neovim draws
                self._keep_frame()
            if handler is not None:
                for arguments in event[1:]:
                    handler(*arguments)
        return is_flushed

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return len(self._texts[0]) if self._texts else 0, len(self._texts)

    def rows(self) -> list[str]:
        """Return the text of every screen row, without trailing blanks."""
        return ["".join(row).rstrip() for row in self._texts]

    def row_text(self, row: int) -> str:
        """Return the text of one screen row, without trailing blanks."""
        return "".join(self._texts[row]).rstrip()

    def cell_text(self, row: int, col: int) -> str:
        """Return the text of one screen cell ('' in the right half of a wide character)."""
        return self._texts[row][col]

    def col_of(self, row: int, offset: int) -> int:
        """Return the screen column where the code point ``offset`` of a row's text stands."""
        col = 0
        while offset > 0:
            offset -= len(self._texts[row][col])
            col += 1
        while not self._texts[row][col]:
            col += 1  # the right half of a wide character
        return col

    def highlight_at(self, row: int, col: int) -> Highlight:
        """Return the look of one screen cell."""
        return self._highlights[self._hl_ids[row][col]]

    def _keep_frame(self) -> None:
        if self.frames is not None:
            rows = tuple(self.rows())
            self.frames.append(Frame(rows, self.cursor, frozenset(self._drawn_rows)))
        self._drawn_rows.clear()

    def _on_grid_resize(self, _grid: int, width: int, height: int) -> None:
        old_texts, old_hl_ids = self._texts, self._hl_ids
        self._texts = [_fit(row, width, " ") for row in old_texts[:height]]
        self._hl_ids = [_fit(row, width, 0) for row in old_hl_ids[:height]]
        while len(self._texts) < height:
            self._texts.append([" "] * width)
            self._hl_ids.append([0] * width)

    def _on_grid_clear(self, _grid: int) -> None:
        for row, texts in enumerate(self._texts):
            self._texts[row] = [" "] * len(texts)
            self._hl_ids[row] = [0] * len(texts)

    def _on_grid_line(
        self, _grid: int, row: int, col: int, cells: list[list[Any]], _wrap: bool = False
    ) -> None:
        self._drawn_rows.add(row)
        texts, hl_ids = self._texts[row], self._hl_ids[row]
        hl_id = 0
        for cell in cells:
            if len(cell) > 1:
                hl_id = cell[1]
            count = cell[2] if len(cell) > 2 else 1
            texts[col : col + count] = [cell[0]] * count
            hl_ids[col : col + count] = [hl_id] * count
            col += count

    def _on_grid_scroll(  # the event's own signature
        self, _grid: int, top: int, bot: int, left: int, right: int, count: int, _cols: int
    ) -> None:
        targets = range(top, bot - count) if count > 0 else range(bot - 1, top - count - 1, -1)
        for row in targets:
            self._texts[row][left:right] = self._texts[row + count][left:right]
            self._hl_ids[row][left:right] = self._hl_ids[row + count][left:right]

    def _on_grid_cursor_goto(self, _grid: int, row: int, col: int) -> None:
        self._next_cursor = (row, col)

    def _on_hl_attr_define(
        self, hl_id: int, rgb: dict[str, Any], cterm: dict[str, Any], info: list[dict[str, Any]]
    ) -> None:
        names = (entry.get("hi_name") or entry.get("ui_name") or "" for entry in info)
        self._highlights[hl_id] = Highlight(rgb, tuple(name for name in names if name), cterm)

    def _on_default_colors_set(
        self, foreground: int, background: int, special: int, *_: int
    ) -> None:
        self.default_colors = (foreground, background, special)

    def _on_mode_change(self, mode: str, _index: int) -> None:
        self.mode = mode


def _fit(row: list[Any], width: int, blank: object) -> list[Any]:
    return row[:width] + [blank] * (width - len(row))
