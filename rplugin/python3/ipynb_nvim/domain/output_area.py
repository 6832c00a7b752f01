"""The outputs of one cell, in order, as a kernel sends them; knows neither cells nor drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import DisplayData, ExecuteResult, StreamOutput, parse_output
from ipynb_nvim.domain.output_item import OutputItem, StreamItem, make_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.json_value import JsonArray, JsonObject
    from ipynb_nvim.domain.output import Output
    from ipynb_nvim.domain.output_item import Item


class OutputArea:
    """What a cell's run has put out so far.

    Consecutive texts of one stream are one output. ``revision`` grows with every change that
    can be seen or saved.
    """

    # State: the outputs (None: those of _saved, not looked at yet), the nbformat outputs if
    # they are known to be up to date, the displays that have an id, whether the next output
    # replaces all (clear_output(wait=True)), and the number of changes.
    def __init__(self) -> None:
        self._items: list[Item] | None = []
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

    def __iter__(self) -> Iterator[Item]:
        """Return the outputs in order; they stay the area's."""
        return iter(self._loaded())

    @property
    def line_count(self) -> int:
        """The number of lines of its streams; nothing is read for it."""
        return sum(len(item.lines) for item in self._items or () if isinstance(item, StreamItem))

    @property
    def revision(self) -> int:
        """The number of changes so far."""
        return self._revision

    @property
    def is_clear_pending(self) -> bool:
        """Whether the next output replaces all there are."""
        return self._is_clear_pending

    def append(self, output: Output) -> None:
        """Add an output, or the text of a stream to the stream output that is last."""
        if self._is_clear_pending:
            self.clear(wait=False)
        items = self._loaded()
        last = items[-1] if items else None
        if (
            isinstance(output, StreamOutput)
            and isinstance(last, StreamItem)
            and last.name == output.name
        ):
            last.feed(output.text)
        else:
            items.append(make_item(output))
            self._note_display(items[-1])
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

    def _loaded(self) -> list[Item]:
        if self._items is None:
            self._items = [make_item(parse_output(value), value) for value in self._saved or ()]
        return self._items

    def _note_display(self, item: Item) -> None:
        if not isinstance(item, OutputItem):
            return
        output = item.output
        if isinstance(output, (DisplayData, ExecuteResult)) and output.display_id is not None:
            self._displays.setdefault(output.display_id, []).append(item)

    def _changed(self) -> None:
        self._saved = None
        self._revision += 1
