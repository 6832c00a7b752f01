"""A cell's outputs as a kernel sends them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ipynb_nvim.domain import output_area
from ipynb_nvim.domain.output import (
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    StreamOutput,
    UnknownOutput,
    parse_output,
)
from ipynb_nvim.domain.output_area import OutputArea


def stdout(text: str) -> StreamOutput:
    return StreamOutput("stdout", text)


def stderr(text: str) -> StreamOutput:
    return StreamOutput("stderr", text)


def area_of(*outputs: Any) -> OutputArea:
    area = OutputArea()
    for output in outputs:
        area.append(output)
    return area


def test_texts_of_one_stream_are_one_output() -> None:
    area = area_of(stdout("a"), stdout("b\nc"), stderr("d"), stdout("e"))
    assert [(item["name"], item["text"]) for item in area.to_json()] == [
        ("stdout", ["ab\n", "c"]),
        ("stderr", ["d"]),
        ("stdout", ["e"]),
    ]


def test_a_progress_bar_is_saved_as_its_last_state() -> None:
    area = area_of(stderr("\r 50%|███  |"), stderr("\r100%|█████|"), stderr("\n"))
    assert area.to_json()[0]["text"] == ["100%|█████|\n"]


def test_colours_are_saved() -> None:
    assert area_of(stdout("\x1b[31mred\x1b[m")).to_json()[0]["text"] == ["\x1b[31mred\x1b[m"]


def test_clear_removes_at_once() -> None:
    area = area_of(stdout("a"), DisplayData({}, display_id="d"))
    area.clear()
    assert (len(area), area.to_json()) == (0, [])
    assert not area.has_display_id("d")


def test_clear_with_wait_keeps_the_old_until_the_next_output() -> None:
    area = area_of(stdout("old"))
    revision = area.revision
    area.clear(wait=True)
    assert (len(area), area.revision) == (1, revision)
    area.append(stdout("new"))
    assert [item["text"] for item in area.to_json()] == [["new"]]
    area.append(stdout("er"))
    assert area.to_json()[0]["text"] == ["newer"]


def test_clear_at_once_ends_a_clear_that_waits() -> None:
    area = area_of(stdout("old"))
    area.clear(wait=True)
    area.clear()
    area.append(stdout("a"))
    area.append(stdout("b"))
    assert area.to_json()[0]["text"] == ["ab"]


def test_update_display_reaches_every_display_with_the_id() -> None:
    first = DisplayData({"text/plain": "1"}, display_id="d")
    area = area_of(first, stdout("x"), ExecuteResult({"text/plain": "2"}, 5, display_id="d"))
    assert area.has_display_id("d")
    assert area.update_display("d", {"text/plain": "new"}, {"k": 1})
    displays = [item for item in area.to_json() if item["output_type"] != "stream"]
    assert [item["data"] for item in displays] == [{"text/plain": ["new"]}] * 2
    assert [item["metadata"] for item in displays] == [{"k": 1}] * 2
    assert displays[1]["execution_count"] == 5


def test_update_of_an_unknown_display_changes_nothing() -> None:
    area = area_of(stdout("a"))
    revision = area.revision
    assert not area.update_display("d", {}, {})
    assert area.revision == revision


@pytest.mark.parametrize(
    "output",
    [
        stdout("a"),
        DisplayData({"text/plain": "a"}),
        ExecuteResult({"text/plain": "a"}, 1),
        ErrorOutput("E", "v", ()),
        UnknownOutput({"output_type": "novelty", "k": [1]}),
    ],
)
def test_each_output_is_saved_and_seen_as_a_change(output: Any) -> None:
    area = OutputArea()
    area.append(output)
    assert area.revision == 1
    assert len(area) == 1
    assert [parse_output(value) for value in area.to_json()] == [parse_output(output.to_json())]


SAVED: list[Any] = [
    {"output_type": "stream", "name": "stdout", "text": "one string\rx"},
    {"text": ["keys\n", "in their own order"], "output_type": "stream", "name": "stdout", "z": 1},
    {"output_type": "novelty"},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": []},
    "nonsense",
    None,
]


def test_outputs_of_a_file_stay_the_very_same_object() -> None:
    area = OutputArea.from_json(SAVED)
    assert area.to_json() is SAVED
    assert len(area) == len(SAVED)
    assert len(list(area)) == len(SAVED)
    assert area.to_json() is SAVED


def test_outputs_of_a_file_are_not_read_before_they_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Any) -> None:
        pytest.fail("read too early")

    monkeypatch.setattr(output_area, "parse_output", refuse)
    area = OutputArea.from_json(SAVED)
    assert (len(area), area.revision, area.has_display_id("d")) == (len(SAVED), 0, False)
    assert area.to_json() is SAVED


def test_outputs_of_a_file_survive_as_they_were_beside_a_new_one() -> None:
    area = OutputArea.from_json(SAVED)
    area.append(DisplayData({}))
    saved = area.to_json()
    assert all(new is old for new, old in zip(saved, SAVED, strict=False))
    assert len(saved) == len(SAVED) + 1
    assert area.to_json() is saved


def test_a_stream_of_a_file_can_grow() -> None:
    area = OutputArea.from_json([{"output_type": "stream", "name": "stdout", "text": "a", "z": 1}])
    area.append(stdout("b\n"))
    expected = {"output_type": "stream", "name": "stdout", "text": ["ab\n"], "z": 1}
    assert area.to_json() == [expected]


def test_many_cells_open_at_once() -> None:
    outputs = [[{"output_type": "stream", "name": "stdout", "text": ["x\n"] * 100}]] * 5000
    started = time.process_time()
    areas = [OutputArea.from_json(value) for value in outputs]
    assert time.process_time() - started < 0.2
    assert all(area.to_json() is value for area, value in zip(areas, outputs, strict=True))
