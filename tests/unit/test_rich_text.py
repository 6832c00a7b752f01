"""Markdown, formulas, JSON and tracebacks that cells put out, as a person reads them."""

from __future__ import annotations

import importlib.util
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.output import ErrorOutput
from ipynb_nvim.domain.output_area import OutputArea
from ipynb_nvim.view.json_rows import WHOLE, JsonFold, json_lines
from ipynb_nvim.view.latex import latex_text
from ipynb_nvim.view.markdown_rows import markdown_rows
from ipynb_nvim.view.mime import Extent, rows_of
from ipynb_nvim.view.output_view import Limits, plain_lines, render
from ipynb_nvim.view.traceback_text import fold_traceback

needs_latex = pytest.mark.skipif(
    importlib.util.find_spec("pylatexenc") is None, reason="pylatexenc is not installed"
)


def read(text: str) -> list[list[tuple[str, str]]]:
    rows = markdown_rows(text)
    return [rows.line(row, 100) for row in range(len(rows))]


def plain(text: str) -> list[str]:
    return ["".join(part for part, _ in line) for line in read(text)]


def test_blocks_of_markdown_lose_their_signs() -> None:
    text = "# Title #\n\n- one\n  1. two\n- [x] done\n> said\n---\n```python\nx = 1\n```\nend"
    assert plain(text) == [
        "Title", "", "• one", "  1. two", "☑ done", "▎ said", "─" * 40, "python", "  x = 1", "end",
    ]  # fmt: skip
    assert read(text)[0] == [("Title", "NotebookHeading1")]


def test_spans_of_markdown_have_their_groups() -> None:
    (line,) = read("a **b** *c* `d` [e](http://f) ~~g~~ \\*h\\* &amp; 2 * 3 * 4 <b>i</b>")
    assert [chunk for chunk in line if chunk[1] != "NotebookOutput"] == [
        ("b", "NotebookStrong"),
        ("c", "NotebookEmphasis"),
        ("d", "NotebookInlineCode"),
        ("e", "NotebookLink"),
        ("g", "NotebookStrike"),
    ]
    assert "".join(text for text, _ in line) == "a b c d e g *h* & 2 * 3 * 4 i"


def test_a_markdown_table_is_aligned() -> None:
    assert plain("| a | long |\n|:-:|--:|\n| **xyz** | 1 |") == [
        " a   long", "─────────", "xyz     1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"$\displaystyle \frac{x^{2}}{2} + \sqrt{\alpha_1}$", "x²/2 + √(α₁)"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\sum_{i=0}^{n} x_i^2 \leq \infty", "∑ᵢ₌₀ⁿ xᵢ² ≤∞"),
        (r"\mathbb{R}^n \to \mathcal{L}(\hat{x})", "ℝⁿ →ℒ(x̂)"),
        (r"$$\left[\begin{matrix}1 & 2\\3 & 4\end{matrix}\right]$$", "[1     2\n3     4]"),
    ],
)
@needs_latex
def test_formulas_become_unicode(source: str, text: str) -> None:
    assert latex_text(source) == text


@needs_latex
def test_formulas_in_markdown_are_read() -> None:
    assert plain("so $x^2$ costs $5 and $6\n$$\n\\alpha\n$$") == ["so x² costs $5 and $6", "  α"]


@pytest.mark.parametrize("source", ["{" * 5000, "\\frac" * 500, "\\left(" * 600, "^{" * 700, "\\"])
def test_a_formula_that_cannot_be_read_is_shown_as_it_is(source: str) -> None:
    started = time.process_time()
    assert latex_text(source)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    ["*" * 100_000, "[" * 100_000, "`" * 99_999, "|" * 100_000, "$" * 100_001, "_a" * 50_000,
     "<!--" * 30_000, "[a](" * 30_000, "- " * 50_000, "#" * 100_000, "|\n|-" * 30_000,
     "```\n" * 30_000, "$$\n" * 30_000, "$\\a$" * 20_000, "| a | b |\n" + "|-|-|\n" * 20_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_hostile_markdown_is_read_in_time(text: str) -> None:
    started = time.process_time()
    plain(text)
    assert time.process_time() - started < 2


@given(st.text(st.sampled_from("*_`$[]()!<>|-#\\ a1\n\x1b\u202e"), max_size=80))
def test_no_markdown_is_an_error(text: str) -> None:
    for line in plain(text):
        assert "\x1b" not in line
        assert "\u202e" not in line


def as_text(lines: list[Any]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_json_is_folded_where_it_is_deep_or_long() -> None:
    value = {"a": {"b": {"c": {"d": {"e": [1]}}}}, "n": list(range(1000)), "s": "é", "t": None}
    lines = as_text(json_lines(value, JsonFold(depth=3, members=2)))
    assert lines == [
        "{",
        '  "a": {',
        '    "b": {',
        '      "c": {… 1 keys}',
        "    }",
        "  },",
        '  "n": [',
        "    0,",
        "    1,",
        "    … 998 more",
        "  ],",
        "  … 2 more",
        "}",
    ]
    whole = as_text(json_lines(value, WHOLE))
    assert '          "e": [1]' in whole
    assert "    999" in whole


def test_parts_of_json_have_their_groups() -> None:
    ((_, key, _, string, *_),) = json_lines({"k": "v", "n": 1.5, "b": True}, JsonFold())
    assert key == ('"k"', "NotebookJsonKey")
    assert string == ('"v"', "NotebookJsonString")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
        ),
    )
)
def test_all_json_can_be_drawn(value: Any) -> None:
    assert json_lines(value, JsonFold(2, 3, 20))
    assert json_lines(value, WHOLE)


def test_charts_are_one_line_and_whole_in_the_window() -> None:
    figure = {"data": [{"type": "bar"}, {}], "layout": {"title": {"text": "Sales\n2024"}}}
    rows = rows_of("application/vnd.plotly.v1+json", figure, Extent(40, 100))
    assert rows.plain(0) == '[application/vnd.plotly.v1+json · bar, scatter · "Sales 2024"]'
    whole = rows_of("application/vnd.plotly.v1+json", figure, Extent())
    assert len(whole) > 3
    spec = {"layer": [{"mark": "line"}, {"mark": {"type": "point"}}]}
    rows = rows_of("application/vnd.vegalite.v5+json", spec, Extent(40, 100))
    assert rows.plain(0) == "[application/vnd.vegalite.v5+json · line, point]"


CELL = "Cell \x1b[32mIn[3]\x1b[39m\x1b[32m, line 2\x1b[39m\n\x1b[31m----> 2\x1b[39m f(0)\n"
PANDAS = (
    "File \x1b[32m~/env/lib/python3.11/site-packages/pandas/core.py:{}\x1b[39m, in g(x)\n  1 x\n"
)
OWN = "File \x1b[32m~/work/mine.py:12\x1b[39m, in h(x)\n  1 x\n"
RULE = "\x1b[31m" + "-" * 75 + "\x1b[39m"
HEADING = "\x1b[31mKeyError\x1b[39m       Traceback (most recent call last)"
LAST = "\x1b[31mKeyError\x1b[39m: 'a'"


def error(*entries: str) -> OutputArea:
    area = OutputArea()
    area.append(ErrorOutput("KeyError", "'a'", entries))
    return area


def test_library_frames_are_folded_to_a_line() -> None:
    library = [PANDAS.format(n) for n in range(3)]
    area = error(RULE, HEADING, CELL, *library, OWN, library[0], LAST)
    assert as_text(render(area, Limits(100, 100))) == [
        "Cell In[3], line 2",
        "----> 2 f(0)",
        "… 3 frames in library code (pandas) — go shows all",
        "File ~/work/mine.py:12, in h(x)",
        "  1 x",
        "… 1 frame in library code (pandas) — go shows all",
        "KeyError: 'a'",
    ]
    assert render(area, Limits(100, 100))[2][0][1] == "NotebookOutputNote"
    whole = plain_lines(area)
    assert whole[0].startswith("-----")
    assert sum("site-packages" in line for line in whole) == 4


def test_plain_tracebacks_of_python_are_folded() -> None:
    text = (
        "Traceback (most recent call last):\n"
        '  File "/tmp/ipykernel_1/2.py", line 1, in <module>\n    f()\n'
        '  File "/usr/lib/python3.11/json/decoder.py", line 3, in f\n    g()\n'
        "KeyError: 'a'"
    )
    folded = fold_traceback([text])
    assert folded is not None
    assert folded.text.split("\n") == [
        "Traceback (most recent call last):",
        '  File "/tmp/ipykernel_1/2.py", line 1, in <module>',
        "    f()",
        "\x1b[m… 1 frame in library code (json) — go shows all",
        "KeyError: 'a'",
    ]


@pytest.mark.parametrize("entries", [(), ("bash: x: command not found",), ("at Foo.java:12",)])
def test_what_is_no_python_traceback_stays(entries: tuple[str, ...]) -> None:
    assert fold_traceback(entries) is None
