"""What markdown cells look like: each element as it is read, and what it must never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

WIDTH, HEIGHT = 80, 30
ASCII = "require('ipynb').setup({ascii = true})"


@pytest.fixture
def show(start_child: Callable[..., Child], notebook: Callable[..., Path]) -> Callable[..., Child]:
    """Return a function that opens a code cell and markdown cells and returns the child."""

    def show_(*sources: str, width: int = WIDTH, height: int = HEIGHT, init: str = "") -> Child:
        init = f"vim.o.termguicolors = true\n{init}"
        child = start_child(width=width, height=height, init=init)
        cells = ["first = 1", *(("markdown", source) for source in sources)]
        open_in(child, notebook(*cells), cells)
        return child

    return show_


def text_rows(child: Child) -> list[str]:
    """Return the rows of the first markdown cell, without the columns of signs."""
    rows = [row[2:] for row in child.rows()]
    start = next(i for i, row in enumerate(rows) if " markdown " in row)
    return rows[start + 1 : next(i for i in range(start + 1, len(rows)) if "▔▔▔" in rows[i])]


def has_look(child: Child, text: str, group: str) -> bool:
    """Tell whether the first such text on the screen has a group's own attributes."""
    hl = child.lua("return vim.api.nvim_get_hl(0, {name = ..., link = false})", group)
    seen = child.highlight_of(text)
    fg_ok = "fg" not in hl or seen.foreground == hl["fg"]
    flags = ("bold", "italic", "strikethrough", "underline")
    return bool(hl) and fg_ok and all(seen.attributes.get(f) for f in flags if hl.get(f))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("# One", "One"),
        ("##   Two ##", "Two ##"),
        ("### Three", "▪ Three"),
        ("a **b** *c* ~~d~~ `e` __f__", "a b c d e f"),
        ("an [a link](http://x.org/y) here", "an a link here"),
        ("[a][b] and <http://x.org>\n\n[b]: http://y.org", "a and http://x.org"),
        ("![alt text](image.png) after", "▣ alt text after"),
        ("footnote[^1] and [a, b]", "footnote[^1] and [a, b]"),
        ("- one", "• one"),
        ("* one", "• one"),
        ("3. three", "3. three"),
        ("- [ ] open", "☐ open"),
        ("- [x] done", "☑ done"),
        ("> quoted", "▌ quoted"),
        (r"$\alpha \leq x^2$ is", "α ≤ x² is"),
        ("for $5 and $6 each", "for $5 and $6 each"),
        (r"an escaped \* star", "an escaped * star"),
        ("a&nbsp;b &lt; c", "a b < c"),
        ("snake_case_name 2*3*4", "snake_case_name 234"),
    ],
)
def test_a_line_is_read_without_its_marks(
    show: Callable[..., Child], source: str, shown: str
) -> None:
    assert text_rows(show(source))[0] == shown


def test_blocks_are_read_without_their_marks(show: Callable[..., Child]) -> None:
    source = """- a
  - b
    - c

> q
> r
>> s

```python
x = 1
```

---

Title
====="""
    line = "─" * (WIDTH - 2)
    assert text_rows(show(source)) == [
        *["• a", "  ◦ b", "    ▪ c", "", "▌ q", "▌ r", "▌▌ s", ""],
        *["python".rjust(WIDTH - 3), "x = 1", "", "", line, "", "Title", line],
    ]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("One", "NotebookHeading1"),
        ("Three", "NotebookHeading3"),
        ("bold", "NotebookStrong"),
        ("slanted", "NotebookEmphasis"),
        ("struck", "NotebookStrike"),
        ("code", "NotebookInlineCode"),
        ("link", "NotebookLink"),
        ("remark", "NotebookComment"),
        ("formula", "NotebookMath"),
        ("•", "NotebookBullet"),
        ("quoted", "NotebookQuote"),
        ("│", "NotebookMarkup"),
        ("head", "NotebookTableHead"),
    ],
)
def test_elements_have_groups_that_follow_the_colour_scheme(
    show: Callable[..., Child], text: str, group: str
) -> None:
    source = """# One
### Three
**bold** *slanted* ~~struck~~ `code` [link](x) <!-- remark --> $formula$

- item

> quoted

| head |
|--|
| x |"""
    child = show(source)
    assert has_look(child, text, group)
    child.keys_and_settle(":colorscheme morning<CR>")
    assert has_look(child, text, group)
    child.command(f"highlight {group} guifg=#123456")
    child.settle()
    assert child.highlight_of(text).foreground == 0x123456


TABLE = r"""| left | right | mid |
|:--|--:|:-:|
| **a** | 1 | x |
| [text](http://url) | 1000 | `y` |
| 日本 | | a\|b |
|tight|2|"""
TABLE_ROWS = [
    "│ left  │ right │ mid │",
    "├───────┼───────┼─────┤",
    "│ a     │     1 │  x  │",
    "│ text  │  1000 │  y  │",
    "│ 日本  │       │ a|b │",
    "│ tight │     2 │",
]


def test_tables_are_aligned_as_they_are_shown(show: Callable[..., Child]) -> None:
    assert text_rows(show(TABLE)) == TABLE_ROWS


def test_a_table_of_a_quote_and_one_without_outer_bars_are_aligned(
    show: Callable[..., Child],
) -> None:
    child = show("> | a | b |\n> |-|-|\n> | long | c |\n\nx | y\n-|-\nlonger | z")
    assert text_rows(child) == [
        *["▌ │ a    │ b │", "▌ ├──────┼───┤", "▌ │ long │ c │", ""],
        *[" x      │ y", "────────┼───", " longer │ z"],
    ]


def test_a_table_that_would_wrap_keeps_its_widths_until_nowrap(show: Callable[..., Child]) -> None:
    source = "| a | b |\n|--|--|\n| a very long text in a cell | and one more |\n| x | y |"
    child = show(source, width=45)
    assert text_rows(child)[0] == "│ a │ b │"
    child.keys_and_settle(":set nowrap<CR>")
    rows = text_rows(child)
    assert len({row.index("│", 3) for row in (rows[0], *rows[2:])}) == 1
    child.keys_and_settle(":set wrap<CR>")
    assert text_rows(child)[0] == "│ a │ b │"


def test_without_hiding_tables_are_aligned_by_their_source(show: Callable[..., Child]) -> None:
    child = show(TABLE, init="vim.o.conceallevel = 0")
    rows = text_rows(child)
    assert rows[2].startswith("│ **a** ")
    ends = [row.rindex("│") for row in rows if "日" not in row and "tight" not in row]
    assert len(set(ends)) == 1


def test_ascii_option_draws_ascii_only(show: Callable[..., Child]) -> None:
    source = "# T\n### H\n- [x] a\n- b\n\n> q\n\n---\n\n![i](j) $\\alpha$\n\n| a |\n|-|\n| bcd |"
    child = show(source, init=ASCII)
    assert child.is_visible("* b")
    assert child.is_visible("| bcd |")
    assert all(row.isascii() for row in child.rows())
