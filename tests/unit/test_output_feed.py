"""A whole output in steps: what a reader has after them is what there is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.output import DisplayData, ExecuteResult, StreamOutput
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.view import output_feed
from ipynb_nvim.view.output_feed import OutputFeed
from ipynb_nvim.view.output_view import plain_lines

if TYPE_CHECKING:
    import pytest


class Reader:
    """Does with the steps what the output window does."""

    def __init__(self, area: OutputArea) -> None:
        self.area = area
        self.feed = OutputFeed(area)
        self.lines: list[str] = []
        self.spans: list[Any] = []
        self.taken: list[int] = []

    def read(self) -> list[str]:
        while True:
            step = self.feed.step(self.area)
            assert step.first <= len(self.lines)
            self.lines[step.first :] = step.lines
            self.spans[step.first :] = step.spans
            self.taken.append(len(step.lines))
            if step.is_last:
                return self.lines


def stdout(text: str) -> StreamOutput:
    return StreamOutput("stdout", text)


def test_all_of_a_long_output_comes_in_bounded_steps() -> None:
    area = OutputArea()
    area.append(stdout("".join(f"{n}\n" for n in range(5000))))
    area.append(ExecuteResult({"text/plain": "a\nb"}, 1))
    reader = Reader(area)
    assert reader.read() == plain_lines(area)
    assert max(reader.taken) == 2000
    assert len(reader.taken) == 3


def test_only_what_is_new_is_sent_again() -> None:
    area = OutputArea()
    area.append(stdout("x\n" * 3000))
    reader = Reader(area)
    reader.read()
    area.append(stdout("new\n"))
    reader.taken.clear()
    assert reader.read()[-1] == "new"
    assert reader.taken == [101]
    reader.taken.clear()
    reader.read()
    assert reader.taken == [0]


CHUNKS = st.one_of(
    st.text(st.sampled_from("ab\n\r\b\x1b[A1mK"), max_size=12).map(stdout),
    st.sampled_from(["\x1b[2A", "\x1b[K", "\r\x1b[31mred", "x\n" * 120, "\x1b[99A!"]).map(stdout),
    st.sampled_from(["one", "a\nb", ""]).map(lambda text: ExecuteResult({"text/plain": text}, 1)),
    st.just(DisplayData({"text/plain": "first"}, display_id="d")),
    st.sampled_from(["update", "clear", "clear later"]),
)


@given(st.lists(CHUNKS, max_size=12), st.data())
def test_a_reader_always_has_what_there_is(chunks: list[Any], data: st.DataObject) -> None:
    area = OutputArea()
    reader = Reader(area)
    for chunk in chunks:
        if chunk == "update":
            area.update_display("d", {"text/plain": "second\nthird"}, {})
        elif isinstance(chunk, str):
            area.clear(wait=chunk == "clear later")
        else:
            area.append(chunk)
        if data.draw(st.booleans()):
            assert reader.read() == plain_lines(area)
    assert reader.read() == plain_lines(area)
    assert len(reader.spans) == len(reader.lines)


def test_colours_are_spans_of_bytes() -> None:
    area = OutputArea()
    area.append(stdout("é\x1b[31mré\x1b[0m.\n"))
    area.append(StreamOutput("stderr", "warning"))
    reader = Reader(area)
    assert reader.read() == ["éré.", "warning"]
    assert reader.spans == [[2, 5, "NotebookAnsi_f1"], [0, 7, "NotebookOutputStderr"]]


def test_a_huge_output_has_its_ends_and_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_feed, "_HEAD_ROWS", 1000)
    area = OutputArea()
    area.append(stdout("".join(f"{n}\n" for n in range(5000))))
    reader = Reader(area)
    lines = reader.read()
    assert lines[999:1002] == ["999", "… 3,800 more lines", "4800"]
    assert lines[-1] == "4999"
    area.append(stdout("5000\n"))
    reader.taken.clear()
    assert reader.read()[1000:] == ["… 3,801 more lines", *(str(n) for n in range(4801, 5001))]
    assert sum(reader.taken) == 201
    reader.feed.say_place("/tmp/all.txt")
    assert reader.read()[1000] == "… 3,801 more lines — all of it: /tmp/all.txt"


def test_a_million_coloured_lines_are_plain_in_time() -> None:
    area = OutputArea()
    area.append(stdout("\x1b[31mred\x1b[0m and plain text of usual length\n" * 1_000_000))
    started = time.process_time()
    lines = plain_lines(area)
    assert time.process_time() - started < 3
    assert len(lines) == 1_000_000
    assert lines[-1] == "red and plain text of usual length"


def test_a_line_of_a_hundred_megabytes_is_cut() -> None:
    area = OutputArea()
    area.append(stdout("x" * 100_000_000))
    started = time.process_time()
    (line,) = Reader(area).read()
    assert time.process_time() - started < 1
    assert line == "x" * 999_999 + "…"
