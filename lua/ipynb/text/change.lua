-- Owns changing the text of cells from outside of their edit buffers, as one undo step; must not
-- know who changes it.

local facade = require('ipynb.text.facade')
local fit = require('ipynb.float.fit')
local fold = require('ipynb.fold')
local history = require('ipynb.text.history')
local mirror = require('ipynb.text.mirror')
local shadow = require('ipynb.lsp.shadow')
local sync = require('ipynb.host.sync')

local M = {}

---@class ipynb.CellChange
---@field cell_id string
---@field lines string[] its text, at least one line

---@param old string[]
---@param new string[]
---@return integer[][] hunks from, count, to, count; the last first
local function hunks(old, new)
  local diff = vim.text and vim.text.diff or vim.diff
  local function text(lines)
    return table.concat(lines, '\n') .. '\n'
  end
  local found = diff(text(old), text(new), { result_type = 'indices' })
  table.sort(found, function(a, b)
    return a[1] > b[1]
  end)
  return found
end

--- Puts the lines that differ, so that folds and marks elsewhere in the cell stay.
---@param nb ipynb.Notebook
---@param change ipynb.CellChange
---@return ipynb.Edge? edge nil: nothing differs
local function put(nb, change)
  local id, edge = change.cell_id, nil
  for _, hunk in ipairs(hunks(facade.content(nb, id), change.lines)) do
    local from, count, to, new_count = unpack(hunk)
    local first = count == 0 and from or from - 1
    local lines = vim.list_slice(change.lines, to, to + new_count - 1)
    local row = nb.layout:content(id) + first
    facade.set_lines(nb, row, row + count, lines)
    shadow.set_lines(nb, id, row, row + count, lines)
    local delta = #lines - count
    if delta ~= 0 then
      nb.layout:resize(id, delta)
      fold.mend(nb, id)
    end
    edge = history.record(nb.history, facade.undo_seq(nb), { id = id, delta = delta })
    sync.text(nb, id, first, first + count, lines)
  end
  return edge
end

--- Brings the cell's edit buffer, whose undo entry is in lockstep with the facade's.
---@param nb ipynb.Notebook
---@param cell_id string
---@param edge ipynb.Edge
local function pull(nb, cell_id, edge)
  local target = nb.mirrors[nb.edit_bufs[cell_id]]
  if not target then
    return
  end
  local before = target.seq
  vim.bo[target.buf].undolevels = vim.bo[target.buf].undolevels -- closes the open entry
  if mirror.pull(nb, target) then
    if not edge.edit or nb.edit and nb.edit.buf == target.buf then
      edge.edit = { buf = target.buf, before = before, after = target.seq }
    end
    vim.bo[target.buf].undolevels = vim.bo[target.buf].undolevels
  end
end

--- Gives cells new text. Outputs, marks and the cursor's cell stay.
---@param nb ipynb.Notebook
---@param changes ipynb.CellChange[]
function M.apply(nb, changes)
  mirror.flush_undo(nb)
  local edges = {}
  for _, change in ipairs(changes) do
    edges[change.cell_id] = put(nb, change)
  end
  for id, edge in pairs(edges) do
    pull(nb, id, edge)
  end
  facade.break_undo(nb)
  local edit = nb.edit
  if edit and vim.api.nvim_win_is_valid(edit.win) and fit.is_outgrown(edit) then
    fit.fit(edit, (nb.layout:content(edit.cell_id)))
  end
end

return M
