-- Owns what `ac` and `ic` select, in notebook and edit float; must not know which operator
-- waits for it.

local dot = require('ipynb.cells.dot')
local notebook = require('ipynb.notebook')

local M = {}

---@param lnum integer
---@param last integer
local function select(lnum, last)
  if vim.api.nvim_get_mode().mode:match('^[vV\22]') then
    vim.cmd('normal! \27')
  end
  vim.api.nvim_win_set_cursor(0, { lnum, 0 })
  vim.cmd('normal! V')
  vim.api.nvim_win_set_cursor(0, { last, 0 })
end

---@param nb ipynb.Notebook
---@param index integer
---@param count integer
---@return string id of the last of `count` cells, or of as many as there are
local function last_of(nb, index, count)
  return nb.layout:id_at(math.min(index + count - 1, nb.layout:count()))
end

--- The cell with its markers; where whole cells are selected already, one more.
---@param nb ipynb.Notebook
---@param count integer
local function around(nb, count)
  local first, index = nb.layout:at(vim.fn.line('.') - 1)
  local anchor, last = vim.fn.line('v'), vim.fn.line('.')
  local row, end_row = nb.layout:range(first)
  if vim.api.nvim_get_mode().mode == 'V' and last == end_row and anchor <= row + 1 then
    local top = nb.layout:at(anchor - 1)
    if nb.layout:range(top) == anchor - 1 and index < nb.layout:count() then
      row, index = anchor - 1, index + 1
    end
  end
  local _, stop = nb.layout:range(last_of(nb, index, count))
  select(row + 1, stop)
end

--- The text between the markers; `d` empties it and leaves the cell.
---@param nb ipynb.Notebook
---@param count integer
local function inner(nb, count)
  local first, index = nb.layout:at(vim.fn.line('.') - 1)
  local row = nb.layout:content(first)
  local _, stop = nb.layout:content(last_of(nb, index, count))
  if count == 1 and vim.v.operator == 'g@' then
    dot.note_text_object()
  end
  select(row + 1, stop)
end

---@param nb ipynb.Notebook
---@param count integer
---@param does fun(nb: ipynb.Notebook, count: integer)
local function choose(nb, count, does)
  if vim.api.nvim_get_current_buf() ~= nb.buf then
    select(1, vim.api.nvim_buf_line_count(0))
  elseif notebook.current_index(nb) then
    does(nb, count)
  end
end

---@param nb ipynb.Notebook
---@param count integer
function M.around(nb, count)
  choose(nb, count, around)
end

---@param nb ipynb.Notebook
---@param count integer
function M.inner(nb, count)
  choose(nb, count, inner)
end

return M
