"""Tables, tracebacks, charts and what leads from them into cells, as a person sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells, replace_source, run_cell
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLOW_S = 60
TABLES: dict[str, str] = json.loads(
    (Path(__file__).parents[1] / "unit" / "recorded" / "tables.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    init = "vim.o.termguicolors = true vim.g.terminal_color_1 = '#abcdef'"
    child = Child(tmp_path_factory.mktemp("rich"), Launch(width=100, height=40, init=init))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in a notebook of its own; it goes after the test."""
    path = tmp_path / "test.ipynb"

    def show_(*specs: Any) -> Child:
        editor.keys_and_settle("<C-\\><C-n>")
        editor.command("silent! only!")
        open_in(editor, write_notebook(path, specs), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! only!")
    editor.command(f"silent! bwipeout! {path}")


def displayed(data: dict[str, Any]) -> dict[str, Any]:
    """Return a cell that shows a bundle."""
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    return {"cell_type": "code", "source": "x", "outputs": [output]}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    """Return a cell that has printed a text."""
    output = {"output_type": "stream", "name": name, "text": text}
    return {"cell_type": "code", "source": "x", "outputs": [output]}


def test_a_data_frame_is_aligned_columns(show: Callable[..., Child]) -> None:
    child = show(displayed({"text/plain": "wrapped", "text/html": TABLES["pandas"]}))
    row = child.wait_for_text("people")
    assert child.row_text(row).endswith("   city          people    area  capital")
    assert child.row_text(row + 4).endswith("2  東京      13960000.0  2194.0  True")
    assert child.highlight_of("people").attributes.get("bold")
    assert child.highlight_of("NaN").foreground != child.highlight_of("13960000.0").foreground


def test_a_wide_table_is_cut_at_the_window_and_whole_in_its_own(
    show: Callable[..., Child],
) -> None:
    child = show(displayed({"text/html": TABLES["pandas_truncated"]}))
    child.wait_for_text("more columns — go opens all")
    child.keys_and_settle("go")
    assert child.api.get_option_value("filetype", {}) == "notebook_output"
    assert child.lines()[0].endswith(" c199")
    child.keys_and_settle("q")


def test_a_table_follows_the_width_of_the_screen(show: Callable[..., Child]) -> None:
    child = show(displayed({"text/html": TABLES["pandas_truncated"]}))
    child.wait_for_text("11 more columns")
    try:
        child.resize(60, 40)
        child.wait_for_text("16 more columns")
    finally:
        child.resize(100, 40)
    child.wait_for_text("11 more columns")


def test_the_output_window_keeps_colours(show: Callable[..., Child]) -> None:
    child = show(printed("plain \x1b[31mré́d\x1b[0m end\n" * 3))
    child.keys_and_settle("go")
    row = next(n for n, text in enumerate(child.rows()) if "│plain ré́d end" in text)
    col = child.row_text(row).index("ré")
    assert child.highlight_at(row, col).foreground == 0xABCDEF
    assert child.highlight_at(row, col - 3).foreground != 0xABCDEF
    child.keys_and_settle("q")


def test_the_output_window_takes_a_long_output_in_steps(show: Callable[..., Child]) -> None:
    child = show(printed("".join(f"line {n}\n" for n in range(30_000))))
    child.keys_and_settle("go")
    child.wait_for(lambda: child.api.buf_line_count(0) == 30_000, what="all lines")
    child.keys_and_settle("/line 29999$<CR>")
    assert child.api.win_get_cursor(0)[0] == 30_000
    child.keys_and_settle("yy:q<CR>")
    assert child.lua("return vim.fn.getreg('\"')") == "line 29999\n"


ERROR = {
    "output_type": "error",
    "ename": "KeyError",
    "evalue": "'a'",
    "traceback": [
        "-" * 75,
        "KeyError     Traceback (most recent call last)",
        "Cell \x1b[32mIn[2]\x1b[39m\x1b[32m, line 3\x1b[39m\n      1 def f(d):\n----> 3 f({})\n",
        "Cell In[1], line 2, in f(d)\n      1 def f(d):\n----> 2     return d['a']\n",
        "File /usr/lib/python3/site-packages/pandas/core.py:12, in g(x)\n     11 x\n---> 12 y\n",
        "KeyError: 'a'",
    ],
}


def failing(*more: Any) -> list[Any]:
    first = {"cell_type": "code", "source": "def f(d):\n    return d['a']", "execution_count": 1}
    second = {"cell_type": "code", "source": "a\nb\nf({})", "execution_count": 2}
    return [first | {"outputs": []}, second | {"outputs": [ERROR]}, *more]


def test_library_frames_of_a_traceback_are_one_line(show: Callable[..., Child]) -> None:
    child = show(*failing())
    row = child.wait_for_text("… 1 frame in library code (pandas) — go shows all")
    assert "KeyError: 'a'" in child.row_text(row + 1)
    assert "return d['a']" in child.row_text(row - 1)
    assert not child.is_visible("Traceback (most recent")


def place(child: Child) -> tuple[str, int]:
    """Return the cell under the facade's cursor and the row in it."""
    row = child.api.win_get_cursor(0)[0] - 1
    for cell in cells(child):
        if cell["row"] <= row < cell["end_row"]:
            return cell["id"], row - cell["content_row"]
    raise AssertionError(row)


@pytest.mark.parametrize(
    ("line", "cell", "row"),
    [("Cell In\\[1\\]", 0, 1), ("1 def f(d)", 1, 0), ("2     return", 0, 1), ("3 f({})", 1, 2)],
)
@pytest.mark.parametrize("key", ["<CR>", "gf"])
def test_a_line_of_a_traceback_leads_to_its_row(
    show: Callable[..., Child], line: str, cell: int, row: int, key: str
) -> None:
    child = show(*failing())
    child.keys_and_settle("Ggo")
    child.keys_and_settle(f"/{line}<CR>{key}")
    assert place(child) == (cells(child)[cell]["id"], row)
    assert not child.is_visible("Output [2]")


def test_a_key_leads_to_the_row_of_the_error(show: Callable[..., Child]) -> None:
    child = show(*failing())
    child.keys_and_settle("G:NotebookJumpToError<CR>")
    assert place(child) == (cells(child)[0]["id"], 1)
    child.keys_and_settle("<C-o>")
    assert place(child)[0] == cells(child)[1]["id"]


def test_a_file_of_a_traceback_opens_at_its_line(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    file = tmp_path / "mine; echo.py"
    file.write_text("1\n2\n3\n")
    error = ERROR | {"traceback": [f"File {file}:3, in g(x)\n----> 3 y\n", "KeyError: 'a'"]}
    child = show({"cell_type": "code", "source": "x", "outputs": [error]})
    child.keys_and_settle("gogg<CR>")
    assert child.api.buf_get_name(0) == str(file)
    assert child.api.win_get_cursor(0) == [3, 0]
    child.keys_and_settle("<C-o>")


def test_names_of_code_are_those_of_ipykernel(show: Callable[..., Child]) -> None:
    compiler = pytest.importorskip("ipykernel.compiler")
    child = show("1")
    for code in ["", "1", "ab", "abc", "é一", "x = 1\n" * 1000]:
        expected = str(compiler.murmur2_x86(code, compiler.get_tmp_hash_seed()))
        assert child.lua("return require('ipynb.output.code_name').of(...)", code) == expected


def test_a_traceback_printed_by_a_cell_leads_to_it(show: Callable[..., Child]) -> None:
    child = show("0", "1")
    source = "import traceback\ntry:\n    {}['x']\nexcept KeyError:\n    traceback.print_exc()"
    replace_source(child, source)
    run_cell(child, timeout_s=SLOW_S)
    child.keys_and_settle("go/ipykernel_<CR><CR>")
    assert place(child) == (cells(child)[0]["id"], 2)


def test_the_window_follows_a_running_cell(show: Callable[..., Child]) -> None:
    child = show("0")
    source = (
        "import time, pathlib\nprint('start')\nwhile not pathlib.Path('go').exists():\n"
        "    time.sleep(0.01)\nfor n in range(200): print('row', n)\n"
        "while not pathlib.Path('end').exists(): time.sleep(0.01)"
    )
    replace_source(child, source)
    child.keys("<C-CR>")
    child.wait_for_text("│ start", SLOW_S)
    child.keys_and_settle("go")
    assert child.lines() == ["start"]
    folder = Path(child.lua("return vim.fn.expand('#:p:h')"))
    folder.joinpath("go").touch()
    child.wait_for(lambda: child.api.buf_line_count(0) == 201, SLOW_S, "the lines")
    assert child.is_visible("row 199")
    child.keys_and_settle("gg")
    folder.joinpath("end").touch()
    child.wait_for(lambda: cells(child)[0]["execution_state"] == "ok", SLOW_S)
    assert child.is_visible("row 0")
    child.keys_and_settle("q")


def test_a_renderer_in_lua_draws_its_type(show: Callable[..., Child]) -> None:
    bundle = {"text/plain": "plain", "application/x-points+json": {"points": [[1, 2], [3, 4]]}}
    child = show(displayed(bundle))
    child.wait_for_text("│ plain")
    child.lua(
        """require('ipynb').add_renderer('application/x-points+json', function(data)
             local lines = { { { 'points', 'Title' }, { ' of ' .. #data.points } }, 'a\\27[31mb' }
             return lines
           end)"""
    )
    row = child.wait_for_text("│ points of 2")
    assert child.row_text(row + 1).endswith("│ ab")
    child.keys_and_settle("go")
    assert child.lines() == ["points of 2", "ab"]
    child.keys_and_settle("q")
    child.lua("require('ipynb').add_renderer('application/x-points+json', nil)")
    child.wait_for_text("│ plain")


def test_a_renderer_that_fails_is_told_in_a_line(show: Callable[..., Child]) -> None:
    child = show(displayed({"text/plain": "plain", "application/x-bad": "eA=="}))
    child.lua("require('ipynb').add_renderer('application/x-bad', function() error('oh\\nno') end)")
    child.wait_for_text("[application/x-bad: its renderer failed:")
    child.lua("require('ipynb').add_renderer('application/x-bad', function() return 5 end)")
    child.lua("require('ipynb').add_renderer('application/x-bad', nil)")
    child.wait_for_text("│ plain")
