-- Owns the facade's cursor while a cell is edited: where it shows, it is where the float's is; must
-- not know windows' life.

local M = {}

--- Puts the facade's cursor where the float's is.
---@param nb ipynb.Notebook
---@param edit ipynb.Edit
---@param cursor integer[]
function M.follow(nb, edit, cursor)
  if vim.api.nvim_win_is_valid(edit.parent) and nb.layout:index(edit.cell_id) then
    local row, end_row = nb.layout:content(edit.cell_id)
    local lnum = math.min(row + cursor[1], end_row)
    vim.api.nvim_win_set_cursor(edit.parent, { lnum, cursor[2] })
  end
end

--- Whether diagnostics have lines of their own below that of the cursor: the facade's rows must be
--- where the float's are.
---@return boolean
local function has_lines_at_cursor()
  local lines = vim.diagnostic.config().virtual_lines
  return type(lines) == 'table' and lines.current_line == true
end

--- The facade's line numbers, its line of the cursor and what is drawn there tell where the
--- float's cursor is.
---@param nb ipynb.Notebook
---@return boolean has_drawn the rows of facade and float may be others
function M.show(nb)
  local edit = nb.edit
  if not edit or vim.api.nvim_get_current_win() ~= edit.win then
    return false
  end
  local of_parent, get = { win = edit.parent }, vim.api.nvim_get_option_value
  local has_lines = has_lines_at_cursor()
  if has_lines or get('relativenumber', of_parent) or get('cursorline', of_parent) then
    M.follow(nb, edit, vim.api.nvim_win_get_cursor(edit.win))
  end
  if has_lines then
    vim.api.nvim_win_call(edit.parent, function()
      vim.api.nvim_exec_autocmds('CursorMoved', { buffer = nb.buf, modeline = false })
    end)
  end
  return has_lines
end

--- Where the mouse has put the facade's cursor, if it has: in another cell, as the float lies over
--- this one.
---@param nb ipynb.Notebook
---@param edit ipynb.Edit
---@return integer[]? cursor
function M.clicked(nb, edit)
  local cursor, mouse = vim.api.nvim_win_get_cursor(edit.parent), vim.fn.getmousepos()
  local is_there = mouse.winid == edit.parent and mouse.line == cursor[1]
  return is_there and nb.layout:at(cursor[1] - 1) ~= edit.cell_id and cursor or nil
end

--- Insert mode goes on in another window, by a click or a jump: in the facade nothing can be typed.
---@param nb ipynb.Notebook
function M.end_insert(nb)
  local is_here = vim.api.nvim_get_current_buf() == nb.buf
  if is_here and vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
    local win, cursor = vim.api.nvim_get_current_win(), vim.api.nvim_win_get_cursor(0)
    vim.api.nvim_create_autocmd('InsertLeave', {
      once = true,
      callback = vim.schedule_wrap(function()
        if vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_buf(win) == nb.buf then
          vim.api.nvim_win_set_cursor(win, cursor) -- it went one to the left
        end
      end),
    })
    vim.cmd.stopinsert()
  end
end

return M
