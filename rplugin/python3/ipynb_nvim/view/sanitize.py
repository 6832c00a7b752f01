"""Text made safe to draw: no control character, escape sequence or trick of direction is left.

Knows characters and their width, nothing of outputs or colours.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TAB_COLS = 8

# Escape sequences, complete or cut off at the end (ECMA-48 5.4-5.6): strings (OSC, DCS, APC,
# PM, SOS) with contents of a bounded length, CSI, and all others. SGR is
# spared by the look-ahead, for `segments` to read.
_SEQUENCE = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c\n]{0,1000000}(?:\x07|\x1b\\|\x9c|\Z)?"
    r"|(?!\x1b\[[0-9;:]{0,64}m)\x1b\[[0-?]{0,64}[ -/]{0,8}(?:[@-~]|\Z)"
    r"|\x1b(?!\[)[ -/]{0,8}(?:[0-~]|\Z)"
)

# Without a width and a sense on a grid of cells: soft hyphen, zero width space, joiners, word
# joiner and the invisible operators, byte order mark, tags.
_INVISIBLE = "\u00ad\u200b-\u200d\u2060-\u2064\ufeff\U000e0000-\U000e007f"

# C0 without tab, DEL, C1, marks and overrides of direction, line and paragraph separators,
# interlinear annotations, lone surrogates.
_FORBIDDEN = (
    "\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb"
    "\ud800-\udfff"
)

_DROPPED = re.compile(f"[{_INVISIBLE}]+")
_REPLACED = re.compile(f"[{_FORBIDDEN}]")

REPLACEMENT = "\ufffd"


def without_sequences(text: str) -> str:
    """Drop all escape sequences but SGR; ``text`` is one line."""
    return _SEQUENCE.sub("", text) if "\x1b" in text else text


def without_controls(text: str) -> str:
    """Replace what must not reach a terminal and drop what has no width; tabs stay."""
    if text.isprintable():
        return text
    return _REPLACED.sub(REPLACEMENT, _DROPPED.sub("", text))


def width_of(text: str) -> int:
    """Return the number of columns of text without controls."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def expand_tabs(text: str, col: int = 0) -> str:
    """Fill tabs with spaces to the next stop, of a text that starts in column ``col``."""
    if "\t" not in text:
        return text
    parts: list[str] = []
    for part in re.split("(\t)", text):
        filled = " " * (TAB_COLS - col % TAB_COLS) if part == "\t" else part
        parts.append(filled)
        col += width_of(filled)
    return "".join(parts)


def clip(text: str, cols: int) -> str:
    """Return the longest start of ``text`` that fits into ``cols`` columns."""
    if text.isascii():
        return text[:cols]
    used = 0
    for index, char in enumerate(text):
        used += _char_width(char)
        if used > cols:
            return text[:index]
    return text


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me"} else 1
