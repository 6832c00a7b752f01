"""What a person sees under a cell, from what real kernels sent."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.output import (
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    StreamOutput,
    UnknownOutput,
    parse_message_output,
)
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.view.output_view import Limits, plain_lines, render
from ipynb_nvim.view.sanitize import width_of

# Made by record_outputs.py beside it.
RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "outputs.json").read_text(encoding="utf-8")
)
WIDE = Limits(max_lines=100, width=100)


def area_of(*outputs: Any) -> OutputArea:
    area = OutputArea()
    for output in outputs:
        area.append(output)
    return area


def replayed(name: str) -> OutputArea:
    area = OutputArea()
    for message in RECORDED[name]:
        content = message["content"]
        match message["msg_type"]:
            case "clear_output":
                area.clear(content["wait"])
            case "update_display_data":
                display_id = content["transient"]["display_id"]
                assert area.update_display(display_id, content["data"], content["metadata"])
            case msg_type:
                area.append(parse_message_output(msg_type, content))
    return area


def texts(area: OutputArea, limits: Limits = WIDE) -> list[str]:
    return ["".join(text for text, _ in line) for line in render(area, limits)]


def test_tqdm_is_one_line() -> None:
    (line,) = render(replayed("tqdm"), WIDE)
    ((text, hl),) = line
    assert text.startswith("100%|█████")
    assert hl == "NotebookOutputStderr"


def test_nested_tqdm_leaves_the_outer_bar() -> None:
    (line,) = texts(replayed("tqdm_nested"))
    assert line.startswith("outer: 100%|")


def test_nested_tqdm_shows_both_bars_while_it_runs() -> None:
    area = OutputArea()
    for message in RECORDED["tqdm_nested"][:10]:
        area.append(parse_message_output("stream", message["content"]))
    outer, inner = texts(area)
    assert outer.startswith("outer:   0%|")
    assert inner.startswith("inner:  50%|")


def test_rich_progress_redraws_its_lines_in_colour() -> None:
    one, two = render(replayed("rich_progress"), WIDE)
    assert one[0] == ("one ", "NotebookOutput")
    assert two[0] == ("two ", "NotebookOutput")
    assert ("100%", "NotebookAnsi_f5") in one


def test_rich_traceback_keeps_its_frame() -> None:
    lines = texts(replayed("rich_traceback"))
    assert {len(line) for line in lines[:-1]} == {60}
    assert lines[-1] == "KeyError: 'missing'"


def test_an_error_keeps_the_colours_of_its_traceback() -> None:
    lines = render(replayed("error"), WIDE)
    assert lines[1][:3] == [
        ("      1", "NotebookAnsi_f2"),
        (" ", "NotebookOutput"),
        ("def", "NotebookAnsi_f28_bold"),
    ]
    assert lines[-1] == [
        ("ZeroDivisionError", "NotebookAnsi_f1"),
        (": division by zero", "NotebookOutputError"),
    ]
    assert sum("division by zero" in text for text in texts(replayed("error"))) == 1


def test_a_syntax_error_points_at_its_place() -> None:
    assert texts(replayed("syntax_error"))[1:3] == ["    print(1", "         ^"]


def test_an_error_without_traceback_is_its_name_and_value() -> None:
    expected = [[("E: v", "NotebookOutputError")]]
    assert render(area_of(ErrorOutput("E", "v", ())), WIDE) == expected
    assert texts(area_of(ErrorOutput("E", "", ("line 1", "line 2")))) == ["line 1", "line 2", "E"]
    assert texts(area_of(ErrorOutput("", "v", ()))) == ["v"]


def test_an_error_without_colours_is_all_error() -> None:
    lines = render(area_of(ErrorOutput("E", "v", ("at line 1\nE: v",))), WIDE)
    assert {hl for line in lines for _, hl in line} == {"NotebookOutputError"}


def test_a_result_of_one_line_stands_beside_its_prompt() -> None:
    area = area_of(ExecuteResult({"text/plain": "42"}, 1))
    assert render(area, WIDE) == [[("Out: ", "NotebookOutputPrompt"), ("42", "NotebookOutput")]]


def test_a_result_of_many_lines_stands_under_its_prompt() -> None:
    lines = texts(replayed("repr"))
    assert lines[0] == "Out:"
    assert [line[:4] for line in lines[1:]] == ["{0: ", " 1: ", " 2: "]


def test_a_result_without_data_is_not_shown() -> None:
    assert render(area_of(ExecuteResult({}, 1), DisplayData({})), WIDE) == []


def test_displays_are_updated_in_place() -> None:
    assert texts(replayed("update_display")) == ["'second'", "between", "to stderr"]


def test_richer_text_replaces_the_name_of_an_object() -> None:
    assert texts(replayed("html")) == ["Out:", "Title", "one & two"]
    assert texts(replayed("markdown")) == ["Out:", "Title", "", "text"]


def test_colours_of_programs_are_shown() -> None:
    assert [line[1] for line in render(replayed("grep"), WIDE)] == [
        ("b", "NotebookAnsi_f1_bold"),
        ("b", "NotebookAnsi_f1_bold"),
    ]


def test_clear_output_leaves_the_last() -> None:
    assert texts(replayed("clear_output")) == ["2"]


def test_an_image_is_named_with_its_size() -> None:
    assert texts(replayed("image")) == [
        "Out: [image/png 640×480, 378 B] — :NotebookOpenImage opens it"
    ]


def test_an_unknown_output_is_named() -> None:
    area = area_of(UnknownOutput({"output_type": "novelty\x1b[2J"}), UnknownOutput(None))
    assert texts(area) == ["[unknown output novelty]", "[unknown output]"]


def test_long_output_is_cut_in_the_middle() -> None:
    area = area_of(StreamOutput("stdout", "".join(f"{n}\n" for n in range(100_000))))
    lines = render(area, Limits(max_lines=10, width=80))
    assert ["".join(text for text, _ in line) for line in lines] == [
        *"01234",
        "… 99,991 more lines — go opens all",
        *(str(n) for n in range(99_996, 100_000)),
    ]
    assert lines[5][0][1] == "NotebookOutputMore"


def test_output_that_just_fits_is_not_cut() -> None:
    area = area_of(StreamOutput("stdout", "1\n2\n"), ExecuteResult({"text/plain": "a\nb"}, 1))
    assert texts(area, Limits(5, 80)) == ["1", "2", "Out:", "a", "b"]
    assert texts(area, Limits(4, 80)) == ["1", "2", "… 2 more lines — go opens all", "b"]


def test_the_tail_of_cut_output_has_its_colours() -> None:
    area = area_of(StreamOutput("stdout", "\x1b[31m" + "red\n" * 1000))
    assert render(area, Limits(3, 80))[-1] == [("red", "NotebookAnsi_f1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 11, "x" * 9 + "…"),
        ("x" * 10, "x" * 10),
        ("\x1b[31m" + "x" * 10 + "\x1b[0my", "x" * 9 + "…"),
        ("一" * 6, "一" * 4 + "…"),
        ("a\tb\tc", "a       b…"),
        ("a" + "\u0301" * 1000, "a" + "\u0301" * 175 + "…"),
    ],
)
def test_a_long_line_is_clipped(text: str, expected: str) -> None:
    assert texts(area_of(StreamOutput("stdout", text)), Limits(5, 10)) == [expected]


def test_a_result_is_clipped_with_its_prompt() -> None:
    assert texts(area_of(ExecuteResult({"text/plain": "x" * 99}, 1)), Limits(5, 10)) == [
        "Out: xxxx…"
    ]


def test_plain_lines_are_whole_and_plain() -> None:
    area = area_of(
        StreamOutput("stdout", "\x1b[31mred\x1b[0m\t" + "x" * 200 + "\n" + "y\n" * 500),
        ExecuteResult({"text/plain": "a\nb"}, 1),
    )
    lines = plain_lines(area)
    assert lines[0] == "red     " + "x" * 200
    assert lines[1:501] == ["y"] * 500
    assert lines[501:] == ["Out:", "a", "b"]


PIECES = ["\x1b", "[", "]0;", "31m", "\x07", "\x9b", "\x00", "\u202e", "\ud800", "\r", "\b", "\n"]
PIECES += ["\t", "a", "一", "e\u0301", "\x1b[A", "\x1b[K", "\u200b", "\x1b[1m", "\x1b]8;;x\x1b\\"]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
OUTPUTS = st.one_of(
    st.builds(StreamOutput, st.sampled_from(["stdout", "stderr", "x\x1b"]), HOSTILE),
    st.builds(lambda text: DisplayData({"text/plain": text}), HOSTILE),
    st.builds(lambda text: DisplayData({"text/html": text}), HOSTILE),
    st.builds(lambda mime: DisplayData({mime: "x"}), HOSTILE),
    st.builds(lambda text: ExecuteResult({"application/json": {text: text}}, 1), HOSTILE),
    st.builds(ErrorOutput, HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3).map(tuple)),
    st.builds(lambda text: UnknownOutput({"output_type": text}), HOSTILE),
)


@given(st.lists(OUTPUTS, max_size=5), st.integers(1, 12), st.integers(8, 40))
def test_what_is_drawn_is_safe_and_bounded(outputs: list[Any], max_lines: int, width: int) -> None:
    area = area_of(*outputs)
    lines = render(area, Limits(max_lines, width))
    assert len(lines) <= max_lines
    for line in lines:
        text = "".join(text for text, _ in line)
        assert line
        assert width_of(text) <= max(width, 40)  # the line that tells how much is cut
        assert_safe(text)
    for text in plain_lines(area):
        assert_safe(text)


def assert_safe(text: str) -> None:
    assert not {unicodedata.category(char) for char in text} & {"Cc", "Cs", "Zl", "Zp"}
    assert "\u202e" not in text


@pytest.mark.parametrize("text", ["x" * 100_000_000, "line\n" * 1_000_000, "\x1b[31m" * 1_000_000])
def test_time_to_draw_does_not_depend_on_the_size(text: str) -> None:
    area = area_of(StreamOutput("stdout", text), ExecuteResult({"text/plain": "1"}, 1))
    render(area, WIDE)
    started = time.perf_counter()
    for _ in range(10):
        render(area, WIDE)
    assert (time.perf_counter() - started) / 10 < 0.02
