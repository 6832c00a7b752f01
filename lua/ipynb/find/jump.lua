-- Owns going to a line of a cell from anywhere, as a jump; must not know who wants to.

local fit = require('ipynb.float.fit')
local float = require('ipynb.float')
local fold = require('ipynb.fold')

local M = {}

--- Makes the facade's window the current one.
---@param nb ipynb.Notebook
---@return boolean ok
function M.to_facade(nb)
  float.close(nb)
  if vim.api.nvim_get_current_buf() ~= nb.buf then
    local win = vim.fn.bufwinid(nb.buf)
    if win == -1 then
      return false
    end
    vim.api.nvim_set_current_win(win)
  end
  return true
end

---@param nb ipynb.Notebook
---@param cell_id string
---@param row integer 0-based line in the cell
function M.to(nb, cell_id, row)
  if not vim.api.nvim_buf_is_loaded(nb.buf) or not nb.layout:index(cell_id) then
    return -- it went while a picker was open
  end
  if not M.to_facade(nb) then
    vim.api.nvim_set_current_buf(nb.buf)
  end
  vim.cmd("normal! m'")
  local first, end_row = nb.layout:content(cell_id)
  local win = vim.api.nvim_get_current_win()
  vim.api.nvim_win_set_cursor(win, { math.min(first + row, end_row - 1) + 1, 0 })
  fold.open_at_cursor(win)
  fit.make_room(win, first, end_row - first)
end

return M
