-- Owns moving between cells and from facade to float; must not know what is done there.

local fit = require('ipynb.float.fit')
local float = require('ipynb.float')
local fold = require('ipynb.fold')
local notebook = require('ipynb.notebook')

local M = {}

--- The place in a cell's text that the facade's cursor means; on a marker line the text's
--- nearest end.
---@param nb ipynb.Notebook
---@param cell_id string
---@return ipynb.EditPosition
function M.position_in(nb, cell_id)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local row, end_row = nb.layout:content(cell_id)
  local inside = cursor[1] - 1 >= row and cursor[1] - 1 < end_row
  return {
    row = math.max(math.min(cursor[1] - 1, end_row - 1) - row, 0),
    col = inside and cursor[2] or 0,
  }
end

--- Opens the float where the cursor is and types `keys` there, before any typeahead.
---@param nb ipynb.Notebook
---@param keys? string
function M.edit(nb, keys)
  local id = notebook.current_cell(nb)
  if not id then
    return
  end
  if float.open(nb, id, M.position_in(nb, id)) and keys then
    vim.api.nvim_feedkeys(keys, 'ni', false)
  end
end

--- Deletes the text of the cell at the cursor as `d` does, in its float, and leaves that.
---@param nb ipynb.Notebook
---@param register string
function M.empty(nb, register)
  local keys = ('"%sd<Plug>(NotebookInnerCell)<Plug>(NotebookCloseEdit)'):format(register)
  M.edit(nb)
  if nb.edit then
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), 'mi', false)
  end
end

--- Puts the facade's cursor on a cell's first line of text.
---@param nb ipynb.Notebook
---@param cell_id string
function M.go(nb, cell_id)
  float.close(nb)
  local row, end_row = nb.layout:content(cell_id)
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  fit.make_room(vim.api.nvim_get_current_win(), row, end_row - row)
end

--- Selects whole cells, in linewise Visual mode.
---@param nb ipynb.Notebook
---@param ids string[] neighbours, top to bottom
function M.select(nb, ids)
  local row = nb.layout:range(ids[1])
  local _, end_row = nb.layout:range(ids[#ids])
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  vim.cmd('normal! V')
  vim.api.nvim_win_set_cursor(0, { end_row, 0 })
end

---@param nb ipynb.Notebook
---@param distance integer cells; negative: up
---@return string? id of the cell there; clamped at the ends
function M.neighbour(nb, distance)
  local id = notebook.current_cell(nb)
  if not id then
    return nil
  end
  local index = nb.layout:index(id) + distance
  return nb.layout:id_at(math.max(1, math.min(index, nb.layout:count())))
end

---@param nb ipynb.Notebook
---@param distance integer
function M.go_by(nb, distance)
  local id = M.neighbour(nb, distance)
  if not id or id == notebook.current_cell(nb) then
    return
  elseif vim.api.nvim_get_mode().mode:match('^no') then
    -- On the marker line: what an operator covers ends before the cell.
    vim.api.nvim_win_set_cursor(0, { nb.layout:range(id) + 1, 0 })
  else
    vim.cmd("normal! m'")
    M.go(nb, id)
    fold.follow_move(vim.api.nvim_get_current_win(), 'block')
  end
end

--- From one cell's float into another's, in normal mode.
---@param nb ipynb.Notebook
---@param distance integer
function M.edit_by(nb, distance)
  local id = M.neighbour(nb, distance)
  if id and nb.edit and id ~= nb.edit.cell_id then
    float.open(nb, id)
  end
end

return M
