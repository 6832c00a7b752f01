"""Draws a screen of the test harness as an SVG picture; knows nothing of notebooks.

Lines and blocks are drawn as shapes: in a font they would leave gaps between the cells, each
font other ones. Text is stretched to the grid, so it stays aligned in whatever font there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.screen import Screen

WIDTH, HEIGHT, FONT_SIZE, BASELINE = 8.4, 18, 14, 13.2
MARGIN = 12
LINE, HEAVY_LINE = 1.2, 2.4
FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

# Which way lines go from the middle of their cell: Left, Right, Up, Down.
CHARACTERS = {
    "LR": "─━╌",
    "UD": "│┃",
    "L": "╴",
    "R": "╶",
    "U": "╵",
    "D": "╷",
    "RD": "┌╭",
    "LD": "┐╮",
    "RU": "└╰",
    "LU": "┘╯",
    "UDR": "├╞",
    "UDL": "┤╡",
    "LRD": "┬",
    "LRU": "┴",
    "LRUD": "┼╪",
}
ARMS = {char: arms for arms, chars in CHARACTERS.items() for char in chars}
# What part of its cell a block fills: x, y, width, height.
BLOCKS = {
    "█": (0, 0, 1, 1),
    "▀": (0, 0, 1, 1 / 2),
    "▔": (0, 0, 1, 1 / 8),
    "▐": (1 / 2, 0, 1 / 2, 1),
    **{char: (0, 1 - n / 8, 1, n / 8) for n, char in enumerate("▁▂▃▄▅▆▇", 1)},
    **{char: (0, 0, n / 8, 1) for n, char in enumerate("▏▎▍▌▋▊▉", 1)},
}


@dataclass(frozen=True)
class Look:
    """How a cell of the screen is drawn, all colours known."""

    foreground: int
    background: int
    is_bold: bool = False
    is_italic: bool = False
    line_below: int | None = None
    is_struck: bool = False


@dataclass(frozen=True)
class Run:
    """Cells of one row side by side that look the same."""

    row: int
    col: int
    texts: tuple[str, ...]
    look: Look

    @property
    def x(self) -> float:
        """Left edge in the picture."""
        return MARGIN + self.col * WIDTH

    @property
    def y(self) -> float:
        """Top edge in the picture."""
        return MARGIN + self.row * HEIGHT


def colour(value: int) -> str:
    """Return a colour as SVG writes it."""
    text = f"{value:06x}"
    return "#" + (text[::2] if text[::2] == text[1::2] else text)


def number(value: float) -> str:
    """Return a coordinate, short."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def look_at(screen: Screen, row: int, col: int) -> Look:
    """Return the look of one cell, the block cursor included."""
    attributes = screen.highlight_at(row, col).attributes
    default_foreground, default_background, _ = screen.default_colors
    foreground = attributes.get("foreground", default_foreground)
    background = attributes.get("background", default_background)
    is_cursor = screen.cursor == (row, col) and screen.mode == "normal"
    if attributes.get("reverse", False) != is_cursor:
        foreground, background = background, foreground
    has_line = attributes.get("underline") or attributes.get("undercurl")
    return Look(
        foreground,
        background,
        attributes.get("bold", False),
        attributes.get("italic", False),
        attributes.get("special", foreground) if has_line else None,
        attributes.get("strikethrough", False),
    )


def runs(screen: Screen) -> Iterator[Run]:
    """Yield the screen row by row, cut where the look changes."""
    width, height = screen.size
    for row in range(height):
        looks = [look_at(screen, row, col) for col in range(width)]
        start = 0
        for col in range(1, width + 1):
            if col == width or looks[col] != looks[start]:
                texts = tuple(screen.cell_text(row, one) for one in range(start, col))
                yield Run(row, start, texts, looks[start])
                start = col


def pieces(run: Run) -> Iterator[Run]:
    """Cut a run into plain text, repeated shapes and single symbols; leave out blanks."""
    start = 0
    while start < len(run.texts):
        first, end = run.texts[start], start + 1
        if first in ARMS or first in BLOCKS:
            while end < len(run.texts) and run.texts[end] == first:
                end += 1
        elif first.isascii() and first:
            while end < len(run.texts) and run.texts[end].isascii() and run.texts[end]:
                end += 1
        texts = run.texts[start:end]
        text = "".join(texts)
        if text.strip():
            blanks = len(text) - len(text.lstrip()) if text.isascii() else 0
            texts = tuple(text.strip()) if text.isascii() else texts
            yield Run(run.row, run.col + start + blanks, texts, run.look)
        start = end


def rectangle(x: float, y: float, width: float, height: float, fill: int) -> str:
    """Return a filled rectangle."""
    size = f'width="{number(width)}" height="{number(height)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} fill="{colour(fill)}"/>'


def lines(piece: Run) -> str:
    """Return the path of box-drawing lines; equal ones side by side are one line."""
    char, count = piece.texts[0], len(piece.texts)
    x, y, middle = piece.x, piece.y, piece.y + HEIGHT / 2
    arms, path = ARMS[char], ""
    if arms == "LR":
        path = f"M{number(x)} {number(middle)}h{number(count * WIDTH)}"
    else:
        for n in range(count):
            centre = f"M{number(x + (n + 0.5) * WIDTH)} {number(middle)}"
            steps = {"L": f"h-{WIDTH / 2}", "R": f"h{WIDTH / 2}", "U": f"V{number(y)}"}
            steps["D"] = f"V{number(y + HEIGHT)}"
            path += "".join(centre + steps[arm] for arm in arms)
    width = HEAVY_LINE if char in "━┃" else LINE
    dash = ' stroke-dasharray="2.8 1.4"' if char == "╌" else ""
    return (
        f'<path d="{path}" stroke="{colour(piece.look.foreground)}" stroke-width="{width}"{dash}/>'
    )


def blocks(piece: Run) -> str:
    """Return the rectangles of block characters; those of full width are one."""
    left, top, width, height = BLOCKS[piece.texts[0]]
    y, fill, count = piece.y + top * HEIGHT, piece.look.foreground, len(piece.texts)
    if width == 1:
        return rectangle(piece.x, y, count * WIDTH, height * HEIGHT, fill)
    return "".join(
        rectangle(piece.x + (n + left) * WIDTH, y, width * WIDTH, height * HEIGHT, fill)
        for n in range(count)
    )


def letters(piece: Run) -> str:
    """Return text: ASCII stretched to its columns, a symbol in the middle of its own."""
    text, look = "".join(piece.texts), piece.look
    style = f' fill="{colour(look.foreground)}"'
    style += ' font-weight="700"' if look.is_bold else ""
    style += ' font-style="italic"' if look.is_italic else ""
    style += ' text-decoration="line-through"' if look.is_struck else ""
    y = number(piece.y + BASELINE)
    if text.isascii():
        length = f' textLength="{number(len(text) * WIDTH)}"' if len(text) > 1 else ""
        return f'<text x="{number(piece.x)}" y="{y}"{length}{style}>{escape(text)}</text>'
    x = number(piece.x + WIDTH / 2)
    return f'<text x="{x}" y="{y}" text-anchor="middle"{style}>{escape(text)}</text>'


def draw_piece(piece: Run) -> str:
    """Return one piece as shapes or text."""
    if piece.texts[0] in ARMS:
        return lines(piece)
    return blocks(piece) if piece.texts[0] in BLOCKS else letters(piece)


def draw_run(run: Run, page: int) -> Iterator[str]:
    """Yield background, text and underline of a run."""
    width = len(run.texts) * WIDTH
    if run.look.background != page:
        # A little more than the cells: no seam between rows at any zoom.
        yield rectangle(run.x, run.y, width + 0.1, HEIGHT + 0.1, run.look.background)
    yield from map(draw_piece, pieces(run))
    if run.look.line_below is not None:
        yield rectangle(run.x, run.y + HEIGHT - 2.2, width, 1, run.look.line_below)


def draw(screen: Screen, title: str) -> str:
    """Return the screen as the text of an SVG file."""
    width, height = screen.size
    page = screen.default_colors[1]
    full_width, full_height = number(width * WIDTH + 2 * MARGIN), height * HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full_width} {full_height}"'
        f' width="{full_width}" height="{full_height}" role="img" aria-label={quoteattr(title)}'
        f' font-family="{FONTS}" font-size="{FONT_SIZE}" fill="none"'
        ' shape-rendering="crispEdges" xml:space="preserve">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{colour(page)}"/>',
    ]
    for run in runs(screen):
        parts += draw_run(run, page)
    row, col = screen.cursor
    if screen.mode == "insert":
        x, y = MARGIN + col * WIDTH, MARGIN + row * HEIGHT
        parts.append(rectangle(x, y, 1.6, HEIGHT, screen.default_colors[0]))
    return "\n".join([*parts, "</svg>", ""])
