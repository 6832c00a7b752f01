"""Neovim's own ways to stop and start servers, from facade and float."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.lsp.servers import ATTACHED, diagnostics, go_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

CELLS = ["x = 1", "y = x"]
WAIT_S = 30
INIT = """
if vim.lsp.enable then
  for name, cmd in pairs({ ty = { 'ty', 'server' }, ruff = { 'ruff', 'server' } }) do
    vim.lsp.config(name, { cmd = cmd, filetypes = { 'python' } })
  end
  vim.lsp.enable('%s')
end
"""
# Of the current buffer and of the facade: which clients, by name.
CLIENTS = """
local found = {}
for _, buf in ipairs({ vim.api.nvim_get_current_buf(), require('ipynb.notebook').get(0).buf }) do
  local names = {}
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buf })) do
    table.insert(names, client.name)
  end
  table.sort(names)
  table.insert(found, table.concat(names, ' '))
end
return found
"""
# The user's client, or the one in its place, is another one.
SERVER_IDS = """
return vim.tbl_keys(require('ipynb.notebook').get(0).servers)
"""
BY_FUNCTION = "vim.lsp.enable('{name}', false)", "vim.lsp.enable('{name}')"
BY_COMMAND = "vim.cmd('lsp disable')", "vim.cmd('lsp enable {name}')"
BY_NAME = "vim.cmd('lsp stop {name}')", "vim.cmd('lsp enable {name}')"
RESTARTS = ["lsp restart", "lsp restart {name}"]


@pytest.fixture
def start(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> Callable[[str, str], Child]:
    """Return a function that opens the cells with an enabled server, on facade or in float."""

    def start_(name: str, where: str) -> Child:
        path = notebook(*CELLS)
        child = start_child(width=100, height=40, init=INIT % name, cwd=path.parent)
        if not child.lua("return vim.lsp.enable ~= nil"):
            pytest.skip("this Neovim has no vim.lsp.enable()")
        open_in(child, path, CELLS)
        child.wait_for(lambda: child.lua(ATTACHED, [name]), WAIT_S, name)
        go_to(child, "y = x")
        if where == "float":
            child.keys_and_settle("<CR>")
        wait_clients(child, f"ipynb {name}")
        return child

    return start_


def wait_clients(child: Child, wanted: str) -> None:
    child.wait_for(lambda: child.lua(CLIENTS) == [wanted, wanted], WAIT_S, wanted)


def check_serves(child: Child) -> None:
    """The server knows what is typed from now on."""
    if not child.lua("return vim.b.ipynb_cell_id ~= nil"):
        child.keys_and_settle("<CR>")
    child.keys_and_settle("ccprint(unknown_name)<Esc>")

    def found() -> list[Any]:
        facade = child.lua("return require('ipynb.notebook').get(0).buf")
        return [one for one in diagnostics(child, facade) if "unknown_name" in one["message"]]

    child.wait_for(found, WAIT_S, "what it says of the text as it is now")
    assert len(found()) == 1
    assert not child.messages().strip(), child.messages()


def need_command(child: Child) -> None:
    if child.lua("return vim.fn.exists(':lsp')") != 2:
        pytest.skip("this Neovim has no :lsp")


@pytest.mark.parametrize("where", ["facade", "float"])
@pytest.mark.parametrize("name", ["ty", "ruff"])
@pytest.mark.parametrize("way", [BY_FUNCTION, BY_COMMAND, BY_NAME], ids=["enable", "lsp", "name"])
def test_a_server_goes_and_comes_back(
    start: Callable[[str, str], Child], name: str, where: str, way: tuple[str, str]
) -> None:
    child = start(name, where)
    if way != BY_FUNCTION:
        need_command(child)
    before = child.lua(SERVER_IDS)
    child.lua(way[0].format(name=name))
    wait_clients(child, "ipynb")
    child.wait_for(lambda: not diagnostics(child), WAIT_S, "no problems")
    child.lua(way[1].format(name=name))
    wait_clients(child, f"ipynb {name}")
    assert not set(child.lua(SERVER_IDS)) & set(before)
    check_serves(child)


@pytest.mark.parametrize("where", ["facade", "float"])
@pytest.mark.parametrize("name", ["ty", "ruff"])
@pytest.mark.parametrize("command", RESTARTS)
def test_a_server_is_restarted(
    start: Callable[[str, str], Child], name: str, where: str, command: str
) -> None:
    child = start(name, where)
    need_command(child)
    before = child.lua(SERVER_IDS)
    child.command(command.format(name=name))

    def is_other() -> bool:
        now = child.lua(SERVER_IDS)
        return len(now) == 1 and not set(now) & set(before)

    child.wait_for(is_other, WAIT_S, "another server")
    wait_clients(child, f"ipynb {name}")
    check_serves(child)
    child.keys_and_settle("<Esc><Esc>")
    go_to(child, "x = 1")
    child.keys_and_settle("<CR>")
    wait_clients(child, f"ipynb {name}")
    child.keys_and_settle("<Esc><Esc>:bwipeout!<CR>")
    child.wait_for(
        lambda: child.lua("return #vim.lsp.get_clients({ name = 'ipynb' })") == 0,
        WAIT_S,
        "no client",
    )
