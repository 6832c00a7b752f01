"""A server's notebook documents from opening to the end: runs, saves, other names, faults."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.lsp.recording import SERVER, add_recorder, cell_texts, start_recording, state
from tests.editor.lsp.servers import ATTACHED, go_to, init_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import CellSpec, Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

CELLS: list[CellSpec] = ["x = 1", ("markdown", "some text"), "y = x"]
WAIT_S = 20
WAY = """
for _, server in pairs(require('ipynb.notebook').get(0).servers or {}) do
  if server.name == 'recorder' then
    return server.texts.is_notebook and 'notebook' or 'shadow'
  end
end
"""
ASK_WAYS = "require('ipynb').setup({ lsp = { ways = { recorder = '%s' } } })\n"

RESTART = """
if vim.fn.has('nvim-0.12') == 1 then
  vim.cmd('lsp restart')
elseif vim.fn.has('nvim-0.11') == 1 then
  vim.lsp.enable('recorder', false)
  vim.wait(5000, function() return #vim.lsp.get_clients({ name = 'recorder' }) == 0 end)
  vim.lsp.enable('recorder')
else
  for _, client in ipairs(vim.lsp.get_clients({ name = 'recorder' })) do
    client.stop()
  end
  vim.wait(5000, function() return #vim.lsp.get_clients({ name = 'recorder' }) == 0 end)
  vim.bo[require('ipynb.notebook').get(0).shadow].filetype = 'python'
end
"""
PID = """
for _, server in pairs(require('ipynb.notebook').get(0).servers or {}) do
  local rpc_pid
  require('ipynb.lsp.servers.ask').one(server, 'recording/state', { a = 1 }, function(_, state)
    rpc_pid = state and state.pid
  end)
  vim.wait(2000, function() return rpc_pid ~= nil end, 2)
  return rpc_pid
end
"""
ENABLE = """
local config = { name = 'recorder', cmd = vim.json.decode(%s), filetypes = { 'python' } }
if vim.fn.has('nvim-0.11') == 1 then
  vim.lsp.config('recorder', config)
  vim.lsp.enable('recorder')
else
  vim.api.nvim_create_autocmd('FileType', { pattern = 'python', callback = function(event)
    vim.lsp.start(config, { bufnr = event.buf })
  end })
end
"""


@pytest.fixture
def start(
    start_child: StartChild, notebook: Write, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Child]:
    """Return a function that opens the cells with a recorder."""

    def run(way: str = "", **environment: str) -> Child:
        add_recorder(monkeypatch, "recorder", **environment)
        path = notebook(*CELLS)
        if not way:
            return start_recording(start_child, path, CELLS, "recorder")
        init = ASK_WAYS % way + init_of(["recorder"])
        child = start_child(width=100, height=40, init=init, cwd=path.parent)
        open_in(child, path, CELLS)
        child.wait_for(lambda: child.lua(ATTACHED, ["recorder"]), WAIT_S, "the server")
        return child

    return run


def test_an_option_gives_a_server_the_shadow(start: Callable[..., Child]) -> None:
    child = start("shadow")
    assert child.lua(WAY) == "shadow"


def test_what_a_server_registers_later_counts(start: Callable[..., Child]) -> None:
    child = start("notebook", RECORD="dynamic")
    assert child.lua(WAY) == "notebook"
    assert [text for _, text in cell_texts(state(child, "recorder"))] == ["x = 1", "y = x"]


def test_a_server_that_wants_no_notebooks_has_the_shadow(start: Callable[..., Child]) -> None:
    child = start("notebook", RECORD="shadow")
    assert child.lua(WAY) == "shadow"


def test_a_server_that_asks_for_markdown_has_it(start: Callable[..., Child]) -> None:
    child = start(RECORD="markdown")
    held = state(child, "recorder")
    assert [text for _, text in cell_texts(held)] == ["x = 1", "some text", "y = x"]
    languages = [one["language"] for one in held["documents"].values()]
    assert sorted(languages) == ["markdown", "python", "python"]
    go_to(child, "some text")
    child.keys_and_settle("\\ky")
    held = state(child, "recorder")
    assert {one["language"] for one in held["documents"].values()} == {"python"}
    assert held["breaches"] == []


def test_saves_and_another_name_are_told(start: Callable[..., Child], tmp_path: Path) -> None:
    child = start()
    child.keys_and_settle(":write<CR>")
    (notebook,) = state(child, "recorder")["notebooks"].values()
    assert notebook["saves"] == 1
    child.keys_and_settle(f":saveas {tmp_path}/other.ipynb<CR>")
    served = "return require('ipynb.notebook').get(0).served_path"
    other = str(tmp_path / "other.ipynb")
    child.wait_for(lambda: child.lua(served) == other, WAIT_S, "the end of the old name")
    child.wait_for(lambda: child.lua(WAY) == "notebook", WAIT_S, "the server")
    held = state(child, "recorder")
    assert held["breaches"] == []
    assert list(held["notebooks"]) == [f"file://{other}"]
    assert all("/other.ipynb#" in uri for uri in held["documents"])


def test_a_run_is_told_with_its_count_and_how_it_ended(start: Callable[..., Child]) -> None:
    child = start()
    go_to(child, "y = x")
    child.keys_and_settle(":NotebookExecuteCell<CR>")

    def summary() -> object:
        (notebook,) = state(child, "recorder")["notebooks"].values()
        return notebook["cells"][1].get("executionSummary")

    child.wait_for(
        lambda: summary() == {"executionOrder": 1, "success": False}, 60, "the run's summary"
    )
    assert state(child, "recorder")["breaches"] == []


def test_a_server_that_dies_is_gone_and_comes_back_with_the_cells(
    start: Callable[..., Child],
) -> None:
    child = start(FAULT="crash")
    go_to(child, "y = x")
    child.lua("vim.lsp.buf.hover()")
    child.wait_for(lambda: child.is_visible("quit with exit code 3"), WAIT_S, "Neovim's message")
    child.keys_and_settle("<CR><Esc>")  # which may be longer than the line
    child.keys_and_settle("<Esc>")
    child.wait_for(lambda: child.lua(WAY) is None, WAIT_S, "the server to be gone")
    go_to(child, "y = x")
    child.keys_and_settle("<CR>A2<Esc><Esc>")
    # What :LspStart does, and vim.lsp.enable().
    child.lua("vim.bo[require('ipynb.notebook').get(0).shadow].filetype = 'python'")
    child.wait_for(lambda: child.lua(ATTACHED, ["recorder"]), WAIT_S, "the server again")
    assert [text for _, text in cell_texts(state(child, "recorder"))] == ["x = 1", "y = x2"]


def test_stopping_the_client_of_the_notebook_stops_the_server(
    start: Callable[..., Child],
) -> None:
    child = start()
    stop = "for _, c in ipairs(vim.lsp.get_clients({ bufnr = 0, name = 'recorder' })) do " + (
        "vim.lsp.stop_client(c.id) end"
    )
    child.lua(stop)
    child.wait_for(
        lambda: child.lua("return #vim.lsp.get_clients({ name = 'recorder' })") == 0,
        WAIT_S,
        "no client",
    )


@pytest.mark.parametrize("where", ["facade", "float"])
def test_positions_are_the_cell_s(start: Callable[..., Child], where: str) -> None:
    child = start()
    go_to(child, "y = x")
    if where == "float":
        child.keys_and_settle("<CR>")
    child.lua("vim.lsp.buf.hover()")
    child.wait_for_text("line 0 is <y = x>")


@pytest.mark.parametrize("record", ["notebook", "shadow"])
def test_a_restart_by_neovim_is_a_new_server_by_the_same_way(
    start_child: StartChild, notebook: Write, record: str
) -> None:
    command = json.dumps(["env", f"RECORD={record}", sys.executable, str(SERVER)])
    path = notebook(*CELLS)
    init = ENABLE % f"[==[{command}]==]"
    child = start_child(width=100, height=40, init=init, cwd=path.parent)
    open_in(child, path, CELLS)
    child.wait_for(lambda: child.lua(ATTACHED, ["recorder"]), WAIT_S, "the server")
    child.wait_for(lambda: child.lua(PID) is not None, WAIT_S, "its answer")
    before = child.lua(PID)
    child.lua(RESTART)
    child.wait_for(lambda: child.lua(PID) not in {None, before}, WAIT_S, "another process")
    assert child.lua(WAY) == record
    assert state(child, "recorder")["breaches"] == []


@pytest.mark.parametrize("where", ["facade", "float"])
def test_nonsense_is_not_followed(start: Callable[..., Child], where: str) -> None:
    child = start(FAULT="garbage")
    before = child.lines()
    go_to(child, "y = x")
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
