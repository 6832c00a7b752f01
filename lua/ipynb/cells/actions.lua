-- Owns what keys and commands do to the cells of a notebook: the operation, then the screen;
-- must not know which key or command it was.

local cursor = require('ipynb.find.cursor')
local float = require('ipynb.float')
local host = require('ipynb.host')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local screen = require('ipynb.render.screen')
local structure = require('ipynb.cells.structure')

local M = {}

---@param nb ipynb.Notebook
---@param where 'above'|'below'
---@param cell_type string
---@param count integer
function M.insert(nb, where, cell_type, count)
  host.ensure(nb)
  local index = notebook.current_index(nb) or 0
  float.close(nb)
  local at = (where == 'below' or index == 0) and index + 1 or index
  local travel, id = structure.insert(nb, at, cell_type, count)
  screen.follow(nb, travel)
  cursor.go(nb, id)
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param new_type fun(cell_type: string): string
function M.set_type(nb, range, new_type)
  host.ensure(nb)
  local travel = structure.set_type(nb, range, new_type)
  if travel then
    screen.follow(nb, travel)
  end
end

--- Splits the cell in hand where the cursor is.
---@param nb ipynb.Notebook
function M.split(nb)
  host.ensure(nb)
  local id = notebook.current_cell(nb)
  if not id then
    report.info('no cell here')
    return
  end
  local was_editing = nb.edit ~= nil
  float.close(nb)
  local place = cursor.position_in(nb, id)
  local travel, rest = structure.split(nb, id, place.row, place.col)
  screen.follow(nb, travel)
  if was_editing then
    float.open(nb, rest)
  else
    cursor.go(nb, rest)
  end
end

--- Joins cells; the cursor goes to where the second one's text starts, as after `J`.
---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.merge(nb, range)
  host.ensure(nb)
  local was_editing = nb.edit ~= nil
  local id = nb.layout:id_at(range.index)
  float.close(nb)
  local travel, row = structure.merge(nb, range)
  if not travel then
    report.info('no cell below to merge with')
  else
    screen.follow(nb, travel)
  end
  if was_editing then
    float.open(nb, id, { row = row or 0, col = 0 })
  elseif row then
    vim.api.nvim_win_set_cursor(0, { nb.layout:content(id) + row + 1, 0 })
  end
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param distance integer cells; negative: up
function M.move(nb, range, distance)
  host.ensure(nb)
  local id = nb.layout:id_at(range.index)
  local was_editing = nb.edit ~= nil
  local at = vim.api.nvim_win_get_cursor(0)
  local row = was_editing and at[1] - 1 or at[1] - 1 - nb.layout:range(id)
  float.close(nb)
  local travel = structure.move(nb, range, distance)
  if travel then
    screen.follow(nb, travel)
  end
  if was_editing then
    float.open(nb, id, { row = row, col = at[2] })
  else
    vim.api.nvim_win_set_cursor(0, { nb.layout:range(id) + row + 1, at[2] })
  end
end

--- Returns when facade, shadow and the Python model hold all that was typed.
---@param nb ipynb.Notebook
function M.flush(nb)
  mirror.flush(nb)
  host.request(nb, 'flush')
end

return M
