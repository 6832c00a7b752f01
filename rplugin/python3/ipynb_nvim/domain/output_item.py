"""One output in its place under a cell, as it grows or is replaced; knows no other output.

An item made from a file is saved as the file had it until it changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from ipynb_nvim.domain.output import (
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    StreamOutput,
    UnknownOutput,
)
from ipynb_nvim.domain.stream_text import StreamText

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

T = TypeVar("T")

FixedOutput = DisplayData | ExecuteResult | ErrorOutput | UnknownOutput


class StreamItem:
    """What a cell wrote to one stream without another output in between."""

    # State: the text so far, and the output as the file has it (None once it grew).
    def __init__(self, output: StreamOutput, saved: JsonValue = None) -> None:
        self._output = replace(output, text="")
        self._lines = StreamText(output.text)
        self._saved = saved

    @property
    def name(self) -> str:
        """``stdout`` or ``stderr``."""
        return self._output.name

    @property
    def lines(self) -> StreamText:
        """The text so far; stays the item's."""
        return self._lines

    def feed(self, text: str) -> None:
        """Add what the cell wrote next."""
        self._lines.feed(text)
        self._saved = None

    def to_json(self) -> JsonValue:
        """Return the nbformat output."""
        if self._saved is not None:
            return self._saved
        return replace(self._output, text=self._lines.text()).to_json()


class OutputItem:
    """An output that comes as a whole."""

    # State: the output, how the file has it (None once it changed), and what views derived from
    # it, by the function that did.
    def __init__(self, output: FixedOutput, saved: JsonValue = None) -> None:
        self._output = output
        self._saved = saved
        self._derived: dict[Callable[..., object], tuple[tuple[object, ...], object]] = {}

    @property
    def output(self) -> FixedOutput:
        """The output as it is now."""
        return self._output

    def derive(self, make: Callable[..., T], *args: object) -> T:
        """Return ``make(output, *args)``; made once until the output or ``args`` change."""
        known = self._derived.get(make)
        if known is None or known[0] != args:
            known = (args, make(self._output, *args))
            self._derived[make] = known
        return cast("T", known[1])

    def update(self, data: JsonObject, metadata: JsonObject) -> None:
        """Replace what a display shows; other outputs stay as they are."""
        if isinstance(self._output, (DisplayData, ExecuteResult)):
            self._output = replace(self._output, data=data, metadata=metadata)
            self._saved = None
            self._derived.clear()

    def to_json(self) -> JsonValue:
        """Return the nbformat output."""
        return self._output.to_json() if self._saved is None else self._saved


Item = StreamItem | OutputItem


def make_item(output: StreamOutput | FixedOutput, saved: JsonValue = None) -> Item:
    """Return the item for ``output``; ``saved`` is what a file has for it."""
    if isinstance(output, StreamOutput):
        return StreamItem(output, saved)
    return OutputItem(output, saved)
