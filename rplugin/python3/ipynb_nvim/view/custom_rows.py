"""Rows that a renderer of the user's draws, elsewhere and later; knows no editor.

::

    NEW ──> ASKED ──> DONE      until then, and where it fails, one line names the type
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from ipynb_nvim.domain.output import DisplayData, ExecuteResult, joined
from ipynb_nvim.domain.output_item import OutputItem
from ipynb_nvim.view.rows import PLAIN_HL, StyledRows, clean
from ipynb_nvim.view.virt_line import NOTE_HL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.domain.output_item import FixedOutput
    from ipynb_nvim.view.virt_line import VirtLine

_MAX_DATA_CHARS = 2_000_000
_MAX_LINES, _MAX_LINE_CHARS = 10_000, 2000


class CustomState(Enum):
    """How far the drawing of some rows is."""

    NEW = "new"
    ASKED = "asked"
    DONE = "done"


class CustomRows:
    """The rows of one value; ``data`` and ``metadata`` are what its renderer gets."""

    # State: how far it is, and what is drawn.
    def __init__(self, mime: str, output: DisplayData | ExecuteResult) -> None:
        value = output.data[mime]
        text = joined(value)
        self.mime = mime
        self.data = value if text is None else text
        own = output.metadata.get(mime)
        self.metadata: JsonObject = own if isinstance(own, Mapping) else {}
        self.state = CustomState.NEW
        self._rows = StyledRows([[(f"[{clean(mime)}]", NOTE_HL)]])
        size = len(text) if text is not None else len(json.dumps(value))
        if size > _MAX_DATA_CHARS:
            self.fail("too large for its renderer")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def line(self, row: int, width: int) -> VirtLine:
        """Return a row, clipped."""
        return self._rows.line(row, width)

    def plain(self, row: int) -> str:
        """Return a row whole."""
        return self._rows.plain(row)

    def take(self, lines: Sequence[Any]) -> None:
        """Take what the renderer drew: texts, or lists of (text, group); whatever else is not."""
        self.state = CustomState.DONE
        self._rows = StyledRows([_line(line) for line in lines[:_MAX_LINES]])

    def fail(self, problem: str) -> None:
        """Say in one line why there is nothing to see."""
        self.take([[[f"[{self.mime}: {problem}]", NOTE_HL]]])


def custom_rows(output: FixedOutput, mime: str) -> CustomRows:
    """Return the rows for a bundle's value; to be kept with the output."""
    assert isinstance(output, (DisplayData, ExecuteResult))
    return CustomRows(mime, output)


def new_rows(area: OutputArea, mimes: Sequence[str]) -> Iterator[CustomRows]:
    """Return what nobody has asked a renderer for yet."""
    for item in area if mimes else ():
        output = item.output if isinstance(item, OutputItem) else None
        if isinstance(item, OutputItem) and isinstance(output, (DisplayData, ExecuteResult)):
            mime = next((mime for mime in mimes if mime in output.data), None)
            rows = item.derive(custom_rows, mime) if mime else None
            if rows is not None and rows.state is CustomState.NEW:
                yield rows


def _line(line: Any) -> VirtLine:
    if isinstance(line, str):
        return [(clean(line[:_MAX_LINE_CHARS]), PLAIN_HL)]
    return [_chunk(chunk) for chunk in cast("list[Any]", line)] if isinstance(line, list) else []


def _chunk(chunk: Any) -> tuple[str, str]:
    text, hl = (*cast("list[Any]", chunk), None, None)[:2] if isinstance(chunk, list) else ("", "")
    return clean(str(text)[:_MAX_LINE_CHARS]), hl if isinstance(hl, str) else PLAIN_HL
