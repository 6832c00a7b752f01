"""What cells put out: on the screen, in the output window, in the file, wherever the cell goes."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from tests.conftest import open_in
from tests.editor.running import cells, replace_source, run_cell, states, wait_states
from tests.harness import Child, Launch, write_notebook
from tests.harness.processes import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SLOW_S = 60


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    init = "vim.o.termguicolors = true vim.g.terminal_color_1 = '#abcdef'"
    child = Child(tmp_path_factory.mktemp("out"), Launch(width=100, height=40, init=init))
    yield child
    child.close()


@pytest.fixture(scope="module")
def board(editor: Child, tmp_path_factory: pytest.TempPathFactory) -> tuple[Child, Path]:
    """Return the editor and a notebook of two cells that keeps its kernel through the module."""
    path = write_notebook(tmp_path_factory.mktemp("board") / "board.ipynb", ["1", "2"])
    open_in(editor, path, ["1", "2"])
    return editor, path


@pytest.fixture
def run(board: tuple[Child, Path]) -> Callable[[str], Child]:
    """Return a function that runs code in the first cell of the module's notebook."""
    child, path = board
    child.keys_and_settle("<C-\\><C-n>")
    child.command("silent! only!")
    child.command(f"buffer {path}")

    def run_(source: str) -> Child:
        child.keys_and_settle("gg")
        replace_source(child, source)
        run_cell(child, timeout_s=SLOW_S)
        return child

    return run_


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
    editor.command(f"silent! bwipeout! {path}")


def drawn(child: Child, index: int = 0) -> list[str]:
    """Return the lines drawn under a cell, without the gutter."""
    code = """
      local nb = require('ipynb.notebook').get()
      local lines = {}
      for i, line in ipairs(nb.cells[...].output or {}) do
        lines[i] = ''
        for _, chunk in ipairs(line) do lines[i] = lines[i] .. chunk[1] end
      end
      return lines"""
    return child.lua(code, cells(child)[index]["id"])


def whole(child: Child, index: int = 0) -> list[str]:
    """Return all lines of a cell's output, as the output window shows them."""
    return child.lua("return require('ipynb').output_lines(...)", cells(child)[index]["id"])


def saved_outputs(child: Child, path: Path, index: int = 0) -> list[dict[str, Any]]:
    """Save; return a cell's outputs in the file, which must be valid."""
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: not child.api.get_option_value("modified", {}), what="the save")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    return notebook["cells"][index]["outputs"]


def png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress(b"".join(b"\0" + b"\0\0\0" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


def test_stdout_stderr_and_the_result_stand_in_order(run: Callable[[str], Child]) -> None:
    child = run(
        "import sys\nprint('to ' + 'out')\nprint('to ' + 'err', file=sys.stderr)\n'the ' + 'result'"
    )
    assert drawn(child) == ["to out", "to err", "Out: 'the result'"]
    row = child.wait_for_text("to out")
    assert "to err" in child.row_text(row + 1)
    assert "Out: 'the result'" in child.row_text(row + 2)
    hl = child.lua("return vim.api.nvim_get_hl(0, {name = 'NotebookOutputStderr', link = false})")
    rows = child.rows()
    col = rows[row + 1].index("to err")
    assert child.highlight_at(row + 1, col).foreground == hl["fg"]
    assert child.highlight_at(row, col).foreground != hl["fg"]


def test_a_result_of_several_lines_keeps_its_columns(run: Callable[[str], Child]) -> None:
    child = run("class Table:\n    def __repr__(self): return 'a  b\\n1  2'\nTable()")
    assert drawn(child) == ["Out:", "a  b", "1  2"]


def test_an_error_shows_its_traceback_in_its_colours(run: Callable[[str], Child]) -> None:
    child = run("def fail():\n    return 1 / 0\nfail()")
    row = child.wait_for_text("ZeroDivisionError: division by zero")
    assert not any("\x1b" in line or "[31m" in line for line in drawn(child))
    col = child.screen.col_of(row, child.row_text(row).index("ZeroDivisionError"))
    error = child.lua("return vim.api.nvim_get_hl(0, {name = 'NotebookOutputError', link = false})")
    # IPython colours the name itself; the words after it are the error's own.
    assert child.highlight_at(row, col).foreground in {0xABCDEF, error["fg"]}
    assert child.highlight_of("division by zero").foreground == error["fg"]


def test_colours_bold_and_reverse_are_drawn(run: Callable[[str], Child]) -> None:
    child = run(
        "print('\\x1b[1;31m' + 'bold' + 'red' + '\\x1b[0m plain'"
        " + ' \\x1b[38;2;1;2;3mtrue' + 'colour\\x1b[0m \\x1b[7mturn' + 'ed\\x1b[0m')"
    )
    child.wait_for_text("boldred plain truecolour turned")
    assert child.highlight_of("boldred").foreground == 0xABCDEF
    assert child.highlight_of("boldred").attributes["bold"]
    assert child.highlight_of("truecolour").foreground == 0x010203
    assert child.highlight_of("turned").attributes["reverse"]


def test_a_display_shows_its_text(run: Callable[[str], Child]) -> None:
    child = run(
        "from IPython.display import display, HTML, Markdown, JSON\n"
        "display({'a': 1})\ndisplay(HTML('<b>bo' + 'ld</b>'))\ndisplay(Markdown('# ti' + 'tle'))"
    )
    assert drawn(child)[0] == "{'a': 1}"
    assert not any(line.startswith("Out:") for line in drawn(child))


def test_progress_bars_stay_on_one_line(run: Callable[[str], Child], board: Any) -> None:
    child = run(
        "import sys, time\nfor i in range(101):\n"
        "    print(f'\\r{i}%|{\"#\" * (i // 10)}|', end='', flush=True)\nprint()\nprint('done')"
    )
    assert drawn(child) == ["100%|##########|", "done"]
    (output,) = saved_outputs(child, board[1])
    assert "".join(output["text"]).count("%") == 1


def test_clear_output_animates_in_place(run: Callable[[str], Child]) -> None:
    source = (
        "from IPython.display import clear_output\nimport time\nfor i in range(5):\n"
        "    clear_output(wait=%s)\n    print('frame', i)\n    time.sleep(0.03)"
    )
    for wait in ("True", "False"):
        assert drawn(run(source % wait)) == ["frame 4"]


def test_clear_output_without_more_leaves_nothing(run: Callable[[str], Child]) -> None:
    child = run("from IPython.display import clear_output\nprint('gone')\nclear_output()")
    assert drawn(child) == []
    child = run("print('stays')\nclear_output(wait=True)")
    assert drawn(child) == ["stays"]


def test_a_display_is_updated_also_from_another_cell(run: Callable[[str], Child]) -> None:
    child = run(
        "from IPython.display import display\nhandle = display('be' + 'fore', display_id=True)"
    )
    assert drawn(child) == ["'before'"]
    child.keys_and_settle("G")
    replace_source(child, "handle.update('af' + 'ter')")
    run_cell(child)
    assert drawn(child) == ["'after'"]
    assert drawn(child, 1) == []
    child.wait_for_text("'after'")


def test_long_output_is_cut_and_says_by_how_much(run: Callable[[str], Child]) -> None:
    child = run("for i in range(1, 1001): print('line', i)")
    lines = drawn(child)
    assert len(lines) == 40
    (hidden,) = (line for line in lines if "more lines" in line)
    count = int(re.sub(r"\D", "", hidden.split("more")[0]))
    assert count + 39 == 1000
    assert lines[0] == "line 1"
    assert lines[-1] == "line 1000"
    assert whole(child) == [f"line {i}" for i in range(1, 1001)]


def test_a_very_long_line_is_clipped_and_whole_in_the_window(run: Callable[[str], Child]) -> None:
    child = run("print('x' * 300_000 + 'end')")
    assert len(drawn(child)[0]) <= 500
    child.keys_and_settle("go")
    child.wait_for(lambda: child.api.get_option_value("filetype", {}) == "notebook_output")
    assert child.lines() == ["x" * 300_000 + "end"]
    child.keys_and_settle("q")


def test_nothing_in_an_output_reaches_the_terminal(run: Callable[[str], Child]) -> None:
    child = run(
        "print('a\\x1b]0;title\\x07b\\x1b]52;c;aGk=\\x07c\\x1bP1$r0m\\x1b\\\\d\\x9b31me\\x00\\x01\\x7ff"
        "\\x1b[2J\\x1b[Hg\\u202eh\\x85i')"
    )
    child.keys_and_settle("go")
    (line, *more) = child.lines()
    everything = "".join([line, *more, *drawn(child), *child.rows()])
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", everything)
    for letter in "abcdefghi":
        assert letter in "".join([line, *more])
    assert "title" not in "".join([line, *more, *drawn(child)])
    child.keys_and_settle("q")


def test_wide_characters_keep_the_columns_after_them(run: Callable[[str], Child]) -> None:
    child = run("print('日本|' + '😀|e\\u0301|')\nprint('1234|' + '12|1|')")
    row = child.wait_for_text("1234|12|1|")
    above, below = (
        [col for col in range(40) if child.screen.cell_text(r, col) == "|"] for r in (row - 1, row)
    )
    assert above == below
    assert len(above) == 3


def test_an_image_shows_what_it_is(run: Callable[[str], Child], board: Any) -> None:
    data = png(64, 48)
    child = run(
        f"from IPython.display import Image\nimport base64\nImage(base64.b64decode('{data}'))"
    )
    (line,) = (line for line in drawn(child) if "image/png" in line)
    assert "64×48" in line
    (output,) = saved_outputs(child, board[1])
    assert output["data"]["image/png"].replace("\n", "") == data


def test_the_output_window_follows_the_end_of_a_run(run: Callable[[str], Child]) -> None:
    child = run("print('old')")
    replace_source(child, "import time\ntime.sleep(0.3)\nfor i in range(100): print('new', i)")
    child.keys("<C-CR>go")
    child.wait_for(lambda: child.api.get_option_value("filetype", {}) == "notebook_output")
    child.wait_for(lambda: child.lines()[-1] == "new 99")
    assert child.api.win_get_cursor(0)[0] == 100
    child.keys_and_settle("<Esc>")
    assert child.api.get_option_value("filetype", {}) == "ipynb"


def test_a_cell_without_output_says_so(run: Callable[[str], Child]) -> None:
    child = run("x = 1")
    child.keys("go")
    child.wait_for_text("this cell has no output")


def test_clearing_outputs_changes_the_file_by_that_much(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("print('one')", "print('two')")
    path = tmp_path / "test.ipynb"
    before = path.read_text()
    run_cell(child, ":NotebookExecuteAll<CR>")
    assert child.api.get_option_value("modified", {}) is True
    assert len(saved_outputs(child, path)) == 1
    child.keys_and_settle("gg\\kc")
    child.wait_for(lambda: drawn(child) == [])
    assert drawn(child, 1) == ["two"]
    child.wait_for(lambda: child.api.get_option_value("modified", {}) is True)
    assert "[ ]" in child.row_text(0)
    child.keys_and_settle(":NotebookClearAllOutputs<CR>")
    child.wait_for(lambda: drawn(child, 1) == [])
    assert not saved_outputs(child, path)
    assert path.read_text() == before


def test_outputs_are_saved_as_jupyterlab_would(show: Callable[..., Child], tmp_path: Path) -> None:
    child = show("print('a'); print('b')\n{'k': 1}", "1 / 0")
    run_cell(child, ":NotebookExecuteAll<CR>")
    stream, result = saved_outputs(child, tmp_path / "test.ipynb")
    assert stream == {"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]}
    assert result == {
        "data": {"text/plain": ["{'k': 1}"]},
        "execution_count": 1,
        "metadata": {},
        "output_type": "execute_result",
    }
    (error,) = saved_outputs_again(tmp_path / "test.ipynb", 1)
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert list(stream) == sorted(stream)
    assert list(result) == sorted(result)
    assert list(error) == sorted(error)


def saved_outputs_again(path: Path, index: int) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"][index]["outputs"]


def slow(word: str) -> str:
    return f"import time\nprint('{word} sta' + 'rts')\ntime.sleep(0.6)\nprint('{word} en' + 'ds')"


@pytest.mark.parametrize(
    ("keys", "index"),
    [("<M-j>", 1), ("\\ka", 1), ("gg\\ka\\ka\\ka", 3), ("ddu", 0), ("ddp", 1)],
    ids=["moved", "one above", "three above", "deleted and undone", "cut and pasted"],
)
def test_output_follows_its_cell_while_it_runs(
    show: Callable[..., Child], keys: str, index: int
) -> None:
    child = show(slow("it"), "other = 1")
    child.keys("<C-CR>")
    child.wait_for_text("it starts")
    child.keys_and_settle(keys)
    assert states(child)[index] == "busy"
    child.wait_for(lambda: states(child)[index] == "ok")
    assert drawn(child, index) == ["it starts", "it ends"]
    child.wait_for_text("it ends")


def test_a_deleted_cell_comes_back_with_what_it_put_out_meanwhile(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("import time; time.sleep(0.5); print('mean' + 'while')", "other = 1")
    child.keys("<C-CR>")
    wait_states(child, "busy", "idle")
    child.keys_and_settle("dd")
    assert states(child) == ["idle"]
    child.wait_for(lambda: "idle" in child.lua("return (require('ipynb').statusline())"))
    child.keys_and_settle("u")
    wait_states(child, "ok", "idle")
    child.wait_for_text("meanwhile")
    assert "[1]" in child.row_text(0)
    assert len(saved_outputs(child, tmp_path / "test.ipynb")) == 1


def test_outputs_come_back_when_a_delete_is_undone(show: Callable[..., Child]) -> None:
    child = show("print('kept' + ' output')", "2")
    run_cell(child, ":NotebookExecuteAll<CR>")
    child.keys_and_settle("2dd")
    child.wait_for(lambda: not child.is_visible("kept output"))
    child.keys_and_settle("u")
    child.wait_for_text("kept output")
    child.wait_for_text("Out: 2")


def test_a_hundred_thousand_lines_lose_none_and_keep_the_editor_responsive(
    run: Callable[[str], Child],
) -> None:
    child = run("pass")
    memory = resident_bytes(child.pid)
    replace_source(child, "for i in range(100_000): print('row', i)")
    child.keys("<C-CR>")
    child.wait_for(lambda: states(child)[0] == "busy")
    taken_ms = []
    while states(child)[0] == "busy":
        direction = "j" if len(taken_ms) % 2 == 0 else "k"
        ruler = child.rows()[-2]  # the window may scroll: the row of the cursor says nothing
        taken_ms.append(
            child.latency_ms(direction, lambda screen, ruler=ruler: screen.rows()[-2] != ruler)
        )
    child.wait_for(lambda: states(child)[0] == "ok", SLOW_S)
    assert sorted(taken_ms)[len(taken_ms) * 9 // 10] < 100
    lines = whole(child)
    assert len(lines) == 100_000
    assert lines[::9999] == [f"row {i}" for i in range(0, 100_000, 9999)]
    assert any("99,961 more lines" in line for line in drawn(child))
    assert resident_bytes(child.pid) - memory < 50_000_000


def test_ten_thousand_flushes_arrive_whole(run: Callable[[str], Child]) -> None:
    child = run("for i in range(10_000): print(i, end=' ', flush=True)")
    assert whole(child) == [" ".join(map(str, range(10_000))) + " "]


def test_help_is_shown_once(run: Callable[[str], Child]) -> None:
    child = run("len?")
    assert sum("number of items" in line for line in whole(child)) == 1


def test_a_save_in_the_middle_of_a_run_has_what_is_there(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show(slow("it"))
    child.keys("<C-CR>")
    child.wait_for_text("it starts")
    (output,) = saved_outputs(child, tmp_path / "test.ipynb")
    assert output["text"] == ["it starts\n"]
    wait_states(child, "ok")
    child.wait_for(lambda: child.api.get_option_value("modified", {}), what="modified")
    (output,) = saved_outputs(child, tmp_path / "test.ipynb")
    assert output["text"] == ["it starts\n", "it ends\n"]


def test_undo_and_typing_go_on_under_a_flood(run: Callable[[str], Child]) -> None:
    child = run("pass")
    replace_source(
        child, "import time\nfor i in range(200): print(i, flush=True); time.sleep(.003)"
    )
    child.keys("<C-CR>")
    child.wait_for(lambda: states(child)[0] == "busy")
    child.keys_and_settle("Go")
    child.type_text("typed meanwhile")
    child.keys_and_settle("<Esc>u")
    assert "typed meanwhile" not in "\n".join(child.lines())
    child.keys_and_settle("<C-r><Esc>")
    assert "typed meanwhile" in child.lines()
    child.wait_for(lambda: states(child)[0] == "ok")
    assert whole(child) == [str(i) for i in range(200)]
    replace_source(child, "2")


def test_background_output_comes_after_the_end_of_the_run(run: Callable[[str], Child]) -> None:
    child = run(
        "import threading, time\n"
        "def late():\n    time.sleep(.3)\n    print('la' + 'te')\n"
        "threading.Thread(target=late).start()"
    )
    child.wait_for(lambda: drawn(child) == ["late"])
