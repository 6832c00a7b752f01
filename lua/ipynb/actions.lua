-- Owns what keys and commands do to cells: the operation, then the screen; must not know
-- which key or command it was.

local cursor = require('ipynb.cursor')
local float = require('ipynb.float')
local host = require('ipynb.host')
local mirror = require('ipynb.mirror')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local screen = require('ipynb.screen')
local structure = require('ipynb.structure')
local undo = require('ipynb.undo')

local M = {}

---@param nb ipynb.Notebook
---@return integer? index of the cell in hand
local function current_index(nb)
  local id = notebook.current_cell(nb)
  return id and nb.layout:index(id)
end

---@class ipynb.Range
---@field index integer 1-based first cell
---@field count integer

--- The cells that a command's lines or a count mean.
---@param nb ipynb.Notebook
---@param args { line1: integer?, line2: integer?, range: integer, count: integer }
---@return ipynb.Range?
function M.range(nb, args)
  if args.range > 0 and vim.api.nvim_get_current_buf() == nb.buf and nb.layout:count() > 0 then
    local _, first = nb.layout:at(args.line1 - 1)
    local _, last = nb.layout:at(args.line2 - 1)
    return { index = first, count = args.range == 2 and last - first + 1 or args.count }
  end
  local index = current_index(nb)
  return index and { index = index, count = args.count }
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@return string[] ids
function M.ids(nb, range)
  local ids = {}
  for i = range.index, math.min(range.index + range.count - 1, nb.layout:count()) do
    ids[#ids + 1] = nb.layout:id_at(i)
  end
  return ids
end

---@param nb ipynb.Notebook
---@param where 'above'|'below'
---@param cell_type string
---@param count integer
function M.insert(nb, where, cell_type, count)
  host.ensure(nb)
  local index = current_index(nb) or 0
  float.close(nb)
  local at = (where == 'below' or index == 0) and index + 1 or index
  local travel, id = structure.insert(nb, at, cell_type, count)
  screen.follow(nb, travel)
  cursor.go(nb, id)
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.delete(nb, range)
  host.ensure(nb)
  local travel = structure.delete(nb, range.index, range.count)
  screen.follow(nb, travel)
  local next_id = nb.layout:id_at(math.min(range.index, nb.layout:count()))
  if next_id then
    cursor.go(nb, next_id)
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
  local travel = structure.move(nb, range.index, range.count, distance)
  if travel then
    screen.follow(nb, travel)
  end
  if was_editing then
    float.open(nb, id, { row = row, col = at[2] })
  else
    vim.api.nvim_win_set_cursor(0, { nb.layout:range(id) + row + 1, at[2] })
  end
end

--- Puts the cursor where undo changed text. In the facade it never stays on a marker line; the
--- float moves to the cell that changed.
---@param nb ipynb.Notebook
---@param travel ipynb.Travel
---@param place? ipynb.UndoPlace
local function go_to_change(nb, travel, place)
  if not place or nb.edit and not travel.touched[place.cell_id] then
    return
  end
  if not nb.edit then
    local row = nb.layout:content(place.cell_id)
    vim.api.nvim_win_set_cursor(0, { row + place.row + 1, place.col or 0 })
  elseif nb.edit.cell_id ~= place.cell_id then
    float.open(nb, place.cell_id, { row = place.row, col = place.col or 0 })
  elseif not place.col then
    vim.api.nvim_win_set_cursor(nb.edit.win, { place.row + 1, 0 })
  end
  if not place.col then
    vim.cmd('normal! ^')
  end
end

---@param nb ipynb.Notebook
---@param command ipynb.UndoCommand
function M.undo(nb, command)
  host.ensure(nb)
  local travel, message, place = undo.travel(nb, command)
  report.echo(message)
  if not travel then
    if vim.api.nvim_get_mode().mode == 'n' then
      -- CTRL-_ is no command: it fails as Neovim's own `u` does, so that a macro stops here.
      vim.api.nvim_feedkeys('\31', 'ni', false)
    end
    return
  end
  screen.follow(nb, travel)
  go_to_change(nb, travel, place)
end

--- Returns when facade, shadow and the Python model hold all that was typed.
---@param nb ipynb.Notebook
function M.flush(nb)
  mirror.flush(nb)
  host.request(nb, 'flush')
end

return M
