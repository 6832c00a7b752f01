"""Figure 10: from a key to the kernel's candidates, as a completion plugin asks for them."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, open_notebook
from bench.figures import Figure, Rule
from bench.kernels import RawKernel
from bench.running import rest, wait_for_output

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

LIMIT_MS = 10
CELL_LINES = 20
SETUP = "import os\nprint('ready')"
CODE = "os.pa"

# Asks right after a key, by the public client, and counts until the answer is there.
_ASK = """
_G.taken_ms = nil
local client = vim.lsp.get_clients({ bufnr = 0, name = 'ipynb' })[1]
local function ask(...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request(...)
  end
  return client.request(...)
end
vim.api.nvim_create_autocmd('TextChangedI', { buffer = 0, once = true, callback = function()
  local start_ns = vim.uv.hrtime()
  local cursor = vim.api.nvim_win_get_cursor(0)
  ask('textDocument/completion', {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = cursor[1] - 1, character = cursor[2] },
  }, function(_, result)
    _G.taken_ms = #result.items > 0 and (vim.uv.hrtime() - start_ns) / 1e6 or -1
  end, 0)
end })
"""


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure candidates of an attribute in a cell of 20 lines."""
    repeats = 10 if is_quick else 40
    with Editors(folder) as editors, RawKernel(editors.folder) as raw:
        child = editors.with_plugin()
        text = "\n".join(f"value_{n} = {n}" for n in range(CELL_LINES))
        cells = notebooks.sources([SETUP, f"{text}\n"])
        open_notebook(child, notebooks.write(folder / "complete.ipynb", cells), 2)
        child.keys_and_settle("gg<C-CR>")
        wait_for_output(child, "ready")
        child.keys_and_settle("]]i<Esc>Go")
        raw.reply_ms(SETUP)
        pairs = []
        for repeat in range(repeats + 2):
            rest(child)
            pair = raw.complete_ms(f"{text}\n{CODE}"), asked_ms(child)
            if repeat >= 2:  # jedi has read what it reads once
                pairs.append(pair)
    floor, measured = (statistics.median(values) for values in zip(*pairs, strict=True))
    return [Figure("10 complete, to answer", measured, floor, "ms", Rule.DIFFERENCE, LIMIT_MS)]


def asked_ms(child: Child) -> float:
    """Type an attribute and return what its last key's request took."""
    child.keys_and_settle("<C-u>" + CODE[:-1])
    child.lua(_ASK)
    child.keys(CODE[-1])
    child.wait_for(lambda: child.lua("return _G.taken_ms ~= nil"), 60, "candidates")
    taken_ms = child.lua("return _G.taken_ms")
    assert taken_ms > 0, "no candidates"
    return taken_ms
