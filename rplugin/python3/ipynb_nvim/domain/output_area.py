"""The outputs of one cell, in order, as a kernel sends them; knows neither cells nor drawing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import (
    DisplayData,
    ExecuteResult,
    Output,
    StreamOutput,
    parse_output,
)
from ipynb_nvim.domain.stream_text import StreamText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ipynb_nvim.domain.json_value import JsonArray, JsonObject, JsonValue


class OutputItem:
    """One output in its area, as it came or as it grew; owned by the area.

    An output from a file is read when it is first asked for, and saved as the file had it
    until it changes.
    """

    # State: the output as the file has it (None once it changed), as a value (None until
    # asked for; for a stream that grew, its text is in _lines), and its text as lines, by the
    # key under which it was made.
    def __init__(self, output: Output | None = None, *, saved: JsonValue = None) -> None:
        self._output = output
        self._saved = saved
        self._lines: dict[str, StreamText] = {}

    @property
    def output(self) -> Output:
        """The output; for a stream, ``text`` may be shorter than what ``stream`` has."""
        if self._output is None:
            self._output = parse_output(self._saved)
        return self._output

    @property
    def stream(self) -> StreamText:
        """The text of a stream output, up to date."""
        return self.lines("", _stream_text)

    def lines(self, key: str, make: Callable[[Output], str]) -> StreamText:
        """Return the text ``make`` derives from the output; made once per ``key``."""
        lines = self._lines.get(key)
        if lines is None:
            lines = self._lines[key] = StreamText(make(self.output))
        return lines

    def feed(self, text: str) -> None:
        """Add text to a stream output."""
        self.stream.feed(text)
        self._saved = None

    def update(self, data: JsonObject, metadata: JsonObject) -> None:
        """Replace what a display shows."""
        output = self.output
        if isinstance(output, (DisplayData, ExecuteResult)):
            self._output = replace(output, data=data, metadata=metadata)
            self._saved = None
            self._lines.clear()

    def to_json(self) -> JsonValue:
        """Return the nbformat output."""
        if self._saved is not None:
            return self._saved
        output = self.output
        if isinstance(output, StreamOutput):
            output = replace(output, text=self.stream.text())
        return output.to_json()


class OutputArea:
    """What a cell's run has put out so far.

    Consecutive texts of one stream are one output. ``revision`` grows with every change that
    can be seen or saved.
    """

    # State: the outputs (None: those of _saved, not looked at yet), the nbformat outputs if
    # they are known to be up to date, the displays that have an id, whether the next output
    # replaces all (clear_output(wait=True)), and the number of changes.
    def __init__(self) -> None:
        self._items: list[OutputItem] | None = []
        self._saved: JsonArray | None = []
        self._displays: dict[str, list[OutputItem]] = {}
        self._is_clear_pending = False
        self._revision = 0

    @classmethod
    def from_json(cls, outputs: JsonArray) -> OutputArea:
        """Take a cell's ``outputs`` as a file has them; they are read when first needed."""
        area = cls()
        area._items = None
        area._saved = outputs
        return area

    def __len__(self) -> int:
        """Return the number of outputs."""
        if self._items is None:
            return len(self._saved or ())
        return len(self._items)

    def __iter__(self) -> Iterator[OutputItem]:
        """Return the outputs in order; they stay the area's."""
        return iter(self._loaded())

    @property
    def revision(self) -> int:
        """The number of changes so far."""
        return self._revision

    def append(self, output: Output) -> None:
        """Add an output, or the text of a stream to the stream output that is last."""
        if self._is_clear_pending:
            self.clear(wait=False)
        items = self._loaded()
        if isinstance(output, StreamOutput):
            self._append_stream(items, output)
        else:
            item = OutputItem(output)
            items.append(item)
            self._remember_display(item, output)
        self._changed()

    def clear(self, wait: bool = False) -> None:
        """Remove all outputs, at once or, with ``wait``, when the next one comes.

        messaging 5.4, clear_output.
        """
        self._is_clear_pending = wait
        if not wait and len(self) > 0:
            self._items = []
            self._displays.clear()
            self._changed()

    def has_display_id(self, display_id: str) -> bool:
        """Tell whether a display of this area has ``display_id``."""
        return display_id in self._displays

    def update_display(self, display_id: str, data: JsonObject, metadata: JsonObject) -> bool:
        """Replace what all displays with ``display_id`` show; tell whether there are any.

        messaging 5.4, update_display_data.
        """
        items = self._displays.get(display_id, [])
        for item in items:
            item.update(data, metadata)
        if items:
            self._changed()
        return bool(items)

    def to_json(self) -> JsonArray:
        """Return the nbformat outputs; the same object until something changes."""
        if self._saved is None:
            self._saved = [item.to_json() for item in self._loaded()]
        return self._saved

    def _loaded(self) -> list[OutputItem]:
        if self._items is None:
            self._items = [OutputItem(saved=value) for value in self._saved or ()]
        return self._items

    def _append_stream(self, items: list[OutputItem], output: StreamOutput) -> None:
        last = items[-1].output if items else None
        if isinstance(last, StreamOutput) and last.name == output.name:
            items[-1].feed(output.text)
        else:
            items.append(OutputItem(output))

    def _remember_display(self, item: OutputItem, output: Output) -> None:
        if isinstance(output, (DisplayData, ExecuteResult)) and output.display_id is not None:
            self._displays.setdefault(output.display_id, []).append(item)

    def _changed(self) -> None:
        self._saved = None
        self._revision += 1


def _stream_text(output: Output) -> str:
    return output.text if isinstance(output, StreamOutput) else ""
