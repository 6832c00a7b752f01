"""Widgets as text: progress bars, values, boxes of these; knows no messages.

They are looked at and not used: a terminal shows how a run gets on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ipynb_nvim.view.html_rows import text_rows
from ipynb_nvim.view.rows import PLAIN_HL, StyledRows, clean
from ipynb_nvim.view.virt_line import NOTE_HL

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.json_value import JsonObject, JsonValue
    from ipynb_nvim.domain.widgets import Widgets
    from ipynb_nvim.view.virt_line import VirtLine

    Lines = list[VirtLine]

_DONE_HL = "NotebookProgress"
_STATE_HLS = {"success": "NotebookStateOk", "danger": "NotebookStateError", "warning": NOTE_HL}
_TRACK_HL = "NotebookTableRule"
_VALUE_HL = "NotebookJsonString"

_BAR_COLS, _SLIDER_COLS = 30, 20
_MAX_WIDGETS, _MAX_CHILDREN, _MAX_LINES, _MAX_VALUE = 300, 100, 200, 200


def widget_rows(widgets: Widgets, view: JsonValue) -> StyledRows | None:
    """Return the rows of the widget that a view names; None if nothing is known of it."""
    model_id = view.get("model_id") if isinstance(view, Mapping) else None
    if not isinstance(model_id, str) or not widgets.has(model_id):
        return None
    return StyledRows(_lines(widgets, model_id, [_MAX_WIDGETS])[:_MAX_LINES])


def _lines(widgets: Widgets, reference: JsonValue, left: list[int]) -> Lines:
    """Return a widget's lines; ``left`` counts how many may be drawn: boxes may hold themselves."""
    left[0] -= 1
    state = widgets.state(reference)
    name = state.get("_model_name")
    if not isinstance(name, str) or left[0] < 0:
        return []
    if widgets.state(state.get("layout")).get("display") == "none":
        return []
    name = name.removesuffix("Model")
    if "children" in state:
        return _box(widgets, state, name, left)
    draw = _FORMS.get(name)
    return draw(state) if draw else _other(name, state)


def _box(widgets: Widgets, state: JsonObject, name: str, left: list[int]) -> Lines:
    children = state["children"]
    if isinstance(children, str) or not isinstance(children, Sequence):
        return []
    titles = state.get("titles")
    blocks: list[Lines] = []
    for index, child in enumerate(children[:_MAX_CHILDREN]):
        lines = _lines(widgets, child, left)
        title = titles[index : index + 1] if isinstance(titles, (list, tuple)) else ()
        if title and lines:
            lines = [[(clean(str(title[0])[:_MAX_VALUE]), "NotebookStrong")], *lines]
        blocks.append(lines)
    if name == "HBox" and all(len(lines) <= 1 for lines in blocks):
        return _beside([lines[0] for lines in blocks if lines])
    return [line for lines in blocks for line in lines][:_MAX_LINES]


def _beside(lines: Lines) -> Lines:
    row: VirtLine = []
    for line in lines:
        if row:
            row.append((" ", PLAIN_HL))
        row += line
    return [row] if row else []


def _progress(state: JsonObject) -> Lines:
    low, high, value = (_number(state, key) for key in ("min", "max", "value"))
    part = min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.0
    cols = round(part * _BAR_COLS)
    hl = _STATE_HLS.get(str(state.get("bar_style")), _DONE_HL)
    bar: VirtLine = [("━" * cols, hl), ("─" * (_BAR_COLS - cols), _TRACK_HL)]
    return [[*_description(state), *bar]]


def _slider(state: JsonObject) -> Lines:
    low, high = _number(state, "min"), _number(state, "max")
    value = state.get("value")
    if isinstance(value, (list, tuple)):
        return [[*_description(state), (" – ".join(_short(item) for item in value[:2]), _VALUE_HL)]]
    part = min(max((_number(state, "value") - low) / (high - low), 0.0), 1.0) if high > low else 0.0
    at = round(part * (_SLIDER_COLS - 1))
    bar: VirtLine = [
        ("─" * at, _TRACK_HL),
        ("●", _DONE_HL),
        ("─" * (_SLIDER_COLS - 1 - at), _TRACK_HL),
    ]
    return [[*_description(state), *bar, (f" {_short(value)}", PLAIN_HL)]]


def _html(state: JsonObject) -> Lines:
    text = str(state.get("value") or "")
    rows = text_rows(text, 0, len(text))
    lines = [rows.line(row, 1000) for row in range(min(len(rows), _MAX_LINES))]
    if len(lines) == 1:
        return [[*_description(state), *lines[0]]]
    return [*([_description(state)] if _description(state) else []), *lines]


def _label(state: JsonObject) -> Lines:
    return [[*_description(state), (_short(state.get("value")), PLAIN_HL)]]


def _check(state: JsonObject) -> Lines:
    sign = ("☑", "NotebookTaskDone") if state.get("value") else ("☐", "NotebookTask")
    return [[sign, (f" {_short(state.get('description'))}", PLAIN_HL)]]


def _button(state: JsonObject) -> Lines:
    return [[(f"[ {_short(state.get('description'))} ]", NOTE_HL)]]


def _password(state: JsonObject) -> Lines:
    return [[*_description(state), ("••••", _VALUE_HL)]]


def _choice(state: JsonObject) -> Lines:
    labels, index = state.get("_options_labels"), state.get("index")
    chosen = index if isinstance(index, (list, tuple)) else [index]
    names = [
        _short(labels[at])
        for at in chosen[:_MAX_CHILDREN]
        if isinstance(labels, (list, tuple)) and isinstance(at, int) and 0 <= at < len(labels)
    ]
    return [[*_description(state), (", ".join(names) or "–", _VALUE_HL), (" ▾", NOTE_HL)]]


def _other(name: str, state: JsonObject) -> Lines:
    """Return one line that names a widget that has no form of its own."""
    if "value" not in state:
        return [[(f"[{clean(name[:_MAX_VALUE])}]", NOTE_HL)]]
    value = (_short(state["value"]), _VALUE_HL)
    return [[*(_description(state) or [(f"{clean(name[:_MAX_VALUE])} ", NOTE_HL)]), value]]


def _description(state: JsonObject) -> VirtLine:
    text = _short(state.get("description"))
    return [(f"{text} ", PLAIN_HL)] if text else []


def _short(value: JsonValue) -> str:
    if value is None:
        return ""
    text = value[: _MAX_VALUE + 1] if isinstance(value, str) else repr(value)[: _MAX_VALUE + 1]
    text = clean(" ".join(text.split()))
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"


def _number(state: JsonObject, key: str) -> float:
    value = state.get(key)
    return float(value) if isinstance(value, (int, float)) and abs(value) < 1e300 else 0.0  # noqa: PLR2004 (no overflow)


_FORMS: Mapping[str, Callable[[JsonObject], Lines]] = {
    "FloatProgress": _progress,
    "IntProgress": _progress,
    "IntSlider": _slider,
    "FloatSlider": _slider,
    "FloatLogSlider": _label,
    "IntRangeSlider": _slider,
    "FloatRangeSlider": _slider,
    "HTML": _html,
    "HTMLMath": _html,
    "Label": _label,
    "Checkbox": _check,
    "ToggleButton": _check,
    "Valid": _check,
    "Button": _button,
    "Password": _password,
    "Dropdown": _choice,
    "Select": _choice,
    "SelectMultiple": _choice,
    "RadioButtons": _choice,
    "ToggleButtons": _choice,
    "SelectionSlider": _choice,
    "Output": lambda _state: [],
}
