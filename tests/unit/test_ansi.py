"""SGR codes as pens and highlight groups (ECMA-48 8.3.117)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.pen import STYLES, Pen
from ipynb_nvim.view.ansi import group_of, segments


@pytest.mark.parametrize(
    ("parameters", "group"),
    [
        ("", "Plain"),
        ("0", "Plain"),
        ("31", "NotebookAnsi_f1"),
        ("97", "NotebookAnsi_f15"),
        ("42", "NotebookAnsi_b2"),
        ("100", "NotebookAnsi_b8"),
        ("1;31", "NotebookAnsi_f1_bold"),
        ("1;2;3;4;9;7", "NotebookAnsi_bold_dim_italic_underline_strike_reverse"),
        ("38;5;208", "NotebookAnsi_f208"),
        ("48;5;16;1", "NotebookAnsi_b16_bold"),
        ("38:5:208", "NotebookAnsi_f208"),
        ("38;2;255;128;0", "NotebookAnsi_fff8000"),
        ("38:2:255:128:0", "NotebookAnsi_fff8000"),
        ("38:2::255:128:0", "NotebookAnsi_fff8000"),
        ("48;2;0;0;0;38;5;1", "NotebookAnsi_f1_b000000"),
        ("31;39", "Plain"),
        ("41;49", "Plain"),
        ("1;2;22", "Plain"),
        ("3;23;4;24;7;27;9;29", "Plain"),
        ("4:3", "NotebookAnsi_underline"),
        ("4;4:0", "Plain"),
        ("58;5;1;31", "NotebookAnsi_f1"),
        ("1;0;31", "NotebookAnsi_f1"),
        ("1;;31", "NotebookAnsi_f1"),
        ("38", "Plain"),
        ("38;5", "NotebookAnsi_f0"),
        ("38;2;1;2", "NotebookAnsi_f010200"),
        ("38;2;999;0;0", "NotebookAnsi_fff0000"),
        ("38;9;1", "NotebookAnsi_bold"),
        ("5;8;53;73;200;999", "Plain"),
    ],
)
def test_codes_name_a_group(parameters: str, group: str) -> None:
    assert group_of(Pen().apply(parameters), "Plain") == group


COLOURS = st.one_of(
    st.none(), st.integers(0, 255), st.integers(0, 0xFFFFFF).map(lambda rgb: f"{rgb:06x}")
)
PENS = st.builds(Pen, COLOURS, COLOURS, st.frozensets(st.sampled_from(STYLES)))


@given(PENS, PENS)
def test_a_pen_can_be_written_as_codes(old: Pen, new: Pen) -> None:
    assert old.after(old.sequence_to(new)) == new


@given(st.text(st.sampled_from("0123456789;:"), max_size=40), PENS)
def test_no_parameters_are_an_error(parameters: str, pen: Pen) -> None:
    assert group_of(pen.apply(parameters), "Plain")


def test_a_line_is_split_where_its_style_changes() -> None:
    red = Pen(foreground=1)
    line = "a\x1b[1mb\x1b[0;32m\x1b[4mc\x1b[m"
    assert list(segments(line, red)) == [
        ("a", red),
        ("b", Pen(1, None, frozenset({"bold"}))),
        ("c", Pen(2, None, frozenset({"underline"}))),
    ]
