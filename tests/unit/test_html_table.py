"""Tables of pandas, polars and others as columns that a person can read."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.view.html_rows import html_rows, is_table
from ipynb_nvim.view.table_rows import TableExtent

if TYPE_CHECKING:
    from ipynb_nvim.view.rows import Rows

# Made by record_tables.py beside it.
RECORDED: dict[str, str] = json.loads(
    (Path(__file__).parent / "recorded" / "tables.json").read_text(encoding="utf-8")
)
SCREEN = TableExtent(body_rows=40, columns=100)
WHOLE = TableExtent()


def plain(rows: Rows) -> list[str]:
    return [rows.plain(row) for row in range(len(rows))]


def shown(html: str, extent: TableExtent = SCREEN) -> list[str]:
    return plain(html_rows(html, extent))


def table(*rows: str) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def big(rows: int, columns: int) -> str:
    head = "".join(f"<th>c{i}</th>\n" for i in range(columns))
    body = "".join(
        f"<tr>\n<th>{row}</th>\n"
        + "".join(f"<td>{row * columns + column}.5</td>\n" for column in range(columns))
        + "</tr>\n"
        for row in range(rows)
    )
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"


def test_numbers_stand_right_and_text_left() -> None:
    assert shown(RECORDED["pandas"]) == [
        "   city          people    area  capital",
        "────────────────────────────────────────",
        "0  Berlin     3769495.0   891.7  True",
        "1  Paris      2102650.0   105.4  True",
        "2  東京      13960000.0  2194.0  True",
        "3  New York         NaN   783.8  False",
    ]


def test_a_caption_stands_above_its_table() -> None:
    assert shown(RECORDED["styler"])[:2] == ["Cities", "   city          people    area  capital"]


def test_cells_that_span_are_placed_over_what_they_span() -> None:
    assert shown(RECORDED["pandas_multiindex"]) == [
        "       first   bar       baz",
        "       second  one  two  one  two",
        "first  second",
        "─────────────────────────────────",
        "bar    one       0    1    2    3",
        "       two       4    5    6    7",
        "baz    one       8    9   10   11",
        "       two      12   13   14   15",
    ]


def test_polars_shows_shape_and_types() -> None:
    lines = shown(RECORDED["polars"])
    assert lines[0] == "shape: (3, 3)"
    assert lines[1].split() == ["name", "n", "x"]
    assert lines[2].split() == ["str", "i64", "f64"]
    assert lines[4].split() == ['"a', "&", 'b"', "1", "1.5"]


def test_each_part_has_its_group() -> None:
    rows = html_rows(RECORDED["polars"], SCREEN)
    groups = [{hl for _, hl in rows.line(row, 100)} for row in range(len(rows))]
    assert groups[0] == {"NotebookOutputNote"}
    assert groups[1] == {"NotebookTableHead"}
    assert groups[2] == {"NotebookTableIndex"}
    assert groups[3] == {"NotebookTableRule"}
    assert ("null", "NotebookTableNull") in [(text.strip(), hl) for text, hl in rows.line(5, 100)]


def test_a_wide_table_is_cut_and_says_so() -> None:
    lines = shown(RECORDED["pandas_truncated"])
    assert lines[-2:] == ["… 10 more columns — go opens all", "1000 rows × 200 columns"]
    assert max(map(len, lines)) <= 100
    assert "... " in lines[7]


def test_all_of_a_wide_table_is_in_the_whole() -> None:
    lines = shown(RECORDED["pandas_truncated"], WHOLE)
    assert not any("more columns" in line for line in lines)
    assert lines[2].endswith("99.5")


def test_the_last_rows_of_a_long_table_have_their_index() -> None:
    rows = html_rows(big(1000, 3), TableExtent(10, 100))
    assert rows.plain(2).split() == ["0", "0.5", "1.5", "2.5"]
    assert rows.plain(len(rows) - 1).split() == ["999", "2997.5", "2998.5", "2999.5"]


def test_what_a_cell_spans_from_above_the_rows_that_are_read_is_empty() -> None:
    body = [f"<td>{i}</td>" for i in range(30)]
    html = table("<th>a</th><th>b</th>", f"<th rowspan=30>x</th>{body[0]}", *body[1:])
    rows = html_rows(html, TableExtent(3, 100))
    assert rows.plain(2) == "x   0"
    assert rows.plain(len(rows) - 1) == "   29"


def test_breaks_entities_and_tags_in_cells_stay_on_one_line() -> None:
    html = table("<td>a<br>b &amp; <b>c</b></td><td><p>d</p><script>e</script></td>")
    assert shown(html) == ["a b & c  d"]


def test_a_table_in_a_cell_is_a_part_of_it() -> None:
    inner = table("<td>1</td><td>2</td>")
    lines = shown(table(f"<td>{inner}</td><td>x</td>"))
    assert " ".join(" ".join(lines).split()) in {"1 2 x", "1 2"}


def test_long_cells_are_cut_on_screen_only() -> None:
    html = table(f"<td>{'x' * 300}</td><td>y</td>")
    assert shown(html) == ["x" * 49 + "…  y"]
    assert shown(html, WHOLE) == ["x" * 300 + "  y"]


def test_text_around_tables_is_kept() -> None:
    html = f"before{table('<td>1</td>')}between{table('<td>2</td>')}after"
    assert shown(html) == ["before", "1", "between", "2", "after"]


@pytest.mark.parametrize("name", RECORDED)
def test_pages_about_a_table_are_told(name: str) -> None:
    assert is_table(RECORDED[name])


def test_a_large_table_is_drawn_without_reading_it_all() -> None:
    html = big(1000, 200)
    times = []
    for _ in range(3):
        started = time.process_time()
        rows = html_rows(html, SCREEN)
        [rows.line(row, 100) for row in (*range(20), *range(len(rows) - 20, len(rows)))]
        times.append(time.process_time() - started)
    assert min(times) < 0.2  # it takes a second to read it all


HOSTILE = [
    "<table>" * 50_000,
    "<table>" + "<tr>" * 200_000,
    "<table><tr>" + "<td>" * 200_000,
    "<table><tr><td colspan=999999999 rowspan=999999999>x" * 100,
    "<table>" + "<tr><td rowspan=1000>x" * 2000,
    "<!--" * 200_000,
    "<a " * 200_000,
    '<a "' * 100_000,
    '<a"<a""' * 100_000,
    "<a '\"" * 100_000,
    "<script>" * 100_000,
    "<style" * 100_000,
    "&" * 500_000,
    "&amp" * 200_000,
    "<table><tr><td>" + "&#x202e;\x1b[2J" * 10_000,
    "<" * 500_000,
    "<b>" * 200_000,
    "<pre>" + "\n" * 500_000,
    "<table><caption>" + "x" * 1_000_000,
]


@pytest.mark.parametrize("html", HOSTILE, ids=lambda html: html[:16])
@pytest.mark.parametrize("extent", [SCREEN, WHOLE], ids=["screen", "whole"])
def test_hostile_html_is_read_in_time(html: str, extent: TableExtent) -> None:
    started = time.process_time()
    rows = html_rows(html, extent)
    for row in range(min(len(rows), 100)):
        text = "".join(text for text, _ in rows.line(row, 100))
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert time.process_time() - started < 3


@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "</table>",
                "<tr>",
                "</tr>",
                "<td>",
                "<th colspan=2>",
                "<td rowspan=3>",
                "</td>",
                "<thead>",
                "</thead>",
                "x",
                "1",
                "<br>",
                "<!--",
                "-->",
                "&lt;",
                "<caption>",
                "<script>",
                "</script>",
                "<",
                ">",
                '"',
                "\n",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_no_html_is_an_error(html: str) -> None:
    for extent in (SCREEN, TableExtent(2, 10), WHOLE):
        rows = html_rows(html, extent)
        for row in range(len(rows)):
            assert rows.line(row, 20)
            assert "\n" not in rows.plain(row)
