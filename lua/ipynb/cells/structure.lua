-- Owns the cell operations, each as one splice of the list of cells; must not know keys,
-- windows or registers.

local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local splice = require('ipynb.cells.splice')

local M = {}

--- nbformat 4.5, cell ids: 1-64 of [a-zA-Z0-9-_]; 8 hex digits as nbformat itself makes.
---@param nb ipynb.Notebook
---@return string id unknown to the notebook, also among its deleted cells
local function new_id(nb)
  local id
  repeat
    id = ('%02x%02x%02x%02x'):format(vim.uv.random(4):byte(1, 4))
  until not nb.cells[id]
  return id
end

--- A cell that the notebook has not had, known to it from now on.
---@param nb ipynb.Notebook
---@param cell_type string
---@param lines string[]
---@param origin? ipynb.CellOrigin
---@return ipynb.SplicedCell
local function new_cell(nb, cell_type, lines, origin)
  local id = new_id(nb)
  local cell = { id = id, cell_type = cell_type, height = #lines, lines = lines, origin = origin }
  nb.cells[id] = notebook.new_cell(cell)
  return cell
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@return integer count of its cells that exist
local function clamp(nb, range)
  return math.max(math.min(range.count, nb.layout:count() - range.index + 1), 0)
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
    cells[i] = new_cell(nb, cell_type, { '' })
  end
  return splice.apply(nb, { index = index, removed = {}, inserted = cells }), cells[1].id
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@return ipynb.Travel
function M.delete(nb, range)
  mirror.flush(nb)
  local removed = splice.cells(nb, range.index, clamp(nb, range))
  return splice.apply(nb, { index = range.index, removed = removed, inserted = {} })
end

--- Moves cells by `distance` places; clamped at the ends.
---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param distance integer negative: up
---@return ipynb.Travel? travel nil: already there
function M.move(nb, range, distance)
  mirror.flush(nb)
  local index, count = range.index, clamp(nb, range)
  local target = math.max(1, math.min(index + distance, nb.layout:count() - count + 1))
  if target == index then
    return nil
  end
  local first = math.min(index, target)
  local last = math.max(index, target) + count - 1
  local removed = splice.cells(nb, first, last - first + 1)
  local moved, others = {}, {}
  for i, cell in ipairs(removed) do
    local place = first + i - 1
    local is_moved = place >= index and place < index + count
    table.insert(is_moved and moved or others, cell)
  end
  local is_up = target < index
  local inserted = vim.list_extend(is_up and moved or others, is_up and others or moved)
  return splice.apply(nb, { index = first, removed = removed, inserted = inserted })
end

--- Gives cells the types that `new_type` says.
---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param new_type fun(cell_type: string): string
---@return ipynb.Travel? travel nil: they have these types
function M.set_type(nb, range, new_type)
  mirror.flush(nb)
  local removed = splice.cells(nb, range.index, clamp(nb, range))
  local inserted, is_changed = {}, false
  for i, cell in ipairs(removed) do
    inserted[i] = vim.tbl_extend('force', cell, { cell_type = new_type(cell.cell_type) })
    is_changed = is_changed or inserted[i].cell_type ~= cell.cell_type
  end
  if not is_changed then
    return nil
  end
  return splice.apply(nb, { index = range.index, removed = removed, inserted = inserted })
end

--- Splits a cell: what is before the place stays with it and its outputs, what follows becomes
--- a new cell below, of the same type and metadata.
---@param nb ipynb.Notebook
---@param id string
---@param row integer 0-based line in the cell
---@param col integer 0-based byte; 0: the whole line goes to the new cell
---@return ipynb.Travel
---@return string id of the new cell
function M.split(nb, id, row, col)
  mirror.flush(nb)
  local cell = splice.cell(nb, id)
  local line = cell.lines[row + 1]
  local top = vim.list_slice(cell.lines, 1, row)
  local bottom = vim.list_slice(cell.lines, row + 2)
  if col > 0 then
    table.insert(top, line:sub(1, col))
  elseif #top == 0 then
    top = { '' }
  end
  table.insert(bottom, 1, line:sub(col + 1))
  local rest = new_cell(nb, cell.cell_type, bottom, { cell = id })
  local kept = { id = id, cell_type = cell.cell_type, height = #top, lines = top }
  local index = nb.layout:index(id)
  local change = { index = index, removed = { cell }, inserted = { kept, rest } }
  return splice.apply(nb, change), rest.id
end

--- Joins cells into the first one, which keeps its id, type and outputs.
---@param nb ipynb.Notebook
---@param range ipynb.Range
---@return ipynb.Travel? travel nil: there is only one
---@return integer? row 0-based line in the cell where the second one's text starts
function M.merge(nb, range)
  mirror.flush(nb)
  local removed = splice.cells(nb, range.index, clamp(nb, range))
  if #removed < 2 then
    return nil
  end
  local lines, absorbed = {}, {}
  for i, cell in ipairs(removed) do
    vim.list_extend(lines, cell.lines)
    if i > 1 then
      absorbed[#absorbed + 1] = cell.id
    end
  end
  local merged = {
    id = removed[1].id,
    cell_type = removed[1].cell_type,
    height = #lines,
    lines = lines,
    origin = { absorb = absorbed },
  }
  local change = { index = range.index, removed = removed, inserted = { merged } }
  return splice.apply(nb, change), removed[1].height
end

--- The cell that a copied one becomes in this notebook. One that was cut comes back under its
--- own id where that is free; anything else is a new cell.
---@param nb ipynb.Notebook
---@param copied ipynb.ClipCell
---@param taken table<string, true> ids used by this paste already
---@return ipynb.SplicedCell
local function pasted(nb, copied, taken)
  local known, id = nb.cells[copied.id], copied.id
  local is_back = copied.is_cut and not nb.layout:index(id) and not taken[id]
  if not is_back or known and copied.buf ~= nb.buf then
    local cell = new_cell(nb, copied.cell_type, copied.lines, copied.origin)
    id = cell.id
    known = nil
  end
  taken[id] = true
  if not known then
    local cell = vim.tbl_extend('force', copied.look, { id = id, cell_type = copied.cell_type })
    nb.cells[id] = cell
  end
  return {
    id = id,
    cell_type = copied.cell_type,
    height = #copied.lines,
    lines = copied.lines,
    origin = copied.origin,
  }
end

--- Replaces cells by `times` copies of what was copied.
---@param nb ipynb.Notebook
---@param range ipynb.Range count 0: only inserts, before `index`
---@param copied ipynb.ClipCell[]
---@param times integer
---@return ipynb.Travel
---@return string id of the first pasted cell
function M.paste(nb, range, copied, times)
  mirror.flush(nb)
  local removed = splice.cells(nb, range.index, clamp(nb, range))
  local inserted, taken = {}, {}
  for _ = 1, times do
    for _, cell in ipairs(copied) do
      inserted[#inserted + 1] = pasted(nb, cell, taken)
    end
  end
  local change = { index = range.index, removed = removed, inserted = inserted }
  return splice.apply(nb, change), inserted[1].id
end

return M
