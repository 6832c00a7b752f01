"""A kernel's answers to questions as values; knows neither sockets nor screens.

A kernel may leave out or mistype anything here: what cannot be used is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

# More candidates help nobody, and each costs the editor time.
MAX_CANDIDATES = 1000


@dataclass(frozen=True)
class Candidate:
    """One completion: ``text`` replaces the code points ``start`` to ``end`` of the code.

    ``kind`` and ``signature`` are the kernel's words, "" where it has none.
    """

    text: str
    start: int
    end: int
    kind: str = ""
    signature: str = ""


@dataclass(frozen=True)
class Completions:
    """Candidates in the kernel's order; with ``is_cut`` there are more."""

    candidates: tuple[Candidate, ...] = ()
    is_cut: bool = False


def parse_completions(reply: JsonObject | None) -> Completions:
    """Read a complete_reply (messaging 5.4), with IPython's types where it has them."""
    if reply is None or reply.get("status", "ok") != "ok":
        return Completions()
    start, end = _integer(reply, "cursor_start"), _integer(reply, "cursor_end")
    found = list(_typed(reply)) or [
        Candidate(text, start, end)
        for text in _sequence(reply.get("matches"))
        if isinstance(text, str)
    ]
    usable = [one for one in found if one.text and 0 <= one.start <= one.end]
    return Completions(tuple(usable[:MAX_CANDIDATES]), len(usable) > MAX_CANDIDATES)


def parse_inspection(reply: JsonObject | None) -> str | None:
    """Return the text of an inspect_reply (messaging 5.4); None if nothing is known."""
    if reply is None or not reply.get("found"):
        return None
    data = reply.get("data")
    if not isinstance(data, Mapping):
        return None
    for mime in ("text/plain", "text/markdown", "text/latex"):
        text = data.get(mime)
        if isinstance(text, str) and text.strip():
            return text
    return None


def parse_expression(reply: JsonObject | None, name: str) -> str | None:
    """Return the text/plain of one of an execute_reply's user_expressions."""
    value: JsonValue = None if reply is None else reply.get("user_expressions")
    for key in (name, "data", "text/plain"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def _typed(reply: JsonObject) -> list[Candidate]:
    metadata = reply.get("metadata")
    entries = metadata.get("_jupyter_types_experimental") if isinstance(metadata, Mapping) else None
    return [
        Candidate(
            text=_text(entry, "text"),
            start=_integer(entry, "start"),
            end=_integer(entry, "end"),
            kind=_text(entry, "type"),
            signature=_text(entry, "signature"),
        )
        for entry in _sequence(entries)
        if isinstance(entry, Mapping)
    ]


def _sequence(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _text(value: JsonObject, key: str) -> str:
    item = value.get(key)
    return item if isinstance(item, str) else ""


def _integer(value: JsonObject, key: str) -> int:
    item = value.get(key)
    return item if isinstance(item, int) else -1
