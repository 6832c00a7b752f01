"""Text that cannot harm a terminal."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.view.sanitize import (
    clip,
    expand_tabs,
    width_of,
    without_controls,
    without_sequences,
)

ANY_TEXT = st.text(st.characters(exclude_characters="\n"), max_size=200)
# fmt: off
PIECES = [
    "\x1b", "\x1b]", "\x1bP", "\x1b_", "[", "]0;", "m", "31", "\x07", "\\", "\x9b", "\x00", "\x7f",
    "\u202e", "\u2066", "\ud800", "\u200b", "\ufeff", "\u2028", "\r", "a", "é", "一",
]
# fmt: on
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def is_harmless(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


@given(st.one_of(ANY_TEXT, HOSTILE))
def test_no_control_character_is_left(text: str) -> None:
    cleaned = without_controls(without_sequences(text))
    assert all(map(is_harmless, cleaned))
    assert not set("\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u200b\ufeff") & set(cleaned)
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[2Jb", "ab"),
        ("a\x1b[31mb", "a\x1b[31mb"),
        ("a\x1b[?25lb", "ab"),
        ("a\x1b[>4;2mb", "ab"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("\x1b_Gf=100;" + "A" * 9999 + "\x1b\\x", "x"),
        ("\x1b^private\x1b\\x", "x"),
        ("\x1bXstring\x1b\\x", "x"),
        ("a\x1b(Bb", "ab"),
        ("a\x1b7b\x1bc", "ab"),
        ("end\x1b", "end"),
        ("end\x1b[", "end"),
        ("end\x1b[38;5", "end"),
        ("end\x1b]0;unfinished", "end"),
    ],
)
def test_sequences_are_dropped_but_for_colours(text: str, expected: str) -> None:
    assert without_sequences(text) == expected


def test_contents_of_an_endless_string_are_not_searched_forever() -> None:
    started = time.perf_counter()
    without_sequences("\x1b]" * 100_000 + "x" * 1_000_000)
    assert time.perf_counter() - started < 1


def test_controls_are_shown_as_a_replacement() -> None:
    assert without_controls("a\x00b\x9bc\u202ed\ud800e\rf") == "a�b�c�d�e�f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb", "a       b"),
        ("\t\tx", " " * 16 + "x"),
        ("一\tx", "一      x"),
        ("1234567\t8", "1234567 8"),
    ],
)
def test_tabs_go_to_stops_by_width(text: str, expected: str) -> None:
    assert expand_tabs(text) == expected


def test_tabs_know_the_column_a_text_starts_in() -> None:
    assert expand_tabs("\tx", 6) == "  x"


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("一二", 4), ("e\u0301", 1), ("─█", 2), ("🙂", 2), ("", 0)]
)
def test_width_in_columns(text: str, width: int) -> None:
    assert width_of(text) == width


@given(st.text(st.sampled_from("ab一é\u0301🙂"), max_size=20), st.integers(0, 20))
def test_clipped_text_is_the_longest_start_that_fits(text: str, cols: int) -> None:
    clipped = clip(text, cols)
    assert text.startswith(clipped)
    assert width_of(clipped) <= cols
    rest = text[len(clipped) :]
    assert not rest or width_of(clipped + rest[0]) > cols
