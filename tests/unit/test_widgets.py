"""Widgets as text, from what a real kernel's comm messages said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.messages import CommMessage, OutputMessage, UpdateDisplay, parse_message
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.domain.output import DisplayData
from ipynb_nvim.domain.widgets import VIEW_MIME, Widgets
from ipynb_nvim.view.output_view import Limits, plain_lines, render
from ipynb_nvim.view.widget_rows import widget_rows

# Made by record_widgets.py beside it.
RECORDED: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "recorded" / "widgets.json").read_text(encoding="utf-8")
)


class Board:
    """A notebook of one cell that is told recorded messages."""

    def __init__(self) -> None:
        self.notebook = Notebook([CellRecord("a", "code", "x", [])])
        self.changes = 0
        self.notebook.subscribe(self.count)

    def count(self, _event: object) -> None:
        self.changes += 1

    def take(self, recorded: dict[str, Any]) -> None:
        message = parse_message(
            {"header": {"msg_type": recorded["msg_type"]}, "content": recorded["content"]}
        )
        if isinstance(message, CommMessage):
            self.notebook.update_widget(message)
        elif isinstance(message, OutputMessage):
            self.notebook.append_output("a", message.output)
        elif isinstance(message, UpdateDisplay):
            self.notebook.update_display(message.display_id, message.data, message.metadata)

    def lines(self) -> list[str]:
        area = self.notebook["a"].outputs
        lines = render(area, Limits(40, 100), self.notebook.widgets)
        return ["".join(text for text, _ in line) for line in lines]


def test_progress_bars_of_tqdm_move_and_those_not_left_go() -> None:
    board = Board()
    seen: list[list[str]] = []
    for message in RECORDED["tqdm"]:
        board.take(message)
        if not seen or board.lines() != seen[-1]:
            seen.append(board.lines())
    bars = [line for lines in seen for line in lines]
    assert any(line.startswith("inner: 50%") for line in bars)
    assert max(map(len, seen)) == 2
    (last,) = seen[-1]
    assert last.startswith("load: 100% " + "━" * 30 + " 3/3 [00:0")


def test_each_control_has_its_form() -> None:
    board = Board()
    for message in RECORDED["controls"]:
        board.take(message)
    assert board.lines() == [
        "n ──────●───────────── 3",
        "☑ on",
        "pick b ▾",
        "[ Go ]",
        "name hi",
        "x FloatText 2.5",
        "━━━━━━━━━━━━━━━───────────────",
        "ColorPicker red",
    ]
    assert plain_lines(board.notebook["a"].outputs, board.notebook.widgets) == board.lines()


def test_a_change_of_a_widget_redraws_the_cells_that_show_widgets() -> None:
    board = Board()
    messages = RECORDED["tqdm"]
    shown = next(n for n, message in enumerate(messages) if message["msg_type"] == "display_data")
    for message in messages[:shown]:
        board.take(message)
    assert board.changes == 0
    board.take(messages[shown])
    before = board.changes
    board.take(messages[shown + 1])
    assert board.changes == before + 1


def test_a_widget_that_nothing_is_known_of_is_its_text() -> None:
    board = Board()
    data = {"text/plain": "  0%|   | 0/10", VIEW_MIME: {"model_id": "gone"}}
    board.notebook.append_output("a", DisplayData(data))
    assert board.lines() == ["  0%|   | 0/10"]


def test_states_that_a_file_has_are_shown() -> None:
    widgets = Widgets()
    state = {"m": {"model_name": "IntProgressModel", "state": {"value": 1, "max": 2}}}
    bundle = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    widgets.take_saved({"widgets": bundle})
    rows = widget_rows(widgets, {"model_id": "m"})
    assert rows is not None
    assert rows.plain(0).startswith("━" * 15 + "─")
    widgets.take_saved({"widgets": 5})
    widgets.take_saved({"widgets": {"application/vnd.jupyter.widget-state+json": {"state": [1]}}})


def test_widgets_without_end_are_bounded() -> None:
    widgets = Widgets()
    for n in range(25_000):
        widgets.apply(CommMessage("", "open", str(n), "jupyter.widget", {"x": "y" * 1000}))
    assert not widgets.has("4999")
    assert widgets.has("24999")


def test_boxes_in_themselves_end() -> None:
    widgets = Widgets()
    state = {"_model_name": "VBoxModel", "children": ["IPY_MODEL_a"] * 100}
    widgets.apply(CommMessage("", "open", "a", "jupyter.widget", state))
    rows = widget_rows(widgets, {"model_id": "a"})
    assert rows is not None
    assert len(rows) == 0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)
NAMES = ["FloatProgress", "IntSlider", "HTML", "Checkbox", "Dropdown", "HBox", "Text", "Output"]


@given(
    st.sampled_from(NAMES),
    st.dictionaries(
        st.sampled_from(["value", "min", "max", "description", "children", "index", "layout",
                         "_options_labels", "bar_style", "titles"]),
        VALUES,
    ),
)  # fmt: skip
def test_no_state_is_an_error(name: str, state: dict[str, Any]) -> None:
    widgets = Widgets()
    state = {"_model_name": f"{name}Model", **state}
    widgets.apply(CommMessage("", "open", "a", "jupyter.widget", state))
    rows = widget_rows(widgets, {"model_id": "a"})
    assert rows is not None
    for row in range(len(rows)):
        assert "\n" not in rows.plain(row)
        assert "\x1b" not in rows.plain(row)
