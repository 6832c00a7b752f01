"""Terminal text that grows: what programs that redraw themselves leave behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.pen import Pen
from ipynb_nvim.domain.stream_text import SCREEN_ROWS, StreamText
from ipynb_nvim.view.ansi import segments

if TYPE_CHECKING:
    from collections.abc import Callable

Line = list[tuple[str, Pen]]

RED, BLUE = Pen(foreground=1), Pen(foreground=4)


def chunked(text: str, sizes: list[int]) -> StreamText:
    stream = StreamText()
    for size in sizes:
        stream.feed(text[:size])
        text = text[size:]
    stream.feed(text)
    return stream


def cells(stream: StreamText) -> list[Line]:
    """Return every character with its pen, line by line."""
    rows = range(stream.text().count("\n") + 1)
    return [
        [
            (char, pen)
            for part, pen in segments(stream.line(row), stream.pen_at(row))
            for char in part
        ]
        for row in rows
    ]


class Terminal:
    """The plainest terminal that could work: a grid of characters, one token at a time."""

    def __init__(self) -> None:
        self.grid: list[Line] = [[]]
        self.row = self.col = 0
        self.pen = Pen()

    def feed(self, token: str) -> None:
        if token == "\n":
            self.row, self.col = self.row + 1, 0
            if self.row == len(self.grid):
                self.grid.append([])
        elif token in MOVES:
            row, col = MOVES[token](self.row, self.col)
            self.row = min(max(0, row), len(self.grid) - 1)
            self.col = max(0, col)
        elif token in ERASES:
            line = self.grid[self.row]
            line[:] = ERASES[token](line, self.col)
        elif token.startswith("\x1b["):
            self.pen = self.pen.apply(token[2:-1])
        else:
            self.write(token)

    def write(self, text: str) -> None:
        line = self.grid[self.row]
        line.extend([(" ", self.pen)] * (self.col - len(line)))
        line[self.col : self.col + len(text)] = [(char, self.pen) for char in text]
        self.col += len(text)


MOVES: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "\r": lambda row, _: (row, 0),
    "\b": lambda row, col: (row, col - 1),
    "\x1b[A": lambda row, col: (row - 1, col),
    "\x1b[2B": lambda row, col: (row + 2, col),
    "\x1b[C": lambda row, col: (row, col + 1),
    "\x1b[2D": lambda row, col: (row, col - 2),
    "\x1b[3G": lambda row, _: (row, 2),
}
ERASES: dict[str, Callable[[Line, int], Line]] = {
    "\x1b[K": lambda line, col: line[:col],
    "\x1b[1K": lambda line, col: [(" ", Pen())] * min(col + 1, len(line)) + line[col + 1 :],
    "\x1b[2K": lambda _line, _col: [],
}
COLOURS = ["\x1b[31m", "\x1b[1;44m", "\x1b[m", "\x1b[38;5;9m"]
CONTROLS = ["\n", *MOVES, *ERASES, *COLOURS]
TOKENS = st.lists(st.sampled_from([*CONTROLS, "a", "bc", "def ", "é", "一"]), max_size=40)
BROKEN = st.lists(
    st.sampled_from([*CONTROLS, "x", "\x1b", "[", "\x1b[", "3", "1;", "m", "K", "\x1b]0;t\x07"]),
    max_size=40,
)
SIZES = st.lists(st.integers(0, 9), max_size=30)


@given(TOKENS, SIZES)
def test_text_is_what_a_terminal_shows(tokens: list[str], sizes: list[int]) -> None:
    terminal = Terminal()
    for token in tokens:
        terminal.feed(token)
    assert cells(chunked("".join(tokens), sizes)) == terminal.grid


@given(BROKEN, SIZES)
def test_any_chunking_gives_the_same_text(tokens: list[str], sizes: list[int]) -> None:
    whole, parts = StreamText("".join(tokens)), chunked("".join(tokens), sizes)
    assert parts.text() == whole.text()
    assert len(parts) == len(whole)
    assert cells(parts) == cells(whole)


@given(TOKENS)
def test_saved_text_reads_back_as_the_same_lines(tokens: list[str]) -> None:
    stream = StreamText("".join(tokens))
    assert cells(StreamText(stream.text())) == cells(stream)


@given(st.lists(st.sampled_from(["a", "\n", "\r\n", "\x1b[31m", "\x1b[m", "\x1b[?25l", "\t"])))
def test_text_without_overwriting_is_kept_as_it_came(tokens: list[str]) -> None:
    text = "".join(tokens)
    assert StreamText(text).text() == text.replace("\r\n", "\n")


@given(TOKENS, st.integers(0, 12))
def test_a_clipped_line_is_the_start_of_the_line(tokens: list[str], size: int) -> None:
    stream = StreamText("".join(tokens))
    for row in range(len(stream)):
        assert stream.line(row, size) == stream.line(row)[:size]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10%\r20%\r100%\n", "100%\n"),
        ("long text\rab", "abng text"),
        ("abc\b\bX", "aXc"),
        ("\b\bx", "x"),
        ("one\ntwo\x1b[1A\rONE\n", "ONE\ntwo"),
        ("one\n\x1b[5Atop", "top"),
        ("secret\r\x1b[K", ""),
        ("\x1b[31mred\x1b[0m\rHE", "HE\x1b[31md\x1b[0m"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("half\x1b[3", "half\x1b[3"),
    ],
)
def test_overwritten_text_collapses(text: str, expected: str) -> None:
    assert StreamText(text).text().rstrip("\n") == expected.rstrip("\n")


def test_colour_of_overwritten_text_does_not_leak() -> None:
    stream = StreamText("\x1b[31mred\x1b[34m\rB")
    assert cells(stream) == [[("B", BLUE), ("e", RED), ("d", RED)]]


def test_colour_carries_over_lines() -> None:
    stream = StreamText("\x1b[31mone\n")
    stream.feed("two\nthree\x1b[0m\nfour")
    assert [stream.pen_at(row) for row in range(4)] == [Pen(), RED, RED, Pen()]


@pytest.mark.parametrize("rest", ["", "   ", "\x1b[?25h", "\r  \x1b[K"])
def test_a_last_line_that_shows_nothing_does_not_count(rest: str) -> None:
    assert len(StreamText("one\n" + rest)) == 1


def test_blank_lines_in_between_count() -> None:
    assert len(StreamText("one\n\n\n")) == 3


def test_cursor_cannot_leave_the_screen() -> None:
    stream = StreamText("x\n" * 1000 + "\x1b[5000A!")
    assert stream.line(1000 - SCREEN_ROWS) == "!"
    assert stream.line(0) == "x"


def test_many_overwritten_lines_become_plain_again() -> None:
    lines = [f"\rold\rline {number}\n" for number in range(1000)]
    assert StreamText("".join(lines)).text() == "".join(f"line {n}\n" for n in range(1000))


def test_moving_far_right_does_not_fill_memory() -> None:
    assert len(StreamText("\x1b[999999Cx").line(0)) < 100_000


def test_time_grows_with_the_new_text_only() -> None:
    chunks = ["".join(f"line {chunk} {line}\n" for line in range(10)) for chunk in range(10_000)]
    started = time.perf_counter()
    stream = StreamText()
    for chunk in chunks:
        stream.feed(chunk)
    assert time.perf_counter() - started < 1
    assert len(stream) == 100_000


@pytest.mark.parametrize("chunk", ["x" * 10_000, "\rnew", "\b", "\x1b[A\n\r"])
def test_one_huge_line_is_not_read_again_for_each_chunk(chunk: str) -> None:
    stream = StreamText("y" * 50_000_000)
    started = time.perf_counter()
    for _ in range(2000):
        stream.feed(chunk)
        stream.line(0, 1000)
    assert time.perf_counter() - started < 2
