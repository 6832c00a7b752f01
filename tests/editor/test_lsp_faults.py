"""Servers that are slow, end, or answer nonsense: nothing hangs, nothing is applied wrongly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor import language_servers
from tests.editor.language_servers import ATTACHED, diagnostics, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

SERVER = Path(__file__).parents[1] / "lsp" / "faulty_server.py"
CELLS = ["x = 1\nx", "y = x"]
WAIT_S = 15
NAMES = "return vim.tbl_map(function(c) return c.name end, vim.lsp.get_clients({ bufnr = 0 }))"
SHADOW = "require('ipynb.notebook').get(0).shadow"


@pytest.fixture
def start_faulty(
    start_child: StartChild, notebook: Write, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Child]:
    """Return a function that opens the cells with a server of the given fault."""

    def start(fault: str) -> Child:
        command = ["env", f"FAULT={fault}", sys.executable, str(SERVER)]
        monkeypatch.setitem(language_servers.COMMANDS, "faulty", command)
        return start_with(start_child, notebook(*CELLS), CELLS, "faulty")

    return start


def test_typing_and_moving_do_not_wait_for_a_slow_server(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("slow")
    go_to(child, "x = 1")
    child.lua("vim.lsp.buf.hover(); vim.lsp.buf.definition(); vim.lsp.buf.document_symbol()")
    paint_ms = child.latency_ms("j", lambda screen: screen.cursor[0] == 2)
    assert paint_ms < 1000
    child.keys_and_settle("<CR>A + 1<Esc><Esc>")
    assert "x + 1" in child.lines()


@pytest.mark.parametrize("where", ["facade", "float"])
def test_nonsense_is_not_followed(start_faulty: Callable[[str], Child], where: str) -> None:
    child = start_faulty("garbage")
    before = child.lines()
    go_to(child, "x = 1")
    if where == "float":
        child.keys_and_settle("<CR>")
    for method in ("hover", "definition", "document_symbol", "rename", "code_action", "format"):
        argument = ", 'other'" if method == "rename" else ""
        child.lua(f"pcall(vim.lsp.buf.{method}{argument})")
        child.settle()
        child.keys_and_settle("<Esc>" if child.mode() != "n" else "")
    child.keys_and_settle("<Esc><Esc>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb")
    assert child.lines() == before


def test_an_edit_outside_of_code_is_refused_with_one_message(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("outside")
    before = child.lines()
    go_to(child, "x = 1")
    child.lua("vim.lsp.buf.rename('other')")
    child.wait_for_text("no place in code cells")
    assert child.lines() == before
    child.lua("vim.lsp.buf.code_action({ apply = true })")
    child.wait_for(lambda: child.messages().count("no place in code cells") == 2, WAIT_S)
    assert child.lines() == before


def test_a_server_that_ends_leaves_and_comes_back(start_faulty: Callable[[str], Child]) -> None:
    child = start_faulty("crash")
    go_to(child, "x = 1")
    child.lua("vim.lsp.buf.hover()")
    child.wait_for(lambda: child.is_visible("quit with exit code 3"), WAIT_S, "Neovim's message")
    child.keys_and_settle("<CR><Esc>")  # which may be longer than the line
    child.keys_and_settle("<Esc>")
    go_to(child, "x = 1")
    child.wait_for(lambda: "faulty" not in child.lua(NAMES), WAIT_S, "the client to go")
    child.keys_and_settle("<CR>A2<Esc><Esc>")
    assert "x = 12" in child.lines()
    child.lua(f"vim.bo[{SHADOW}].filetype = 'python'")  # what :LspStart does
    child.wait_for(lambda: child.lua(ATTACHED, ["faulty"]), WAIT_S, "the server again")


def test_stopping_the_client_of_the_notebook_stops_the_server(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("")
    stop = "for _, c in ipairs(vim.lsp.get_clients({ bufnr = 0, name = 'faulty' })) do " + (
        "vim.lsp.stop_client(c.id) end"
    )
    child.lua(stop)
    child.wait_for(
        lambda: child.lua("return #vim.lsp.get_clients({ name = 'faulty' })") == 0,
        WAIT_S,
        "no client",
    )
    assert not diagnostics(child)


def test_nonsense_from_a_formatter_changes_nothing(start_faulty: Callable[[str], Child]) -> None:
    child = start_faulty("bad-format")
    before = child.lines()
    child.keys_and_settle(":NotebookFormatAll<CR>")
    child.wait_for_text("0 cells formatted")
    assert child.lines() == before


def test_a_good_answer_of_the_same_server_is_followed(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("")
    go_to(child, "x = 1")
    child.lua("vim.lsp.buf.rename('other')")
    child.wait_for(lambda: "other = 1" in child.lines(), WAIT_S, "the rename")
