-- Owns that letter marks (`ma`, `mA`) stay with the line of their cell when its rows are
-- replaced; must not know why they are.

local M = {}

---@class ipynb.LetterMark
---@field name string
---@field cell_id string
---@field row integer 0-based, from the cell's start marker
---@field col integer

---@param nb ipynb.Notebook
---@param listed table one of getmarklist()
---@return ipynb.LetterMark?
local function letter_mark(nb, listed)
  local name, lnum = listed.mark:sub(2), listed.pos[2]
  if listed.pos[1] ~= nb.buf or not name:match('^%a$') or lnum == 0 then
    return nil
  end
  local id = nb.layout:at(lnum - 1)
  if not id then
    return nil
  end
  local row = lnum - 1 - nb.layout:range(id)
  return { name = name, cell_id = id, row = row, col = listed.pos[3] - 1 }
end

--- The marks as they stand now.
---@param nb ipynb.Notebook
---@return ipynb.LetterMark[]
function M.take(nb)
  local marks = {}
  for _, list in ipairs({ vim.fn.getmarklist(nb.buf), vim.fn.getmarklist() }) do
    for _, listed in ipairs(list) do
      marks[#marks + 1] = letter_mark(nb, listed)
    end
  end
  return marks
end

--- Vim deletes a lower-case mark with its line, and leaves a capital one on a neighbour.
---@param nb ipynb.Notebook
---@param name string
local function delete(nb, name)
  if name:match('%u') then
    vim.api.nvim_del_mark(name)
  else
    vim.api.nvim_buf_del_mark(nb.buf, name)
  end
end

--- Puts back those whose cells came with new rows; those whose cells went come back by undo.
---@param nb ipynb.Notebook
---@param marks ipynb.LetterMark[] taken before
---@param travel ipynb.Travel
function M.restore(nb, marks, travel)
  for _, mark in ipairs(marks) do
    nb.lost_marks[mark.name] = nil
  end
  for _, mark in ipairs(vim.list_extend(marks, vim.tbl_values(nb.lost_marks))) do
    if travel.removed[mark.cell_id] or not nb.layout:index(mark.cell_id) then
      nb.lost_marks[mark.name] = mark
      delete(nb, mark.name)
    elseif travel.inserted[mark.cell_id] then
      nb.lost_marks[mark.name] = nil
      local row = nb.layout:range(mark.cell_id)
      local lnum = row + 1 + math.min(mark.row, nb.layout:height(mark.cell_id) + 1)
      local line = vim.api.nvim_buf_get_lines(nb.buf, lnum - 1, lnum, true)[1]
      vim.api.nvim_buf_set_mark(nb.buf, mark.name, lnum, math.min(mark.col, #line), {})
    end
  end
end

return M
