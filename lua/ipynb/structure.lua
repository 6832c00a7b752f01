-- Owns the cell operations: each one is a splice of the list of cells, one undo step; must not
-- know keys or windows.
--
-- Lua leads here, as with typed text: the keys that follow `dd` in a macro or in typeahead
-- must find the cell gone, so the operation cannot wait for the host. The host follows by the
-- same ordered stream and owns what belongs to the ids: outputs, metadata, attachments.

local facade = require('ipynb.facade')
local history = require('ipynb.history')
local mirror = require('ipynb.mirror')
local notebook = require('ipynb.notebook')
local shadow = require('ipynb.shadow')
local sync = require('ipynb.sync')

local M = {}

--- nbformat 4.5, cell ids: 1-64 of [a-zA-Z0-9-_]; 8 hex digits as nbformat itself makes.
---@param nb ipynb.Notebook
---@return string
local function new_id(nb)
  local id
  repeat
    id = ('%02x%02x%02x%02x'):format(vim.uv.random(4):byte(1, 4))
  until not nb.cells[id]
  return id
end

---@param nb ipynb.Notebook
---@param id string
---@return ipynb.SplicedCell
local function spliced(nb, id)
  local lines = facade.content(nb, id)
  return { id = id, cell_type = nb.cells[id].cell_type, height = #lines, lines = lines }
end

---@param nb ipynb.Notebook
---@param index integer 1-based
---@param count integer
---@return ipynb.SplicedCell[]
local function spliced_range(nb, index, count)
  local cells = {}
  for i = index, index + count - 1 do
    cells[#cells + 1] = spliced(nb, nb.layout:id_at(i))
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
  history.record(nb.history, facade.undo_seq(nb), {
    index = change.index,
    removed = vim.tbl_map(bare, change.removed),
    inserted = vim.tbl_map(bare, change.inserted),
  })
  facade.break_undo(nb)
  sync.splice(nb, change)
end

---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange
---@return ipynb.Travel
local function splice(nb, change)
  apply(nb, change)
  local travel = { touched = {}, removed = {}, inserted = {} }
  for _, cell in ipairs(change.removed) do
    travel.removed[cell.id] = true
  end
  for _, cell in ipairs(change.inserted) do
    travel.removed[cell.id] = nil
    travel.inserted[cell.id] = true
  end
  return travel
end

--- Inserts `count` empty cells before the cell at `index`.
---@param nb ipynb.Notebook
---@param index integer 1-based; count of cells + 1 appends
---@param cell_type string
---@param count integer
---@return ipynb.Travel
---@return string id of the first new cell
function M.insert(nb, index, cell_type, count)
  mirror.flush(nb)
  local cells = {}
  for i = 1, count do
    cells[i] = { id = new_id(nb), cell_type = cell_type, height = 1, lines = { '' } }
    nb.cells[cells[i].id] = notebook.new_cell(cells[i])
  end
  return splice(nb, { index = index, removed = {}, inserted = cells }), cells[1].id
end

---@param nb ipynb.Notebook
---@param index integer 1-based
---@param count integer
---@return ipynb.Travel
function M.delete(nb, index, count)
  mirror.flush(nb)
  count = math.min(count, nb.layout:count() - index + 1)
  local removed = spliced_range(nb, index, count)
  return splice(nb, { index = index, removed = removed, inserted = {} })
end

--- Moves `count` cells from `index` on by `distance` places; clamped at the ends.
---@param nb ipynb.Notebook
---@param index integer 1-based
---@param count integer
---@param distance integer negative: up
---@return ipynb.Travel? travel nil: already there
function M.move(nb, index, count, distance)
  mirror.flush(nb)
  local total = nb.layout:count()
  count = math.min(count, total - index + 1)
  local target = math.max(1, math.min(index + distance, total - count + 1))
  if target == index then
    return nil
  end
  local first = math.min(index, target)
  local last = math.max(index, target) + count - 1
  local removed = spliced_range(nb, first, last - first + 1)
  local moved, others = {}, {}
  for i, cell in ipairs(removed) do
    local place = first + i - 1
    local is_moved = place >= index and place < index + count
    table.insert(is_moved and moved or others, cell)
  end
  local is_up = target < index
  local inserted = vim.list_extend(is_up and moved or others, is_up and others or moved)
  return splice(nb, { index = first, removed = removed, inserted = inserted })
end

return M
