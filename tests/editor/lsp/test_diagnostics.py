"""Diagnostics: the servers' own, once, in place, and nothing false for what IPython reads."""

from __future__ import annotations

import re
import subprocess
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.lsp.magic_notebooks import ANY_NAME, CELL_BY_CELL, NOTEBOOKS, code_of
from tests.editor.lsp.servers import diagnostics, go_to, init_of, start_with
from tests.harness import write_notebook
from tests.harness.launch import VENV_BIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

EXIT_S = 30  # the bash server takes its time, in plain files too
ANSWER_S = 30
BROKEN = "broken = = 1"
TRUTH = "completely_unknown"
SERVERS = ("basedpyright", "ruff", "ty", "pylsp", "jedi")
# What style checkers say of a place in a file, and what is no error in a notebook.
STRICT = 'line-length = 120\nlint.select = ["B", "E", "F", "I", "INP", "N", "PLE", "W"]\n'
# True of examples so small: imports that are not used or not installed; a magic returns Any.
TRUE = ("F401", "F811", "F841", "I001", "reportUnused", "reportMissing", "unresolved-import")
TRUE += ("is Any", "reportDuplicateImport", "reportPossiblyUnbound", "reportUnknown", "unused")
TRUE += (
    "reportRedeclaration",
    "reportAny",
    "reportUnannotated",
    "import-not-found",
)
SAID = "return #vim.diagnostic.get(0, { lnum = ... }) > 0"
LISTED = (
    "return vim.tbl_map(function(d) "
    "local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, true)[1] "
    "return ('%s %s %s | %s'):format(d.source, d.code, d.message:gsub('\\n', ' '), line) end, "
    "vim.diagnostic.get(0, { severity = { min = vim.diagnostic.severity.WARN } }))"
)


def settle_diagnostics(child: Child, servers: tuple[str, ...]) -> None:
    """Wait until each server has found the one true problem at the end."""
    child.wait_for(
        lambda: sum(TRUTH in one["message"] for one in diagnostics(child)) == len(servers),
        ANSWER_S,
        f"the true problem from {servers}",
    )


def serious(child: Child, truth: str = TRUTH) -> list[str]:
    """Everything but hints, and what is true of examples so small."""
    found: list[str] = child.lua(LISTED)
    return [one for one in found if truth not in one and not any(code in one for code in TRUE)]


def planted(server: str, name: str) -> tuple[str, str]:
    """Return a last cell with a true error, and what the server says of it."""
    if server == "jedi" or name in ANY_NAME:  # jedi reports syntax errors only
        return BROKEN, BROKEN
    return f"%matplotlib inline\nprint('%d' % {TRUTH})", TRUTH


@pytest.mark.parametrize("server", SERVERS)
def test_nothing_is_false_and_what_is_true_is_said(
    start_child: StartChild, tmp_path: Path, server: str
) -> None:
    (tmp_path / "ruff.toml").write_text(STRICT, encoding="utf-8")
    (tmp_path / "other.py").write_text("", encoding="utf-8")
    child = start_child(width=100, height=40, init=init_of([server]), cwd=tmp_path)
    wrong = []
    for name, cells in NOTEBOOKS.items():
        last, truth = planted(server, name)
        all_cells = [*cells, last]
        path = write_notebook(tmp_path / f"{name.replace(' ', '-')}.ipynb", all_cells)
        open_in(child, path, all_cells)
        row = child.lines().index(last.split("\n")[-1])
        child.wait_for(partial(child.lua, SAID, row), ANSWER_S, f"{server}: {name}")
        wrong += [f"{name}: {one}" for one in serious(child, truth)]
        child.command("bdelete!")
    assert not wrong, "\n".join(wrong)


def test_the_plain_text_of_each_notebook_is_flagged(tmp_path: Path) -> None:
    """Show that the set is worth something: servers find faults in the text as it is."""
    (tmp_path / "ruff.toml").write_text(STRICT, encoding="utf-8")
    for name, cells in NOTEBOOKS.items():
        (tmp_path / f"{name.replace(' ', '-')}.py").write_text(code_of(cells), encoding="utf-8")
    found: dict[str, list[str]] = {}
    for command in (
        ["ruff", "check", "--output-format=concise", "."],
        ["basedpyright", "--level=warning", "."],
    ):
        program = str(VENV_BIN / command[0])
        output = subprocess.run(
            [program, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        ).stdout
        for line in output.splitlines():
            match = re.search(r"([\w-]+)\.py:\d+", line)
            if match and not any(code in line for code in TRUE):
                found.setdefault(match[1], []).append(line)
    names = {name.replace(" ", "-") for name in NOTEBOOKS.keys() - CELL_BY_CELL}
    assert not names - set(found), names - set(found)


@pytest.mark.parametrize("name", ["run defines", "pylab defines"])
def test_names_that_magics_bring_are_not_undefined(
    start_child: StartChild, notebook: Write, name: str
) -> None:
    cells = [*NOTEBOOKS[name], "def broken(:\n    pass"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "the syntax error")
    assert all("name" not in one for one in serious(child) if "ndefined" in one)


@pytest.mark.parametrize("server", ["basedpyright", "pylsp"])
def test_what_another_cell_writes_anew_is_not_flagged(
    start_child: StartChild, notebook: Write, server: str
) -> None:
    first, second = "def %s() -> int:\n    return 1", "def %s() -> str:\n    return 'a'"
    twice = f"{first % 'in_a_cell'}\n\n\n{second % 'in_a_cell'}"
    cells = [first % "anew", second % "anew", "from __future__ import annotations", twice]
    child = start_with(start_child, notebook(*cells), cells, server)
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "what is true")
    lines = child.lines()
    assert {lines[one["lnum"]].split("(")[0] for one in diagnostics(child)} == {"def in_a_cell"}


def test_what_is_true_stands_once_in_facade_and_float_with_its_source(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["x = 1", ("markdown", "text"), f"'😀'; print({TRUTH})"]
    child = start_with(start_child, notebook(*cells), cells, "basedpyright", "ruff")
    settle_diagnostics(child, ("basedpyright", "ruff"))
    lnum = child.lines().index(cells[2])
    true = [one for one in diagnostics(child) if TRUTH in one["message"]]
    assert {one["source"] for one in true} == {"basedpyright", "Ruff"}
    col = len("'😀'; print(".encode())
    assert {(one["lnum"], one["col"]) for one in true} == {(lnum, col)}
    go_to(child, TRUTH)
    child.keys_and_settle("<CR>")
    in_float = [one for one in diagnostics(child) if TRUTH in one["message"]]
    assert [(one["lnum"], one["col"]) for one in in_float] == [(0, col), (0, col)]
    namespaces = child.lua(
        "local found = {} for _, d in ipairs(vim.diagnostic.get(0)) do "
        "found[d.namespace] = true end return vim.tbl_keys(found)"
    )
    own = child.lua("return vim.api.nvim_create_namespace('ipynb.diagnostics')")
    assert namespaces == [own]
    child.keys_and_settle("<Esc>")
    listed = child.lua("vim.diagnostic.setqflist({ open = false }); return vim.fn.getqflist()")
    assert {one["bufnr"] for one in listed} == {child.api.get_current_buf()}
    assert sum(TRUTH in one["text"] for one in listed) == 2


def test_its_sign_shows_in_the_active_cell_too(start_child: StartChild, notebook: Write) -> None:
    cells = [f"print({TRUTH})\nx = 1", "y = 2"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    settle_diagnostics(child, ("ruff",))
    go_to(child, "y = 2")
    go_to(child, TRUTH)  # the cell is the active one
    child.wait_for_text(f"E print({TRUTH})")
    child.keys_and_settle("<CR>")
    child.wait_for_text(f"E print({TRUTH})")


def test_signs_are_there_after_insert_mode(start_child: StartChild, notebook: Write) -> None:
    cells = [f"print({TRUTH})", "y = 2"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    settle_diagnostics(child, ("ruff",))
    go_to(child, "y = 2")
    child.keys_and_settle("<CR>oz = nowhere")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "what is said of the new line")
    child.keys_and_settle("<Esc>")
    child.wait_for_text(f"E print({TRUTH})")
    child.wait_for_text("E z = nowhere")
    child.keys_and_settle("<Esc>")
    child.wait_for_text(f"E print({TRUTH})")
    child.wait_for_text("E z = nowhere")


def test_the_float_is_as_high_as_its_lines_and_those_of_diagnostics(
    start_child: StartChild, notebook: Write
) -> None:
    cells = [f"print({TRUTH})\nx = 1", "y = 2"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    if not child.lua("return vim.fn.has('nvim-0.11') == 1"):
        pytest.skip("Neovim 0.10 has no virtual_lines")
    settle_diagnostics(child, ("ruff",))
    child.lua("vim.diagnostic.config({ virtual_lines = true })")
    go_to(child, "x = 1")
    child.keys_and_settle("<CR>")
    child.wait_for_text("F821: Undefined")
    low = child.wait_for_text("y = 2")
    child.keys_and_settle("Oprint(another_unknown)")
    # Neovim shows none while one is typing, once others came.
    child.wait_for(lambda: not child.is_visible("F821"), ANSWER_S, "none")
    assert child.find_row("y = 2") == low
    child.keys_and_settle("<Esc>")
    child.wait_for_text("`another_unknown`")
    child.wait_for(lambda: child.find_row("y = 2") == low + 2)


@pytest.mark.parametrize(
    ("server", "edit"), [("ruff", "typed"), ("ty", "typed"), ("ty", "renamed")]
)
def test_a_sign_stays_on_its_line_when_that_is_edited(
    start_child: StartChild, notebook: Write, server: str, edit: str
) -> None:
    cells = [f"name = {TRUTH}\nname", "name"]
    child = start_with(start_child, notebook(*cells), cells, server)
    child.wait_for_text(f"E name = {TRUTH}")
    go_to(child, f"name = {TRUTH}")
    if edit == "typed":
        child.keys_and_settle("<CR>A  # more<Esc><Esc>")
        child.wait_for_text(f"E name = {TRUTH}  # more")
    else:
        child.lua("vim.lsp.buf.rename('other')")
        child.wait_for_text(f"E other = {TRUTH}")
    assert len([row for row in child.screen.rows() if row.startswith("E ")]) == 1


def test_lines_below_the_cursor_s_are_the_same_in_notebook_and_float(
    start_child: StartChild, notebook: Write
) -> None:
    cells = [f"print({TRUTH})\nx = 1\nprint(another_unknown)", "y = 2"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    if not child.lua("return vim.fn.has('nvim-0.11') == 1"):
        pytest.skip("Neovim 0.10 has no virtual_lines")
    settle_diagnostics(child, ("ruff",))
    child.lua("vim.diagnostic.config({ virtual_lines = { current_line = true } })")
    go_to(child, "x = 1")
    child.keys_and_settle("<CR>")
    low = child.wait_for_text("y = 2")
    child.keys_and_settle("j")
    child.wait_for_text("F821: Undefined name `another")
    child.wait_for(lambda: child.find_row("y = 2") == low + 1)
    assert child.is_visible("E print(another_unknown)")
    child.keys_and_settle("kk")
    child.wait_for_text("F821: Undefined name `completely")
    child.wait_for(lambda: child.find_row("y = 2") == low + 1)
    assert child.is_visible("E print(another_unknown)")


def test_a_problem_goes_when_it_is_mended_in_the_float(
    start_child: StartChild, notebook: Write
) -> None:
    cells = [f"print({TRUTH})"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    settle_diagnostics(child, ("ruff",))
    child.keys_and_settle("j<CR>ccprint(1)<Esc>")
    child.wait_for(lambda: not diagnostics(child), ANSWER_S, "no diagnostics in the float")
    child.keys_and_settle("<Esc>")
    assert not diagnostics(child)


def test_a_notebook_of_another_language_has_its_own_servers(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["name=world", "hello() { echo $name; }", "hello"]
    metadata = {"kernelspec": {"name": "bash", "language": "bash", "display_name": "Bash"}}
    path = notebook(*cells, metadata=metadata)
    child = start_child(width=100, height=40, init=init_of(["bashls", "ruff"]), cwd=path.parent)
    open_in(child, path, cells)
    names = (
        "return vim.tbl_map(function(c) return c.name end, vim.lsp.get_clients({ bufnr = 0, "
        "method = 'textDocument/definition' }))"
    )
    child.wait_for(lambda: child.lua(names) == ["bashls"], ANSWER_S, "the bash server")
    child.lua("vim.api.nvim_win_set_cursor(0, { vim.fn.search('^hello$'), 0 })")
    child.lua("vim.lsp.buf.definition()")
    child.wait_for(
        lambda: child.lua("return vim.api.nvim_get_current_line()") == cells[1],
        ANSWER_S,
        "the jump",
    )
    child.close(grace_s=EXIT_S)


def test_another_kernel_brings_the_servers_of_its_language(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["hello() { echo hi; }", "hello"]
    path = notebook(*cells)
    child = start_child(width=100, height=40, init=init_of(["bashls", "ruff"]), cwd=path.parent)
    open_in(child, path, cells)
    names = (
        "return vim.tbl_map(function(c) return c.name end, vim.tbl_filter(function(c) "
        "return c.name ~= 'ipynb' end, vim.lsp.get_clients({ bufnr = 0 })))"
    )
    child.wait_for(lambda: child.lua(names) == ["ruff"], ANSWER_S, "the Python server")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "it says that this is no Python")
    child.keys_and_settle(":NotebookSetKernel bash<CR>")
    child.wait_for(lambda: child.lua(names) == ["bashls"], ANSWER_S, "the bash server alone")
    assert not [one for one in diagnostics(child) if one["source"] == "Ruff"]
    shadow = "vim.api.nvim_buf_get_name(require('ipynb.notebook').get(0).shadow)"
    assert child.lua(f"return {shadow}").endswith(".ipynb.sh")
    child.keys_and_settle(":NotebookSetKernel python3<CR>")
    child.wait_for(lambda: child.lua(names) == ["ruff"], ANSWER_S, "the Python server again")
    child.close(grace_s=EXIT_S)


def test_cells_of_other_languages_are_blank_to_the_server(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["x = 1", "%%bash\necho 1", "%%sql\nselect 1", "%%R\nplot(1)", "y = x"]
    child = start_with(start_child, notebook(*cells), cells, "ty")
    shadow = "require('ipynb.notebook').get(0).shadow"
    told = child.lua(
        f"return vim.tbl_filter(function(line) return line ~= '' end, "
        f"vim.api.nvim_buf_get_lines({shadow}, 0, -1, true))"
    )
    assert told == ["x = 1", "y = x"]
    go_to(child, "echo 1")
    child.keys_and_settle("<CR>ccimport sys<Esc>")
    told = child.lua(f"return vim.api.nvim_buf_get_lines({shadow}, 0, -1, true)")
    assert "import sys" not in told
    child.keys_and_settle("ggdd")  # the magic goes: it is Python
    told = child.lua(f"return vim.api.nvim_buf_get_lines({shadow}, 0, -1, true)")
    assert "import sys" in told


@pytest.mark.parametrize("server", ["basedpyright", "ty"])
def test_cells_below_one_that_ends_the_run_are_read(
    start_child: StartChild, notebook: Write, server: str
) -> None:
    cells = [
        "import sys",
        "raise SystemExit(\n    'stop here',\n)",
        "sys.exit(1)",
        f"def area(r: int) -> int:\n    raise ValueError({TRUTH})",
        f"print({TRUTH})\nraise",
    ]
    child = start_with(start_child, notebook(*cells), cells, server)
    rows = [row for row, line in enumerate(child.lines()) if TRUTH in line]

    def said() -> list[int]:
        return [one["lnum"] for one in diagnostics(child) if TRUTH in one["message"]]

    child.wait_for(lambda: sorted(set(said())) == rows, ANSWER_S, f"what is true at {rows}")
    above = [one for one in diagnostics(child) if one["lnum"] < rows[0] - 1]
    assert [one for one in above if one["severity"] < 3] == []  # but hints
    go_to(child, "raise SystemExit")
    child.keys_and_settle(":NotebookFormatCell<CR>")
    assert "    'stop here',\n)" in "\n".join(child.lines())
