"""A look at the first cells of a notebook's text, before all of it is read; decides nothing.

Reading 5,000 cells takes longer than painting a screen may. What is seen here is what
``Document.parse`` gives for the same cells; where it might not be, there is nothing to see.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, cast

from ipynb_nvim.domain.document_cells import parse_cell, with_unique_ids
from ipynb_nvim.domain.filetypes import first_filetype
from ipynb_nvim.errors import NotANotebookError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.json_value import JsonValue

_CELLS = re.compile('\ufeff?[ \t\n\r]*{[ \t\n\r]*"cells"[ \t\n\r]*:[ \t\n\r]*\\[[ \t\n\r]*')
_COMMA = re.compile("[ \t\n\r]*,[ \t\n\r]*")
_LANGUAGE = re.compile('"(?:language_info|kernelspec)"[ \t\n\r]*:[ \t\n\r]*(?={)')
# Where notebooks have their metadata: after the cells.
_TAIL_CHARS = 16_384
_decode = cast("Callable[[str, int], tuple[JsonValue, int]]", JSONDecoder().raw_decode)


def peek_cells(text: str, min_lines: int) -> list[CellRecord]:
    """Return the first cells, as many as make ``min_lines`` lines of source.

    Empty if there are no more cells than that, if "cells" is not the notebook's first member,
    or if anything is wrong: then the whole text must be read.
    """
    start = _CELLS.match(text)
    records: list[CellRecord] = []
    lines, offset = 0, start.end() if start is not None else len(text)
    try:
        while lines < min_lines:
            value, end = _decode(text, offset)
            record = parse_cell(value, len(records))
            records.append(record)
            lines += record.source.count("\n") + 3
            comma = _COMMA.match(text, end)
            if comma is None:
                return []
            offset = comma.end()
    except (JSONDecodeError, NotANotebookError, RecursionError, ValueError):
        return []
    return with_unique_ids(records)


def peek_language(text: str) -> str | None:
    """Return the filetype that metadata after the cells names; None if none is seen."""
    names: dict[str, str] = {}
    for match in _LANGUAGE.finditer(text, max(len(text) - _TAIL_CHARS, 0)):
        try:
            value, _ = _decode(text, match.end())
        except (JSONDecodeError, RecursionError, ValueError):
            continue
        if isinstance(value, dict):
            for key in ("name", "language"):
                name = value.get(key)
                if isinstance(name, str) and name:
                    names[match.group().split('"')[1] + "." + key] = name
    named = [names[key] for key in ("language_info.name", "kernelspec.language") if key in names]
    return first_filetype(named) if named else None
