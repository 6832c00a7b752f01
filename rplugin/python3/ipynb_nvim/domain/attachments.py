"""The attachments of a cell that took in others by a merge; knows neither file nor order.

What a merged cell has beside its own follows from its text: undo takes the text back, and with
it what the text named. So nothing of a merge needs to be undone here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ipynb_nvim.domain.document_edit import is_same

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject

_SCHEME = "attachment:"
# What would make a name a longer one; a full stop may also end a sentence.
_NAME_GOES_ON = r"(?!\.?[\w%-])"


def is_named(name: str, text: str) -> bool:
    """Tell whether ``text`` refers to an attachment, as written or percent-encoded."""
    pattern = re.compile(re.escape(_SCHEME + name) + _NAME_GOES_ON)
    return bool(pattern.search(text) or ("%" in text and pattern.search(unquote(text))))


def with_named(own: JsonObject | None, absorbed: JsonObject, text: str) -> JsonObject | None:
    """Return a cell's own attachments and those absorbed that ``text`` names; own names win.

    Returns ``own`` itself if there is nothing to add.
    """
    if not absorbed or _SCHEME not in text:
        return own
    known = own or {}
    named = {
        name: value
        for name, value in absorbed.items()
        if name not in known and is_named(name, text)
    }
    return {**known, **named} if named else own


def clashes(merged: JsonObject | None, other: JsonObject | None, text: str) -> list[str]:
    """Return the names in ``text`` that mean one thing in ``merged``, another in ``other``."""
    merged, other = merged or {}, other or {}
    return [
        name
        for name, value in other.items()
        if name in merged and not is_same(merged[name], value) and is_named(name, text)
    ]
