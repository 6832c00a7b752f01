"""What programs leave on the screen is what a terminal emulator leaves, code by code."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipynb_nvim.domain.stream_text import StreamText
from ipynb_nvim.view.rows import TextRows

WIDTH, HEIGHT = 200, 100
TOKENS = ["a", "bc", "xyz", " ", "\n", "\r", "\r\n", "\b", "\t", "\x1b[A", "\x1b[2A", "\x1b[K",
          "\x1b[0K", "\x1b[1K", "\x1b[2K", "\x1b[C", "\x1b[5C", "\x1b[D", "\x1b[3D", "\x1b[G",
          "\x1b[7G", "\x1b[31m", "\x1b[0m", "\x1b[?25l", "\x1b[3"]  # fmt: skip


def by_pyte(text: str) -> list[str]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    screen.set_mode(pyte.modes.LNM)  # a terminal's driver turns \n into \r\n
    pyte.Stream(screen).feed(text)
    return trimmed([line.rstrip() for line in screen.display])


def by_us(text: str) -> list[str]:
    rows = TextRows(StreamText(text))
    return trimmed([rows.plain(row).rstrip() for row in range(len(rows))])


def trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([token for token in TOKENS if token not in {"\t", "\x1b[3"}])))
def test_codes_leave_what_a_terminal_leaves(tokens: list[str]) -> None:
    text = "".join(tokens)
    assert by_us(text) == by_pyte(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\tc",
        "  0%|\r 50%|\r100%|done",
        "one\n\ntwo\x1b[A\x1b[A\rONE\n\n",
        "bar 1\n\rbar 2\x1b[A\r\x1b[Kdone 1\n",
        "12345\b\b\x1b[K6",
        "x\r\n\x1b[1A\x1b[2Ky\r\n",
    ],
)
def test_what_programs_do_leaves_what_a_terminal_leaves(text: str) -> None:
    assert by_us(text) == by_pyte(text)
