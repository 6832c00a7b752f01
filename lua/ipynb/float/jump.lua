-- Owns a jump that was made in the edit float: it is repeated in the facade's window, jumplist and
-- tag stack included; must not know what jumped.

local M = {}

--- Places of the edit buffer as places of the facade.
---@param nb ipynb.Notebook
---@param edit ipynb.Edit
---@param lnum integer
---@return integer lnum
local function facade_lnum(nb, edit, lnum)
  local row, end_row = nb.layout:content(edit.cell_id)
  return math.min(row + lnum, end_row)
end

--- Where the cursor was before the jump, as Neovim noted it.
---@param edit ipynb.Edit
---@return integer[]? cursor
local function origin(edit)
  local jumps = vim.fn.getjumplist(edit.win)[1]
  for i = #jumps, 1, -1 do
    if jumps[i].bufnr == edit.buf then
      return { jumps[i].lnum, jumps[i].col }
    end
  end
end

---@param nb ipynb.Notebook
---@param edit ipynb.Edit
---@return table[] items that were pushed in the float
local function pushed_tags(nb, edit)
  local items = {}
  for _, item in ipairs(vim.fn.gettagstack(edit.win).items) do
    if item.from[1] == edit.buf then
      local from = { nb.buf, facade_lnum(nb, edit, item.from[2]), item.from[3], 0 }
      items[#items + 1] = { tagname = item.tagname, from = from, matchnr = item.matchnr }
    end
  end
  return items
end

--- Closes the float; what was loaded into it is shown in the facade's window.
---@param nb ipynb.Notebook
---@param edit ipynb.Edit
---@param buf integer
function M.repeat_in_parent(nb, edit, buf)
  local cursor = vim.api.nvim_win_get_cursor(edit.win)
  local has_cell = nb.layout:index(edit.cell_id) ~= nil
  local before, tags = has_cell and origin(edit), has_cell and pushed_tags(nb, edit) or {}
  vim.api.nvim_set_current_win(edit.parent)
  vim.api.nvim_win_close(edit.win, true)
  if before and vim.api.nvim_win_get_buf(edit.parent) == nb.buf then
    local lnum = facade_lnum(nb, edit, before[1])
    vim.api.nvim_win_set_cursor(edit.parent, { lnum, before[2] })
  end
  vim.cmd("normal! m'")
  if #tags > 0 then
    vim.fn.settagstack(edit.parent, { items = tags }, 't')
  end
  vim.api.nvim_win_set_buf(edit.parent, buf)
  vim.api.nvim_win_set_cursor(edit.parent, cursor)
  vim.cmd('normal! zv')
end

return M
