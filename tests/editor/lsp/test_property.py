"""Whatever is done to two notebooks, servers hold their text: the shadow's, and each cell's.

The steps are the cell model's: edits, cell operations, undo, redo, changes of type, by keys. Two
recording servers are attached to both notebooks, one for the shadow, one for notebook documents;
they apply the changes by themselves and note every breach of the protocol, of versions above all.

IPYNB_LSP_SEQUENCES  how many random cases to play (default 24)
IPYNB_DIFF_SEED      the first one's seed (default: random, printed by conftest.py)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.editor.cell_model.comparison import run
from tests.editor.cell_model.editor import NotebookEditor, Seen
from tests.editor.cell_model.steps import random_case
from tests.editor.lsp.recording import add_recorder
from tests.editor.lsp.servers import init_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.editor.cell_model.world import World

PER_CHILD = 12
SEQUENCES = int(os.environ.get("IPYNB_LSP_SEQUENCES", "24"))
SEED = int(os.environ["IPYNB_DIFF_SEED"])
ATTACH_S = 30
SERVERS = ("recorder", "shadow_recorder")

ATTACHED = """
local names = {}
for _, server in pairs(require('ipynb.notebook').get(...).servers or {}) do
  names[server.name] = server.texts.is_notebook
end
return names.recorder == true and names.shadow_recorder == false
"""
# What the servers hold of each notebook, and what they should.
HELD = """
require('ipynb').flush(...)
local ask = require('ipynb.lsp.servers.ask')
local nb, held = require('ipynb.notebook').get(...), {}
for _, server in pairs(nb.servers) do
  ask.one(server, 'recording/state', { a = 1 }, function(err, result)
    held[server.name] = result or { breaches = { vim.inspect(err) } }
  end)
end
vim.wait(5000, function() return held.recorder and held.shadow_recorder end, 2)
local cells, lines = {}, vim.api.nvim_buf_get_lines(nb.buf, 0, -1, true)
local shadow = vim.tbl_map(function() return '' end, lines)
for _, cell in ipairs(require('ipynb').cells(nb.buf)) do
  if cell.cell_type == 'code' then
    local text = vim.list_slice(lines, cell.content_row + 1, cell.content_end_row)
    cells[#cells + 1] = { cell.id, table.concat(text, '\\n') }
    for row = cell.content_row + 1, cell.content_end_row do
      shadow[row] = lines[row]
    end
  end
end
return {
  cells = cells,
  shadow = table.concat(shadow, '\\n') .. '\\n',
  shadow_uri = vim.uri_from_bufnr(nb.shadow),
  uri = vim.uri_from_fname(nb.path),
  held = held,
}
"""


class RecordingEditor(NotebookEditor):
    """Two notebooks with two servers that record."""

    metadata: ClassVar[dict[str, Any]] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }

    def open(self, books: Sequence[Sequence[dict[str, Any]]]) -> None:
        """Open the notebooks, and wait until both servers have them."""
        super().open(books)
        self._wait_for_servers()

    def _wait_for_servers(self) -> None:
        for buf in self.bufs:
            self.child.wait_for(
                lambda buf=buf: self.child.lua(ATTACHED, buf), ATTACH_S, "both servers"
            )

    def differences(self, world: World) -> list[Seen]:
        """Compare the notebooks with the model, and what the servers hold with the notebooks."""
        self._wait_for_servers()  # `:edit!` opens the notebook anew
        return super().differences(world) or [
            Seen(f"{name} in {buf}", expected, got)
            for buf in self.bufs
            for name, expected, got in _held(self.child.lua(HELD, buf))
            if expected != got
        ]


def _held(seen: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    recorder, shadow = (seen["held"].get(name, {"breaches": ["no answer"]}) for name in SERVERS)
    if recorder["breaches"] or shadow["breaches"]:
        return [("breaches", [], recorder["breaches"] + shadow["breaches"])]
    notebook = recorder["notebooks"].get(seen["uri"], {"cells": []})
    uris = [cell["document"] for cell in notebook["cells"]]
    texts = [[uri.split("#")[1], recorder["documents"][uri]["text"]] for uri in uris]
    document = shadow["documents"].get(seen["shadow_uri"], {"text": None})
    return [
        ("cells", list(seen["cells"]), texts),
        ("shadow", seen["shadow"], document["text"]),
        ("notebooks of the shadow's server", {}, dict(shadow["notebooks"])),
    ]


@pytest.mark.parametrize("first", range(0, SEQUENCES, PER_CHILD))
def test_differential_servers_hold_what_the_notebooks_are(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_recorder(monkeypatch, "recorder")
    add_recorder(monkeypatch, "shadow_recorder", RECORD="shadow")
    editor = RecordingEditor(tmp_path / "nvim", init_of(SERVERS))
    try:
        for seed in range(SEED + first, SEED + min(first + PER_CHILD, SEQUENCES)):
            failure = run(random_case(seed), editor)
            if failure is not None:
                pytest.fail(f"IPYNB_DIFF_SEED={seed}\n{failure}", pytrace=False)
    finally:
        editor.child.close()
