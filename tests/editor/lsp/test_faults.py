"""Servers that are slow, end, or answer nonsense: nothing hangs, nothing is applied wrongly."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.lsp import servers
from tests.editor.lsp.servers import ATTACHED, diagnostics, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

SERVER = Path(__file__).parent / "faulty_server.py"
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
        log = os.environ.get("CANCELLED", os.devnull)
        command = ["env", f"FAULT={fault}", f"CANCELLED={log}", sys.executable, str(SERVER)]
        monkeypatch.setitem(servers.COMMANDS, "faulty", command)
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


def test_a_float_closed_before_its_completion_comes_is_no_error(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("slow")
    go_to(child, "x = 1")
    child.keys_and_settle("<CR>")
    one = "return #vim.lsp.get_clients({ bufnr = 0, name = 'faulty' }) == 1"
    child.wait_for(lambda: child.lua(one), WAIT_S, "one client")
    child.lua(
        "_G.open = function() local n = 0; for _, client in ipairs(vim.lsp.get_clients()) do "
        "for _, request in pairs(client.requests) do "
        "n = n + (request.method == 'textDocument/completion' and 1 or 0) end end return n end"
    )
    child.keys_and_settle("A<C-x><C-o>")
    child.wait_for(lambda: child.lua("return _G.open()") > 0, WAIT_S, "the request")
    child.keys_and_settle("<Esc><Esc>")
    child.wait_for(lambda: child.lua("return _G.open()") == 0, WAIT_S, "the answer")
    child.settle()
    assert not child.messages().strip(), child.messages()


@pytest.mark.parametrize("where", ["facade", "float"])
def test_what_is_cancelled_is_cancelled_at_the_server(
    start_faulty: Callable[[str], Child],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    where: str,
) -> None:
    log = tmp_path / "cancelled"
    monkeypatch.setenv("CANCELLED", str(log))
    child = start_faulty("slow")
    go_to(child, "x = 1")
    if where == "float":
        child.keys_and_settle("<CR>")
        one = "return #vim.lsp.get_clients({ bufnr = 0, name = 'faulty' }) == 1"
        child.wait_for(lambda: child.lua(one), WAIT_S, "one client")
    child.lua(
        "_G.answers = 0; local params = vim.lsp.util.make_position_params(0, 'utf-8'); "
        "local _, cancel = vim.lsp.buf_request(0, 'textDocument/hover', params, "
        "function(_, _, context) local name = vim.lsp.get_client_by_id(context.client_id).name "
        "_G.answers = _G.answers + (name == 'faulty' and 1 or 0) end); "
        "vim.defer_fn(cancel, 200)"  # when the server has the request
    )
    child.wait_for(lambda: log.exists() and log.read_text(), WAIT_S, "the server to hear of it")
    assert log.read_text(encoding="utf-8").split() == ["textDocument/hover"]
    assert child.lua("return _G.answers") == 0


def test_a_format_that_takes_too_long_is_cancelled(
    start_faulty: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "cancelled"
    monkeypatch.setenv("CANCELLED", str(log))
    child = start_faulty("slow")
    child.lua("vim.lsp.buf.format({ timeout_ms = 100 })")
    child.wait_for(lambda: log.exists() and log.read_text(), WAIT_S, "the server to hear of it")
    assert log.read_text(encoding="utf-8").split() == ["textDocument/formatting"]
    assert "timeout" in child.messages()


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


def test_cells_that_can_be_formatted_are_where_another_cannot(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("half-format")
    child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    child.wait_for_text("no such syntax")
    assert "\n".join(child.lines()).count("formatted") == 1


def test_a_good_answer_of_the_same_server_is_followed(
    start_faulty: Callable[[str], Child],
) -> None:
    child = start_faulty("")
    go_to(child, "x = 1")
    child.lua("vim.lsp.buf.rename('other')")
    child.wait_for(lambda: "other = 1" in child.lines(), WAIT_S, "the rename")


def test_a_server_that_is_disabled_and_enabled_comes_back(
    start_child: StartChild, notebook: Write
) -> None:
    """As :LspRestart does it where nvim-lspconfig leaves it to Neovim."""
    path = notebook(*CELLS)
    init = (
        "if vim.lsp.enable then vim.lsp.config('ruff', { cmd = { 'ruff', 'server' }, "
        "filetypes = { 'python' } }) vim.lsp.enable('ruff') end"
    )
    child = start_child(width=100, height=40, init=init, cwd=path.parent)
    if not child.lua("return vim.lsp.enable ~= nil"):
        pytest.skip("this Neovim has no vim.lsp.enable()")
    open_in(child, path, CELLS)
    child.wait_for(lambda: child.lua(ATTACHED, ["ruff"]), WAIT_S, "ruff")
    first = child.lua("return vim.lsp.get_clients({ bufnr = 0, name = 'ruff' })[1].id")
    child.lua("vim.lsp.enable('ruff', false)")
    child.wait_for(lambda: "ruff" not in child.lua(NAMES), WAIT_S, "no ruff")
    # Nothing is typed here: Neovim 0.11 would tell a client that comes later of no change at all,
    # in plain files, too.
    child.lua("vim.lsp.enable('ruff')")
    child.wait_for(lambda: child.lua(ATTACHED, ["ruff"]), WAIT_S, "ruff again")
    assert child.lua("return vim.lsp.get_clients({ bufnr = 0, name = 'ruff' })[1].id") > first
    child.keys_and_settle("<CR>ccprint(unknown_name)<Esc>")
    child.wait_for(lambda: diagnostics(child), WAIT_S, "what it says of the text as it is now")


@pytest.mark.parametrize("where", ["facade", "float"])
def test_a_code_lens_shows_and_runs(start_faulty: Callable[[str], Child], where: str) -> None:
    child = start_faulty("")
    go_to(child, "x = 1")
    if where == "float":
        child.keys_and_settle("<CR>")
        one = "return #vim.lsp.get_clients({ bufnr = 0, name = 'faulty' }) == 1"
        child.wait_for(lambda: child.lua(one), WAIT_S, "one client")
    child.lua(
        "if vim.lsp.codelens.enable then vim.lsp.codelens.enable(true, { bufnr = 0 }) "
        "else vim.lsp.codelens.refresh({ bufnr = 0 }) end"
    )
    child.wait_for_text("a lens", WAIT_S)
    child.lua("vim.lsp.codelens.run()")
    child.wait_for(lambda: "x = 77" in child.lines(), WAIT_S, "the command's edit")
    child.keys_and_settle("u")
    assert "x = 1" in child.lines()


@pytest.mark.parametrize("where", ["facade", "float"])
def test_links_are_where_their_text_is(start_faulty: Callable[[str], Child], where: str) -> None:
    child = start_faulty("")
    go_to(child, "x = 1")
    if where == "float":
        child.keys_and_settle("<CR>")
        one = "return #vim.lsp.get_clients({ bufnr = 0, name = 'faulty' }) == 1"
        child.wait_for(lambda: child.lua(one), WAIT_S, "one client")
    ask = (
        "local method, params = ...; params = params or { textDocument = { "
        "uri = vim.uri_from_bufnr(0) } } for _, answer in pairs(vim.lsp.buf_request_sync(0, "
        "method, params, 8000)) do if answer.result then return answer.result end end"
    )
    (link,) = child.lua(ask, "textDocument/documentLink")
    assert link["range"]["start"] == {"line": child.lines().index("x = 1"), "character": 0}
    link = child.lua(ask, "documentLink/resolve", link)
    assert link["target"] == "file:///tmp/target"
    assert link["range"]["start"]["line"] == child.lines().index("x = 1")
