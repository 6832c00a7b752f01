-- Owns which outputs are folded to one line, by cell id; must not know how they are drawn.

local cells = require('ipynb.render.cell')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

--- Folds the outputs of cells, or shows them where all are folded.
---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.toggle(nb, range)
  local ids = vim.tbl_filter(function(id)
    return nb.cells[id].output ~= nil and nb.cells[id].output_count > 0
  end, notebook.ids(nb, range))
  if #ids == 0 then
    report.info('no output here')
    return
  end
  local all_folded = vim.iter(ids):all(function(id)
    return nb.folded_outputs[id]
  end)
  for _, id in ipairs(ids) do
    nb.folded_outputs[id] = not all_folded or nil
    cells.draw_output(nb, id)
  end
end

return M
