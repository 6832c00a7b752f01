"""The recording server in a child Neovim, and what it holds compared with the notebook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.editor.lsp import servers
from tests.editor.lsp.servers import start_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from tests.harness import CellSpec, Child

SERVER = Path(__file__).parent / "recording_server.py"

# All that was typed is told before a request, so the answer is the state after it.
STATE = """
local name = ...
require('ipynb').flush(0)
local nb = require('ipynb.notebook').get(0)
for _, server in pairs(nb.servers) do
  if server.name == name then
    local answer
    require('ipynb.lsp.servers.ask').one(server, 'recording/state', { a = 1 }, function(err, result)
      answer = result or err
    end)
    vim.wait(5000, function() return answer ~= nil end, 2)
    return answer
  end
end
"""
NOTEBOOK = """
local cells = require('ipynb').cells(0)
local nb = require('ipynb.notebook').get(0)
for _, cell in ipairs(cells) do
  cell.text = table.concat(vim.api.nvim_buf_get_lines(nb.buf, cell.content_row,
    cell.content_end_row, true), '\\n')
end
return { cells = cells, path = nb.path, rows = vim.api.nvim_buf_line_count(nb.buf) }
"""


def add_recorder(monkeypatch: pytest.MonkeyPatch, name: str, **environment: str) -> None:
    """Make the recording server one that `start_with` knows, by a name."""
    values = [f"{key}={value}" for key, value in environment.items()]
    command = ["env", *values, sys.executable, str(SERVER)]
    monkeypatch.setitem(servers.COMMANDS, name, command)


def start_recording(
    start_child: Callable[..., Child], path: Path, cells: Sequence[CellSpec], *names: str
) -> Child:
    """Open a notebook in a child with recorders, and wait until they hold it."""
    return start_with(start_child, path, cells, *names)


def state(child: Child, name: str) -> dict[str, Any]:
    """Return what a recorder holds, after all that was typed."""
    found = child.lua(STATE, name)
    assert found, f"no server {name}"
    assert "breaches" in found, found
    return found


def cell_texts(held: dict[str, Any]) -> list[tuple[str, str]]:
    """Return id and text of the one notebook's cells, in the server's order."""
    (notebook,) = held["notebooks"].values()
    uris = [cell["document"] for cell in notebook["cells"]]
    return [(uri.split("#")[1], held["documents"][uri]["text"]) for uri in uris]


def code_cells(child: Child) -> list[tuple[str, str]]:
    """Return id and text of the notebook's code cells, in order."""
    cells = child.lua(NOTEBOOK)["cells"]
    return [(cell["id"], cell["text"]) for cell in cells if cell["cell_type"] == "code"]


def shadow_text(child: Child) -> str:
    """Return the text that a server of the shadow must hold."""
    found = child.lua(NOTEBOOK)
    lines = [""] * found["rows"]
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            lines[cell["content_row"] : cell["content_end_row"]] = cell["text"].split("\n")
    return "\n".join(lines) + "\n"
