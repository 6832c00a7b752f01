"""SGR sequences as highlight groups; knows how groups are named, not what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.pen import SGR, STYLES, Pen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.pen import Colour

GROUP_PREFIX = "NotebookAnsi"


def group_of(pen: Pen, plain: str) -> str:
    """Return the highlight group of ``pen``, ``plain`` if it is the default one.

    The name says it all, so that Lua can define the group when it first meets it:
    ``NotebookAnsi_f1_bold`` is palette colour 1 on the default background, bold.
    """
    parts = [
        *_colour_part("f", pen.foreground),
        *_colour_part("b", pen.background),
        *(style for style in STYLES if style in pen.styles),
    ]
    return "_".join([GROUP_PREFIX, *parts]) if parts else plain


def segments(line: str, pen: Pen) -> Iterator[tuple[str, Pen]]:
    """Split ``line``, which starts with ``pen``, at its SGR sequences; empty texts are left out."""
    position = 0
    for match in SGR.finditer(line):
        if match.start() > position:
            yield line[position : match.start()], pen
        pen = pen.apply(match[1])
        position = match.end()
    if position < len(line):
        yield line[position:], pen


def _colour_part(letter: str, colour: Colour) -> list[str]:
    return [] if colour is None else [f"{letter}{colour}"]
