-- Owns the one way in which the list of cells changes: cells from a place on are replaced by
-- others, as one undo step; must not know why.
--
-- Lua leads here, as with typed text: the keys that follow `dd` in a macro or in typeahead
-- must find the cell gone, so the operation cannot wait for the host. The host follows by the
-- same ordered stream and owns what belongs to the ids: outputs, metadata, attachments.

local facade = require('ipynb.text.facade')
local history = require('ipynb.text.history')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local places = require('ipynb.text.places')
local shadow = require('ipynb.lsp.shadow')
local sync = require('ipynb.host.sync')

local M = {}

--- A cell as it stands in the notebook.
---@param nb ipynb.Notebook
---@param id string
---@return ipynb.SplicedCell
function M.cell(nb, id)
  local lines = facade.content(nb, id)
  return { id = id, cell_type = nb.cells[id].cell_type, height = #lines, lines = lines }
end

---@param nb ipynb.Notebook
---@param index integer 1-based
---@param count integer
---@return ipynb.SplicedCell[]
function M.cells(nb, index, count)
  local cells = {}
  for i = index, index + count - 1 do
    cells[#cells + 1] = M.cell(nb, nb.layout:id_at(i))
  end
  return cells
end

---@param nb ipynb.Notebook
---@param index integer
---@param removed ipynb.SplicedCell[]
---@return integer row
---@return integer end_row
local function rows(nb, index, removed)
  local first = nb.layout:id_at(index)
  local row = first and nb.layout:range(first) or nb.layout:rows()
  if nb.layout:count() == 0 then
    return 0, 1 -- the one empty line of a buffer without cells
  end
  local end_row = row
  for _, cell in ipairs(removed) do
    end_row = end_row + cell.height + 2
  end
  return row, end_row
end

---@param cell ipynb.SplicedCell
---@return ipynb.SplicedCell without its text: the history must not hold text twice
local function bare(cell)
  return { id = cell.id, cell_type = cell.cell_type, height = cell.height }
end

--- Brings the edit buffers of cells whose text the splice changed. Each gets an undo entry of
--- its own, in lockstep with the facade's.
---@param nb ipynb.Notebook
---@param inserted ipynb.SplicedCell[]
---@param edge ipynb.Edge
local function pull(nb, inserted, edge)
  for _, cell in ipairs(inserted) do
    local target = nb.mirrors[nb.edit_bufs[cell.id]]
    if target then
      local before = target.seq
      vim.bo[target.buf].undolevels = vim.bo[target.buf].undolevels -- closes the open entry
      if mirror.pull(nb, target) then
        edge.edit = edge.edit or { buf = target.buf, before = before, after = target.seq }
        vim.bo[target.buf].undolevels = vim.bo[target.buf].undolevels
      end
    end
  end
end

---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange
local function record(nb, change)
  local edge = history.record(nb.history, facade.undo_seq(nb), {
    index = change.index,
    removed = vim.tbl_map(bare, change.removed),
    inserted = vim.tbl_map(bare, change.inserted),
  })
  pull(nb, change.inserted, edge)
end

--- Makes the splice in facade, layout, shadow, history and stream; one undo entry.
---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange cells with `lines`
local function apply(nb, change)
  local lines = {}
  for _, cell in ipairs(change.inserted) do
    nb.cells[cell.id] = nb.cells[cell.id] or notebook.new_cell(cell)
    nb.cells[cell.id].cell_type = cell.cell_type
    facade.cell_lines(cell.cell_type, cell.lines, lines)
  end
  local row, end_row = rows(nb, change.index, change.removed)
  facade.break_undo(nb)
  local is_empty = #lines == 0 and nb.layout:count() == #change.removed
  facade.set_lines(nb, row, end_row, is_empty and { '' } or lines)
  nb.layout:splice(change.index, #change.removed, change.inserted)
  shadow.resize(nb, row, end_row - row, is_empty and 1 or #lines)
  for _, cell in ipairs(change.inserted) do
    shadow.refill(nb, cell.id)
  end
  record(nb, change)
  facade.break_undo(nb)
  sync.splice(nb, change)
end

--- Replaces `#removed` cells from `index` on by `inserted`.
---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange cells with `lines`
---@return ipynb.Travel
function M.apply(nb, change)
  local kept = places.take(nb, change.index, change.index + #change.removed - 1)
  apply(nb, change)
  local travel = { touched = {}, removed = {}, inserted = {} }
  for _, cell in ipairs(change.removed) do
    travel.removed[cell.id] = true
  end
  for _, cell in ipairs(change.inserted) do
    travel.removed[cell.id] = nil
    travel.inserted[cell.id] = true
  end
  places.restore(nb, kept, travel)
  return travel
end

return M
