"""A JSON value as coloured lines, folded where it is deep or long; knows no bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.view.rows import PLAIN_HL, clean
from ipynb_nvim.view.virt_line import NOTE_HL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.json_value import JsonValue
    from ipynb_nvim.view.virt_line import VirtLine

_KEY_HL = "NotebookJsonKey"
_STRING_HL = "NotebookJsonString"
_NUMBER_HL = "NotebookJsonNumber"
_CONSTANT_HL = "NotebookJsonConstant"

# A container whose text fits into this is written on one line; so many of its members are
# looked at to know.
_LINE_CHARS = 72
_LINE_MEMBERS = 24
_MAX_STRING = 2000
# Deeper than any value that json reads, and than Python may recurse.
_MAX_DEPTH = 100


@dataclass(frozen=True)
class JsonFold:
    """How much is written: levels, members of one container, lines in all."""

    depth: int = 4
    members: int = 20
    lines: int = 500


WHOLE = JsonFold(_MAX_DEPTH, 1_000_000, 100_000)


def json_lines(value: JsonValue, fold: JsonFold) -> list[VirtLine]:
    """Return the lines of a value; what is folded says how much it hides."""
    lines: list[VirtLine] = []
    for line in _lines(value, fold, 0):
        if len(lines) >= fold.lines:
            lines.append([("…", NOTE_HL)])
            break
        lines.append(line)
    return lines


def _lines(value: JsonValue, fold: JsonFold, depth: int) -> Iterator[VirtLine]:
    """Return the lines of a value; the first has no indent: a key may come before it."""
    if not _is_container(value) or not value:
        yield [_scalar(value)]
        return
    short = _short(value)
    if short is not None:
        yield short
        return
    is_object = isinstance(value, Mapping)
    opening, closing = ("{", "}") if is_object else ("[", "]")
    assert isinstance(value, (Mapping, Sequence))
    if depth >= fold.depth:
        noun = "keys" if is_object else "items"
        yield [(opening, PLAIN_HL), (f"… {len(value):,} {noun}", NOTE_HL), (closing, PLAIN_HL)]
        return
    yield [(opening, PLAIN_HL)]
    indent = ("  " * (depth + 1), PLAIN_HL)
    members = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
    for index, (key, member) in enumerate(members):
        if index == fold.members:
            yield [indent, (f"… {len(value) - index:,} more", NOTE_HL)]
            break
        comma = [(",", PLAIN_HL)] if index + 1 < len(value) else []
        yield from _member(key, indent, comma, _lines(member, fold, depth + 1))
    yield [("  " * depth + closing, PLAIN_HL)]


def _member(
    key: str | None, indent: tuple[str, str], comma: VirtLine, lines: Iterator[VirtLine]
) -> Iterator[VirtLine]:
    """Put the key before a member's first line and the comma behind its last one."""
    line = [indent, *_key(key), *next(lines)]
    for following in lines:
        yield line
        line = following
    yield [*line, *comma]


def _short(value: JsonValue) -> VirtLine | None:
    """Return a container on one line, if it fits; containers in it may only be empty."""
    if not isinstance(value, (Mapping, Sequence)) or len(value) > _LINE_MEMBERS:
        return None
    is_object = isinstance(value, Mapping)
    members = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
    line: VirtLine = [("{" if is_object else "[", PLAIN_HL)]
    for index, (key, member) in enumerate(members):
        if _is_container(member) and member:
            return None
        line += [(", ", PLAIN_HL)] if index else []
        line += [*_key(key), _scalar(member)]
        if sum(len(text) for text, _ in line) > _LINE_CHARS:
            return None
    return [*line, ("}" if is_object else "]", PLAIN_HL)]


def _key(key: str | None) -> VirtLine:
    return [] if key is None else [(_quoted(key), _KEY_HL), (": ", PLAIN_HL)]


def _is_container(value: JsonValue) -> bool:
    return isinstance(value, (Mapping, Sequence)) and not isinstance(value, str)


def _scalar(value: JsonValue) -> tuple[str, str]:
    if isinstance(value, str):
        return _quoted(value), _STRING_HL
    if value is None or isinstance(value, bool):
        return json.dumps(value), _CONSTANT_HL
    if isinstance(value, (int, float)):
        return json.dumps(value), _NUMBER_HL
    return ("{}" if isinstance(value, Mapping) else "[]"), PLAIN_HL


def _quoted(text: str) -> str:
    if len(text) <= _MAX_STRING:
        return clean(json.dumps(text, ensure_ascii=False))
    rest = f"… {len(text) - _MAX_STRING:,} more characters"
    return clean(json.dumps(text[:_MAX_STRING], ensure_ascii=False)) + rest
