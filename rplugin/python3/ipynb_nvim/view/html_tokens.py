"""HTML cut into texts and tags, in time linear in its size; knows no meaning of a tag.

Nothing is fetched or run: what a browser would hide (scripts, styles, comments) is left out.
"""

from __future__ import annotations

import html as html_entities
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# A comment's start, a tag with its attributes, or a declaration. No alternative can start where
# another can, so that nothing is looked at twice.
_TAG = re.compile(
    r"""<(?:(!--)|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^<>"']|"[^"]*"|'[^']*')*)>|[!?][^<>]*>)"""
)
_HIDDEN = frozenset({"script", "style", "template", "title", "head", "noscript", "object"})
_ATTRIBUTE = {
    name: re.compile(rf"""(?:^|\s){name}\s*=\s*["']?([^"'\s>]{{1,20}})""", re.IGNORECASE)
    for name in ("colspan", "rowspan")
}


class Token(NamedTuple):
    """A text (``tag`` is ""), or a tag; ``attributes`` as they stand in the source."""

    tag: str
    is_end: bool
    attributes: str
    text: str


def tokens(html: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Return the tokens of ``html[start:end]``; texts have their entities replaced."""
    end = len(html) if end is None else end
    position = start
    while position < end:
        match = _TAG.search(html, position, end)
        stop = match.start() if match else end
        if stop > position:
            yield Token("", False, "", _text(html[position:stop]))
        if match is None:
            return
        position = match.end()
        if match[1]:
            position = _after(html, "-->", position, end)
        elif match[3]:
            tag = match[3].lower()
            if tag not in _HIDDEN:
                yield Token(tag, bool(match[2]), match[4], "")
            elif not match[2]:
                position = _after_hidden(html, tag, position, end)


def attribute_count(attributes: str, name: str, limit: int) -> int:
    """Return ``colspan`` or ``rowspan``: 1 if it is not given, at most ``limit``."""
    if name not in attributes:
        return 1
    match = _ATTRIBUTE[name].search(attributes)
    value = match[1] if match else ""
    return min(max(int(value), 1), limit) if value.isdecimal() and value.isascii() else 1


def _text(source: str) -> str:
    return html_entities.unescape(source) if "&" in source else source


def _after(html: str, ending: str, position: int, end: int) -> int:
    found = html.find(ending, position, end)
    return end if found < 0 else found + len(ending)


def _after_hidden(html: str, tag: str, position: int, end: int) -> int:
    """Return where the end tag of a hidden element ends; without one all the rest is hidden."""
    match = re.compile(rf"</{tag}[^>]{{0,100}}>", re.IGNORECASE).search(html, position, end)
    return match.end() if match else end
