"""What tests that run cells share: states as a script sees them, events as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.harness import Child

KERNEL_START_S = 30

# Lua: the shadow's lines as they were before IPython's own were masked, where the mask is right.
UNMASKED = """
local function unmasked(nb)
  local shadow = vim.api.nvim_buf_get_lines(nb.shadow, 0, -1, true)
  for _, id in ipairs(nb.layout:ids()) do
    local row, end_row = nb.layout:content(id)
    local text = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, true)
    if nb.cells[id].cell_type == 'code' and nb.language == 'python' then
      for i, line in ipairs(require('ipynb.lsp.mask').lines(text)) do
        shadow[row + i] = shadow[row + i] == line and text[i] or shadow[row + i]
      end
    end
  end
  return shadow
end
"""

# Each event with its data; with CellDone the screen of that moment, as a person has it.
_RECORD = """
_G.events = {}
local function screen()
  vim.cmd.redraw()
  local rows = {}
  for row = 1, vim.o.lines do
    local row_text = {}
    for col = 1, vim.o.columns do
      row_text[col] = vim.fn.screenstring(row, col)
    end
    rows[row] = table.concat(row_text)
  end
  return table.concat(rows, '\\n')
end
vim.api.nvim_create_autocmd('User', {
  pattern = 'Notebook*',
  callback = function(event)
    local seen = event.match == 'NotebookCellDone' and screen() or ''
    table.insert(_G.events, { name = event.match:sub(9), data = event.data, seen = seen })
  end,
})
"""


def cells(child: Child) -> list[dict[str, Any]]:
    """Return what ``require('ipynb').cells()`` says of the current notebook."""
    return child.lua("return require('ipynb').cells()")


def states(child: Child) -> list[str]:
    """Return the run states of the current notebook's cells, in order."""
    return [cell["execution_state"] for cell in cells(child)]


def wait_states(child: Child, *expected: str, timeout_s: float = KERNEL_START_S) -> None:
    """Wait until the cells are in these states."""
    child.wait_for(lambda: states(child) == list(expected), timeout_s, f"states {expected}")
    child.settle()


def run_cell(child: Child, keys: str = "<C-CR>", timeout_s: float = KERNEL_START_S) -> None:
    """Press keys that run something; wait until nothing runs or waits any more."""
    before = child.lua("return #_G.ended") if child.lua("return _G.ended ~= nil") else 0
    child.lua(
        """if not _G.ended then
             _G.ended = {}
             vim.api.nvim_create_autocmd('User', { pattern = 'NotebookCellDone',
               callback = function(e) table.insert(_G.ended, e.data.cell_id) end })
           end"""
    )
    child.keys(keys)
    child.wait_for(
        lambda: (
            child.lua("return #_G.ended") > before and not {"busy", "queued"} & set(states(child))
        ),
        timeout_s,
        "the end of the run",
    )
    child.settle()


def replace_source(child: Child, source: str) -> None:
    """Replace the text of the cell under the facade's cursor, as by pasting in its float."""
    child.keys_and_settle("<C-\\><C-n>:NotebookEditCell<CR>ggdGi")
    child.api.paste(source, False, -1)
    child.keys_and_settle("<Esc><Esc>")


def record_events(child: Child) -> None:
    """Record the ``User`` events from now on."""
    child.lua(_RECORD)


def events(child: Child) -> list[dict[str, Any]]:
    """Return the events recorded so far: name without Notebook, data, screen."""
    return child.lua("return _G.events")
