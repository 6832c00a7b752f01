"""How a JSON file is laid out, and new values in that layout; knows no notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipynb_nvim.domain.json_value import JsonValue

_SURROGATE = re.compile("[\ud800-\udfff]")
# A \u escape of a character beyond ASCII, not of a backslash that "u" happens to follow. Half a
# surrogate pair does not count: there is no other way to write it.
_NON_ASCII_ESCAPE = re.compile(
    r"(?<!\\)(?:\\\\)*\\u"
    r"(?:(?!00[0-7])(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    r"|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F])"
)


@dataclass(frozen=True)
class JsonStyle:
    r"""The layout of a file.

    ``indent`` is one level's white space, None for a file on one line; ``newline`` is ``\n`` or
    ``\r\n``; ``item_gap`` follows a comma inside a line; ``colon`` stands between key and value.
    """

    indent: str | None = " "
    newline: str = "\n"
    item_gap: str = " "
    colon: str = ": "
    is_ascii: bool = False

    def break_line(self, margin: str | None) -> str:
        """Return what stands between two values on lines that begin with ``margin``."""
        return "" if margin is None else self.newline + margin

    def deepen(self, margin: str | None) -> str | None:
        """Return the margin one level inside ``margin``; None means on the same line."""
        return None if margin is None or self.indent is None else margin + self.indent

    def render(self, value: JsonValue, margin: str | None) -> str:
        """Return ``value`` as text, for a line that begins with ``margin``.

        None as margin puts it all in one line. Lone surrogates become escapes, as UTF-8 cannot
        hold them.
        """
        indent = None if margin is None else self.indent
        comma = "," if indent is not None else "," + self.item_gap
        text = json.dumps(
            value, ensure_ascii=self.is_ascii, indent=indent, separators=(comma, self.colon)
        )
        if indent is not None:
            text = text.replace("\n", self.break_line(margin))
        return text if text.isascii() else _SURROGATE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def margin_of(gap: str) -> str | None:
    """Return the white space that ``gap`` leaves at the start of its last line; None if inline."""
    head, newline, margin = gap.rpartition("\n")
    return margin if head or newline else None


def is_escaped(texts: Iterable[str]) -> bool:
    """Tell whether a file, given in pieces, writes every character as ASCII.

    Without any character beyond ASCII there is no knowing: then False, as Jupyter writes.
    """
    pieces = tuple(texts)
    if not all(piece.isascii() for piece in pieces):
        return False
    return any("\\u" in piece and _NON_ASCII_ESCAPE.search(piece) for piece in pieces)
