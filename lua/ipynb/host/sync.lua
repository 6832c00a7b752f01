-- Owns the ordered stream of text and structure to the host; must not know what caused it.
--
-- Every message carries `sync_no`; the host's word on `modified` names the number it has
-- seen, so that an answer that newer keys have overtaken is dropped.

local rpc = require('ipynb.host.rpc')

local M = {}

---@param nb ipynb.Notebook
---@param method string
---@param ... any
local function send(nb, method, ...)
  nb.sync_no = nb.sync_no + 1
  if nb.is_attached then
    rpc.post(method, nb.buf, nb.sync_no, ...)
  end
end

--- Lines `first` to `last` of a cell's content became `lines`.
---@param nb ipynb.Notebook
---@param cell_id string
---@param first integer 0-based line in the cell
---@param last integer end-exclusive, in the text before
---@param lines string[]
function M.text(nb, cell_id, first, last, lines)
  send(nb, 'text', cell_id, first, last, lines)
end

---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange
function M.splice(nb, change)
  local cells = {}
  for i, cell in ipairs(change.inserted) do
    cells[i] = { cell.id, cell.cell_type, cell.lines or vim.NIL, cell.origin or vim.NIL }
  end
  local removed = {}
  for i, cell in ipairs(change.removed) do
    removed[i] = cell.id
  end
  send(nb, 'splice', change.index - 1, removed, cells)
end

return M
