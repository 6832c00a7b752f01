-- Owns what follows when the facade goes along its undo history; must not know keys, windows or
-- how typed text comes.

local facade = require('ipynb.text.facade')
local history = require('ipynb.text.history')
local shadow = require('ipynb.lsp.shadow')
local sync = require('ipynb.host.sync')

local M = {}

---@class ipynb.Travel what a walk through the history touched
---@field touched table<string, true> cells whose text may differ
---@field removed table<string, true>
---@field inserted table<string, true>

---@param nb ipynb.Notebook
---@param index integer
---@return integer row where the cell at `index` starts
local function row_of_index(nb, index)
  local id = nb.layout:id_at(index)
  if id then
    return (nb.layout:range(id))
  end
  return nb.layout:rows()
end

---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange
---@param travel ipynb.Travel
local function walk_splice(nb, change, travel)
  local row, old_rows, new_rows = row_of_index(nb, change.index), 0, 0
  if nb.layout:count() == 0 then
    old_rows = 1 -- a notebook without cells still has the one empty line of its buffer
  end
  for _, cell in ipairs(change.removed) do
    old_rows = old_rows + cell.height + 2
    travel.removed[cell.id] = true
    travel.inserted[cell.id] = nil
  end
  for _, cell in ipairs(change.inserted) do
    new_rows = new_rows + cell.height + 2
    nb.cells[cell.id].cell_type = cell.cell_type
    travel.inserted[cell.id] = true
    travel.removed[cell.id] = nil
    travel.touched[cell.id] = true
  end
  nb.layout:splice(change.index, #change.removed, change.inserted)
  shadow.resize(nb, row, old_rows, math.max(new_rows, nb.layout:count() == 0 and 1 or 0))
  local told = vim.tbl_map(function(cell)
    return { id = cell.id, cell_type = cell.cell_type }
  end, change.inserted)
  sync.splice(nb, { index = change.index, removed = change.removed, inserted = told })
end

---@param nb ipynb.Notebook
---@param change ipynb.TextChange
---@param travel ipynb.Travel
local function walk_text(nb, change, travel)
  travel.touched[change.id] = true
  if change.delta ~= 0 then
    local row, end_row = nb.layout:content(change.id)
    shadow.resize(nb, row, end_row - row, end_row - row + change.delta)
    nb.layout:resize(change.id, change.delta)
  end
end

--- Brings layout, shadow and host after the facade, which went these steps.
---@param nb ipynb.Notebook
---@param steps ipynb.Step[]
---@return ipynb.Travel
function M.follow_facade(nb, steps)
  local travel = { touched = {}, removed = {}, inserted = {} }
  for _, step in ipairs(steps) do
    for _, change in ipairs(history.changes(step)) do
      if change.delta then
        walk_text(nb, change, travel)
      else
        walk_splice(nb, change, travel)
      end
    end
  end
  for id in pairs(travel.touched) do
    if nb.layout:index(id) then
      shadow.refill(nb, id)
      sync.text(nb, id, 0, -1, facade.content(nb, id))
    end
  end
  if nb.has_unsaved_outputs then
    vim.bo[nb.buf].modified = true
  end
  return travel
end

--- The state the facade is in. Before its oldest entry Neovim calls it 0, even when older ones
--- were forgotten ('undolevels').
---@param nb ipynb.Notebook
---@return integer seq
function M.state(nb)
  local seq = facade.undo_seq(nb)
  if nb.history.edges[seq] then
    return seq
  end
  local oldest = vim.fn.undotree(nb.buf).entries[1]
  local edge = oldest and nb.history.edges[oldest.seq]
  return edge and edge.parent or nb.history.root
end

---@param steps ipynb.Step[]
---@param buf integer edit buffer
---@return boolean
function M.is_typed_in(steps, buf)
  return vim.iter(steps):all(function(step)
    local changes, edit = step.edge.changes, step.edge.edit
    return edit ~= nil and edit.buf == buf and changes[1].delta ~= nil
  end)
end

--- The state that an edit buffer reaches when it goes along with those steps that were typed
--- in it.
---@param steps ipynb.Step[]
---@param buf integer
---@param seq integer its state before
---@return integer? seq nil: it has not been in the states that the steps start from
function M.edit_seq(steps, buf, seq)
  for _, step in ipairs(steps) do
    local edit = step.edge.edit
    if edit and edit.buf == buf then
      local from, to = edit.before, edit.after
      if step.is_undo then
        from, to = to, from
      end
      if from ~= seq then
        return nil
      end
      seq = to
    end
  end
  return seq
end

return M
