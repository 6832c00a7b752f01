"""The state of the widgets of a kernel, as its comm messages tell it; knows no drawing.

Messages are those of the Jupyter widgets' protocol (ipywidgets, "Jupyter widget messaging
protocol" version 2): ``comm_open`` and ``comm_msg`` with ``method: update`` carry keys of the
state, ``comm_close`` ends a widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import DisplayData, ExecuteResult

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue
    from ipynb_nvim.domain.messages import CommMessage
    from ipynb_nvim.domain.output import Output

VIEW_MIME = "application/vnd.jupyter.widget-view+json"
_STATE_MIME = "application/vnd.jupyter.widget-state+json"
_TARGET = "jupyter.widget"
_REFERENCE = "IPY_MODEL_"

# A program may make widgets without end; the oldest are forgotten.
_MAX_MODELS = 20_000
# What a widget may keep: no form in text needs more.
_MAX_KEYS, _MAX_TEXT, _MAX_ITEMS = 200, 100_000, 1000


class Widgets:
    """The widgets of one notebook by model id."""

    # State: what is known of each model, None for one that was closed; the cells that show any.
    def __init__(self) -> None:
        self._models: dict[str, dict[str, JsonValue] | None] = {}
        self._cell_ids: set[str] = set()

    def __bool__(self) -> bool:
        """Tell whether any widget is known."""
        return bool(self._models)

    @property
    def cell_ids(self) -> frozenset[str]:
        """The cells that show widgets, or did."""
        return frozenset(self._cell_ids)

    def note(self, cell_id: str, output: Output) -> None:
        """Remember the cell if the output shows a widget."""
        if isinstance(output, (DisplayData, ExecuteResult)) and VIEW_MIME in output.data:
            self._cell_ids.add(cell_id)

    def has(self, model_id: str) -> bool:
        """Tell whether the widget was ever heard of, also if it is closed."""
        return model_id in self._models

    def state(self, reference: JsonValue) -> JsonObject:
        """Return the state of a model, by its id or by a reference to it; empty: none."""
        if not isinstance(reference, str):
            return {}
        return self._models.get(reference.removeprefix(_REFERENCE)) or {}

    def apply(self, message: CommMessage) -> bool:
        """Take a message; tell whether it is about a widget."""
        model_id = message.comm_id
        if message.kind == "open":
            if message.target == _TARGET:
                self._models.pop(model_id, None)
                self._models[model_id] = _bounded(message.state)
                self._forget_oldest()
                return True
            return False
        model = self._models.get(model_id)
        if model is None:
            return False
        if message.kind == "close":
            self._models[model_id] = None
        else:
            model.update(_bounded(message.state))
            self._models[model_id] = dict(list(model.items())[:_MAX_KEYS])
        return True

    def take_saved(self, metadata: JsonObject) -> None:
        """Take the states that the metadata of a notebook may have."""
        bundle = _object(_object(metadata, "widgets"), _STATE_MIME)
        for model_id, model in list(_object(bundle, "state").items())[:_MAX_MODELS]:
            if isinstance(model, Mapping) and isinstance(model.get("model_name"), str):
                state = _bounded(_object(model, "state"))
                self._models[model_id] = {"_model_name": model["model_name"], **state}

    def _forget_oldest(self) -> None:
        while len(self._models) > _MAX_MODELS:
            del self._models[next(iter(self._models))]


def _bounded(state: JsonObject) -> dict[str, JsonValue]:
    """Keep what is small: strings, numbers, short lists."""
    kept: dict[str, JsonValue] = {}
    for key, value in list(state.items())[:_MAX_KEYS]:
        if isinstance(value, str):
            kept[key] = value[:_MAX_TEXT]
        elif isinstance(value, (list, tuple)):
            kept[key] = value[:_MAX_ITEMS]
        elif not isinstance(value, Mapping) or len(value) <= _MAX_KEYS:
            kept[key] = value
    return kept


def _object(value: JsonObject, key: str) -> JsonObject:
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}
