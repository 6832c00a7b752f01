"""The pen a terminal writes with: colours and styles set by SGR codes; knows no highlight groups.

Codes are those of ECMA-48 8.3.117 with the usual colour extensions (``38``, ``48``), in their
``;`` and ``:`` forms.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Style = Literal["bold", "dim", "italic", "underline", "strike", "reverse"]

# 0-255 in the palette, or six hexadecimal digits; None is the terminal's own colour.
Colour = int | str | None

# One complete SGR sequence; its group holds the parameters. The bound keeps what has to be
# held back at the end of a chunk small; a longer one is no sequence to us.
SGR = re.compile(r"\x1b\[([0-9;:]{0,64})m")

STYLES: tuple[Style, ...] = ("bold", "dim", "italic", "underline", "strike", "reverse")

_ON: Mapping[int, Style] = {
    1: "bold",
    2: "dim",
    3: "italic",
    4: "underline",
    7: "reverse",
    9: "strike",
    21: "underline",  # double
}
_OFF: Mapping[int, frozenset[Style]] = {
    22: frozenset({"bold", "dim"}),
    23: frozenset({"italic"}),
    24: frozenset({"underline"}),
    27: frozenset({"reverse"}),
    29: frozenset({"strike"}),
}
_STYLE_CODES: Mapping[Style, int] = {style: code for code, style in reversed(_ON.items())}

# Codes whose arguments are a colour, and the kinds of colour.
_FOREGROUND, _BACKGROUND, _UNDERLINE_COLOUR = 38, 48, 58
_RGB, _INDEXED = 2, 5
_ARGUMENT_COUNTS: Mapping[int, int] = {_RGB: 3, _INDEXED: 1}

# Codes that stand for a colour by themselves: rows of eight, and the terminal's own.
_SHORT_ROWS: tuple[tuple[int, int, int], ...] = (
    (30, _FOREGROUND, 0),
    (40, _BACKGROUND, 0),
    (90, _FOREGROUND, 8),
    (100, _BACKGROUND, 8),
)
_SHORT_COLOURS: Mapping[int, tuple[int, int]] = {
    code + index: (target, colour + index)
    for code, target, colour in _SHORT_ROWS
    for index in range(8)
}
_SHORT_CODES: Mapping[tuple[int, int], int] = {
    meaning: code for code, meaning in _SHORT_COLOURS.items()
}
_DEFAULT_COLOURS: Mapping[int, int] = {39: _FOREGROUND, 49: _BACKGROUND}


class Pen(NamedTuple):
    """How the next character is written; ``Pen()`` is the state after a reset.

    A tuple, as pens are compared and looked up for every sequence of a flood of output.
    """

    foreground: Colour = None
    background: Colour = None
    styles: frozenset[Style] = frozenset()

    def after(self, text: str) -> Pen:
        """Return the pen after all SGR sequences in ``text``."""
        if "\x1b[" not in text:
            return self
        # Most lines end with a reset: what stands before it need not be read.
        reset = max(text.rfind("\x1b[0m"), text.rfind("\x1b[m"))
        pen = self if reset < 0 else PLAIN
        for match in SGR.finditer(text, max(reset, 0)):
            pen = pen.apply(match[1])
        return pen

    def apply(self, parameters: str) -> Pen:
        """Return the pen after one SGR sequence, given what stands between its ``[`` and ``m``."""
        return _applied(self, parameters)

    def sequence_to(self, other: Pen) -> str:
        """Return the shortest plain way to change this pen into ``other``; may be empty."""
        if self == other:
            return ""
        codes = other.codes()
        if self != PLAIN or not codes:
            codes = ["0", *codes]
        return f"\x1b[{';'.join(codes)}m"

    def codes(self) -> list[str]:
        """Return the SGR parameters that make this pen out of a fresh one."""
        styles = [str(_STYLE_CODES[style]) for style in STYLES if style in self.styles]
        return [
            *styles,
            *_colour_codes(self.foreground, _FOREGROUND),
            *_colour_codes(self.background, _BACKGROUND),
        ]


# The terminal's own colours, without style.
PLAIN = Pen()


# Programs repeat the same few sequences, so that nearly every lookup is a hit.
@lru_cache(maxsize=1024)
def _applied(pen: Pen, parameters: str) -> Pen:
    fields = iter(parameters.split(";"))
    for field in fields:
        code, *arguments = [_number(part) for part in field.split(":")]
        if code in {_FOREGROUND, _BACKGROUND, _UNDERLINE_COLOUR}:
            colour = _colon_colour(arguments) if arguments else _semicolon_colour(fields)
            pen = _with_colour(pen, code, colour)
        else:
            pen = _with_code(pen, code, is_off=arguments == [0])
    return pen


def _with_code(pen: Pen, code: int, *, is_off: bool) -> Pen:
    """Apply a code without arguments; ``is_off`` is the form ``4:0``, unknown ones do nothing."""
    if code == 0:
        return PLAIN
    if code in _ON:
        style = frozenset({_ON[code]})
        return pen._replace(styles=pen.styles - style if is_off else pen.styles | style)
    if code in _OFF:
        return pen._replace(styles=pen.styles - _OFF[code])
    if code in _SHORT_COLOURS:
        return _with_colour(pen, *_SHORT_COLOURS[code])
    if code in _DEFAULT_COLOURS:
        return _with_colour(pen, _DEFAULT_COLOURS[code], None)
    return pen


def _with_colour(pen: Pen, target: int, colour: Colour) -> Pen:
    if target == _FOREGROUND:
        return pen._replace(foreground=colour)
    if target == _BACKGROUND:
        return pen._replace(background=colour)
    return pen


def _semicolon_colour(fields: Iterator[str]) -> Colour:
    """Take the arguments of ``38;5;n`` or ``38;2;r;g;b`` from the fields that follow."""
    kind = _number(next(fields, ""))
    count = _ARGUMENT_COUNTS.get(kind, 0)
    return _colour(kind, [_number(next(fields, "")) for _ in range(count)])


def _colon_colour(arguments: list[int]) -> Colour:
    """Read ``38:5:n``, ``38:2:r:g:b`` or, with a colour space, ``38:2:space:r:g:b``."""
    kind, *values = arguments
    has_space = kind == _RGB and len(values) > _ARGUMENT_COUNTS[_RGB]
    return _colour(kind, values[1:] if has_space else values)


def _colour(kind: int, values: list[int]) -> Colour:
    values = [min(value, 255) for value in values]
    count = _ARGUMENT_COUNTS.get(kind)
    if count is None or len(values) < count:
        return None
    return values[0] if kind == _INDEXED else bytes(values[:count]).hex()


def _colour_codes(colour: Colour, target: int) -> list[str]:
    if colour is None:
        return []
    if isinstance(colour, str):
        red, green, blue = bytes.fromhex(colour)
        return [f"{target};{_RGB};{red};{green};{blue}"]
    short = _SHORT_CODES.get((target, colour))
    return [f"{target};{_INDEXED};{colour}" if short is None else str(short)]


def _number(text: str) -> int:
    """Read a parameter; a missing one is 0, and so is one that mixes the forms (``38;:``)."""
    return int(text) if text.isdecimal() else 0
