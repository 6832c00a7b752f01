"""JSON text cut into the entries of one object or array; knows no notebook, changes nothing.

``{ "a" : 1 , "b": [2] }`` becomes entries that keep every character::

    { ␣ "a" ␣:␣ 1 ␣ , ␣ "b" :␣ [2] ␣ }
    │ │ └─label─┘ │ │
    │ before  value after             closing = the space before "}"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ipynb_nvim.domain.document_style import JsonStyle
    from ipynb_nvim.domain.json_value import JsonValue

_SPACE = re.compile(r"[ \t\n\r]*")
_BRACKETS = {"{": "}", "[": "]"}
_decode = cast("Callable[[str, int], tuple[JsonValue, int]]", JSONDecoder().raw_decode)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of an object or item of an array: its text and what the text means.

    ``label`` is the key as written up to the value (empty in an array), ``key`` what it means.
    ``before`` and ``after`` are the white space after the comma before it (None: as the others
    have it) and before the comma after it.
    """

    label: str
    key: str
    value: str | Container
    json: JsonValue
    before: str | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """An object or array cut into its entries.

    ``opening`` and ``closing`` are the white space inside its brackets, ``gap`` the usual one
    after a comma. They belong to places, so that moved and new entries fit in.
    """

    bracket: str
    entries: tuple[Entry, ...]
    opening: str = ""
    gap: str = ""
    closing: str = ""

    def pieces(self) -> Iterator[str]:
        """Yield the text, cut at its entries."""
        yield self.bracket
        yield self.opening
        last = len(self.entries) - 1
        for index, entry in enumerate(self.entries):
            if index > 0:
                yield self.gap if entry.before is None else entry.before
            yield entry.label
            if isinstance(entry.value, Container):
                yield from entry.value.pieces()
            else:
                yield entry.value
            if index < last:
                yield entry.after
                yield ","
        yield self.closing
        yield _BRACKETS[self.bracket]

    @property
    def text(self) -> str:
        """The text, joined."""
        return "".join(self.pieces())

    def find(self, key: str) -> Entry | None:
        """Return the entry that counts for ``key``: of several the last, as in ``json``."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)

    def with_entries(
        self, entries: Sequence[Entry], style: JsonStyle, margin: str | None
    ) -> Container:
        """Return a container of these entries, spaced like this one, else by ``style``.

        ``margin`` is the one of the line that the container begins on.
        """
        if not entries:
            return Container(self.bracket, ())
        if len(self.entries) > 1:
            return replace(self, entries=tuple(entries))
        opening, closing = self.opening, self.closing
        if not self.entries:
            inner = style.deepen(margin)
            opening = style.break_line(inner)
            closing = "" if inner is None else style.break_line(margin)
        gap = opening if "\n" in opening else style.item_gap
        return Container(self.bracket, tuple(entries), opening, gap, closing)


def scan(text: str, start: int, cut_key: str | None = None) -> tuple[Container, int]:
    """Cut the object or array at ``text[start]`` into entries; return it and its end.

    The value of ``cut_key``, if it is an array, is cut too. Raises JSONDecodeError, and
    RecursionError for values nested too deep.
    """
    bracket = text[start]
    end_mark = _BRACKETS[bracket]
    offset = _skip_space(text, start + 1)
    opening = text[start + 1 : offset]
    if text[offset : offset + 1] == end_mark:
        return Container(bracket, (), opening), offset + 1
    entries: list[Entry] = []
    before = None
    while True:
        key, value_start = _scan_label(text, offset) if bracket == "{" else ("", offset)
        label = text[offset:value_start]
        value, json, end = _scan_value(text, value_start, is_cut=bracket == "{" and key == cut_key)
        comma = _skip_space(text, end)
        space, mark = text[end:comma], text[comma : comma + 1]
        if mark == end_mark:
            entries.append(Entry(label, key, value, json, before))
            gap = entries[1].before if len(entries) > 1 else None
            return Container(bracket, tuple(entries), opening, gap or "", space), comma + 1
        if mark != ",":
            raise JSONDecodeError("Expecting ',' delimiter", text, comma)
        entries.append(Entry(label, key, value, json, before, space))
        offset = _skip_space(text, comma + 1)
        before = text[comma + 1 : offset]


def _scan_value(text: str, start: int, *, is_cut: bool) -> tuple[str | Container, JsonValue, int]:
    """Return a value's text, cut if asked and if it is an array, its meaning, and its end."""
    if is_cut and text[start : start + 1] == "[":
        container, end = scan(text, start)
        return container, [entry.json for entry in container.entries], end
    json, end = _decode(text, start)
    return text[start:end], json, end


def _scan_label(text: str, start: int) -> tuple[str, int]:
    """Return the key at ``start`` and where its value begins."""
    if text[start : start + 1] != '"':
        raise JSONDecodeError("Expecting property name enclosed in double quotes", text, start)
    key, end = _decode(text, start)
    assert isinstance(key, str)
    colon = _skip_space(text, end)
    if text[colon : colon + 1] != ":":
        raise JSONDecodeError("Expecting ':' delimiter", text, colon)
    return key, _skip_space(text, colon + 1)


def _skip_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    assert match is not None
    return match.end()
