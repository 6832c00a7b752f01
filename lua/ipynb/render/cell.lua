-- Owns what of a cell is drawn when it changes: all, its border, its output; must not know
-- kernels, keys or text.

local active = require('ipynb.render.active')
local marks = require('ipynb.render.marks')
local output = require('ipynb.render.output')
local resize = require('ipynb.render.resize')
local spinner = require('ipynb.render.spinner')
local style = require('ipynb.render.style')
local turns = require('ipynb.render.turns')

local M = {}

---@param nb ipynb.Notebook
---@param id string
---@return ipynb.BorderStyle
local function style_of(nb, id)
  local look = style.of(nb)
  look.is_active = nb.active_cell == id
  return look
end

--- Draws the run state alone: its sign moves.
---@param nb ipynb.Notebook
---@param id string
local function draw_state(nb, id)
  marks.draw_state(nb, id, style_of(nb, id))
end

---@param nb ipynb.Notebook
---@param id string
local function spin(nb, id)
  if nb.cells[id].execution_state == 'busy' then
    spinner.add(nb, id, draw_state)
  end
end

--- Draws a cell's output, or takes it off: only code cells have one.
---@param nb ipynb.Notebook
---@param id string
function M.draw_output(nb, id)
  local cell = nb.cells[id]
  output.draw(nb, id, cell.cell_type == 'code' and cell.output or nil)
end

---@param nb ipynb.Notebook
---@param ids string[]
local function draw_now(nb, ids)
  local look = style.of(nb)
  for _, id in ipairs(ids) do
    if nb.layout:index(id) then
      look.is_active = nb.active_cell == id
      marks.draw_top(nb, id, look)
      marks.draw_bottom(nb, id, look)
      marks.draw_fill(nb, id)
      M.draw_output(nb, id)
      spin(nb, id)
    end
  end
end

--- Draws cells with their outputs, where the layout has them: those in view at once.
---@param nb ipynb.Notebook
---@param ids string[]
function M.draw(nb, ids)
  turns.draw(nb, ids, function(some)
    draw_now(nb, some)
  end)
  if vim.list_contains(ids, nb.active_cell) then
    active.draw(nb, nb.active_cell)
  end
end

--- Removes all marks of some cells, also of cells the layout no longer has.
---@param nb ipynb.Notebook
---@param ids string[]
function M.erase(nb, ids)
  for _, id in ipairs(ids) do
    marks.erase(nb, id)
  end
  output.erase(nb, ids)
  if vim.list_contains(ids, nb.active_cell) then
    nb.active_cell = nil
    active.draw(nb, nil)
  end
end

--- Draws a cell's top border again: its run state, count or time changed.
---@param nb ipynb.Notebook
---@param id string
function M.draw_border(nb, id)
  if not nb.layout:index(id) then
    return
  end
  marks.draw_top(nb, id, style_of(nb, id))
  spin(nb, id)
  if nb.active_cell == id then
    active.draw(nb, id) -- a cell that runs or has got output has other keys to name
  end
end

---@param nb ipynb.Notebook
---@param id? string
local function draw_borders(nb, id)
  if id and nb.layout:index(id) then
    local look = style_of(nb, id)
    marks.draw_top(nb, id, look)
    marks.draw_bottom(nb, id, look)
  end
end

--- Makes a cell the active one; call it again when editing starts or ends.
---@param nb ipynb.Notebook
---@param id? string
function M.set_active(nb, id)
  local before, is_editing = nb.active_cell, nb.edit ~= nil
  if before == id and nb.active_is_editing == is_editing then
    return
  end
  nb.active_cell, nb.active_is_editing = id, is_editing
  if before ~= id then
    draw_borders(nb, before)
    draw_borders(nb, id)
  end
  active.draw(nb, id)
end

--- Draws all cells of a notebook.
---@param nb ipynb.Notebook
function M.redraw_all(nb)
  resize.watch(nb, M.redraw_all)
  M.draw(nb, nb.layout:ids())
end

return M
