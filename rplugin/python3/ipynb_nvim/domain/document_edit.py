"""The text of a JSON value after a change, with every unchanged part as it was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.document_spans import Container, Entry, scan
from ipynb_nvim.domain.document_style import JsonStyle, margin_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.json_value import JsonArray, JsonObject, JsonValue


def is_same(old: JsonValue, new: JsonValue) -> bool:
    """Tell whether two values mean the same JSON; ``True`` and 1 do not, nor 1 and 1.0.

    Costs nothing for one object given twice. Values too deep to be compared count as different.
    """
    try:
        return _is_same(old, new)
    except RecursionError:
        return False


def _is_same(old: JsonValue, new: JsonValue) -> bool:
    if old is new:
        return True
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(
            _is_same(item, new[key]) for key, item in old.items()
        )
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return len(old) == len(new) and all(map(_is_same, old, new))
    return type(old) is type(new) and old == new


def edit_object(
    container: Container, new: JsonObject, style: JsonStyle, margin: str | None
) -> Container:
    """Return the object's text with ``new`` as its value.

    Members keep their order; one that is new goes to its alphabetical place if they were in
    alphabetical order, else after the one that it follows in ``new``.
    """
    last = {entry.key: entry for entry in container.entries}
    inner = inner_margin(container, style, margin)
    kept = [
        _edit_entry(entry, new[entry.key], style, inner) if last[entry.key] is entry else entry
        for entry in container.entries
        if entry.key in new
    ]
    return container.with_entries(_add_members(kept, new, style, inner), style, margin)


def edit_array(
    container: Container, new: JsonArray, style: JsonStyle, margin: str | None
) -> Container:
    """Return the array's text with ``new`` as its value; equal items at both ends keep theirs."""
    old = container.entries
    head = _count_same([(entry.json, item) for entry, item in zip(old, new, strict=False)])
    ends = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = _count_same([(entry.json, item) for entry, item in ends])
    inner = inner_margin(container, style, margin)
    changed, items = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(changed) == len(items):
        pairs = zip(changed, items, strict=True)
        middle = [_edit_entry(entry, item, style, inner) for entry, item in pairs]
    else:
        middle = [Entry("", "", style.render(item, inner), item) for item in items]
    entries = [*old[:head], *middle, *old[len(old) - tail :]]
    return container.with_entries(entries, style, margin)


def _count_same(pairs: Sequence[tuple[JsonValue, JsonValue]]) -> int:
    differing = (index for index, (old, new) in enumerate(pairs) if not is_same(old, new))
    return next(differing, len(pairs))


def _edit_entry(entry: Entry, new: JsonValue, style: JsonStyle, margin: str | None) -> Entry:
    if is_same(entry.json, new):
        return entry
    return replace(entry, value=_edit_value(entry, new, style, margin), json=new)


def _edit_value(entry: Entry, new: JsonValue, style: JsonStyle, margin: str | None) -> str:
    old = entry.json
    assert isinstance(entry.value, str)
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        return edit_object(scan(entry.value, 0)[0], new, style, margin).text
    if isinstance(old, list) and isinstance(new, list) and old and new:
        return edit_array(scan(entry.value, 0)[0], new, style, margin).text
    return style.render(new, margin)


def _add_members(
    kept: list[Entry], new: JsonObject, style: JsonStyle, margin: str | None
) -> list[Entry]:
    keys = [entry.key for entry in kept]
    is_sorted = keys == sorted(keys)
    entries = list(kept)
    place = 0
    for key in new:
        if key in keys:
            place = [entry.key for entry in entries].index(key)
        else:
            label = style.render(key, None) + style.colon
            entry = Entry(label, key, style.render(new[key], margin), new[key])
            entries.insert(place, entry)
        place += 1
    if is_sorted:
        entries.sort(key=lambda entry: entry.key)
    return entries


def inner_margin(container: Container, style: JsonStyle, margin: str | None) -> str | None:
    """Return the margin of the lines that the entries begin on; None if all is one line."""
    if container.entries:
        return margin_of(container.opening)
    return style.deepen(margin)
