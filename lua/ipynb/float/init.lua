-- Owns the edit float's window, at most one per notebook; must not know how text travels.

local cursor_place = require('ipynb.float.cursor')
local dot = require('ipynb.cells.dot')
local edit_buffer = require('ipynb.text.edit_buffer')
local fit = require('ipynb.float.fit')
local fold = require('ipynb.fold')
local jump = require('ipynb.float.jump')
local mirror = require('ipynb.text.mirror')
local popup = require('ipynb.float.popup')

local M = {}

--- What text looks like: the same in the float, so that nothing moves when it opens.
local SHARED_OPTIONS = {
  'wrap',
  'linebreak',
  'list',
  'listchars',
  'breakindent',
  'breakindentopt',
  'showbreak',
  'sidescrolloff',
  'rightleft',
  'spell',
}

---@class ipynb.Edit
---@field win integer
---@field buf integer
---@field cell_id string
---@field parent integer window of the facade
---@field rows? integer rows the text took when the float was fitted
---@field parent_at? integer[] where the parent was on the screen then

---@param win integer the float
---@param parent integer
local function set_window_options(win, parent)
  local wo = vim.wo[win][0]
  for _, name in ipairs(SHARED_OPTIONS) do
    wo[name] = vim.wo[parent][name]
  end
  wo.number, wo.relativenumber, wo.signcolumn = false, false, 'no'
  wo.foldcolumn, wo.foldenable, wo.statuscolumn = '0', false, ''
  wo.colorcolumn, wo.cursorline, wo.scrolloff, wo.winbar = '', false, 0, ''
  local groups = { 'Normal', 'NormalFloat', 'EndOfBuffer' }
  wo.winhighlight = table.concat(groups, ':NotebookEditFloat,') .. ':NotebookEditFloat'
end

---@param nb ipynb.Notebook
---@return integer? win where the facade is shown
local function facade_window(nb)
  if vim.api.nvim_get_current_buf() == nb.buf then
    return vim.api.nvim_get_current_win()
  end
  local win = vim.fn.bufwinid(nb.buf)
  return win ~= -1 and win or nil
end

---@class ipynb.EditPosition
---@field row integer 0-based line in the cell
---@field col integer 0-based byte

--- Opens the float on a cell, in normal mode.
---@param nb ipynb.Notebook
---@param cell_id string
---@param position? ipynb.EditPosition
---@return ipynb.Edit?
function M.open(nb, cell_id, position)
  local parent = nb.edit and nb.edit.parent or facade_window(nb)
  if not parent or not nb.layout:index(cell_id) then
    return nil
  end
  if nb.edit and nb.edit.cell_id ~= cell_id then
    M.close(nb)
  end
  position = position or { row = 0, col = 0 }
  if not nb.edit then
    local row, end_row = nb.layout:content(cell_id)
    local lnum = math.min(row + position.row, end_row - 1) + 1
    vim.api.nvim_win_set_cursor(parent, { lnum, position.col })
    fold.open_at_cursor(parent)
    local buf = edit_buffer.get(nb, cell_id, function()
      dot.note_text()
      M.fit_outgrown(nb)
    end)
    local place = fit.place(parent, row, end_row - row)
    local win = vim.api.nvim_open_win(buf, true, fit.config(place))
    nb.edit = { win = win, buf = buf, cell_id = cell_id, parent = parent }
    set_window_options(win, parent)
    vim.fn.winrestview({ topline = place.topline + 1, leftcol = fit.leftcol(parent) })
    require('ipynb.render.cell').set_active(nb, cell_id)
  end
  local last = vim.api.nvim_buf_line_count(nb.edit.buf)
  vim.api.nvim_win_set_cursor(nb.edit.win, { math.min(position.row + 1, last), position.col })
  M.fit(nb)
  return nb.edit
end

--- Fits the float when its text takes other rows than before; called at every key.
---@param nb ipynb.Notebook
function M.fit_outgrown(nb)
  local edit = nb.edit
  if edit and vim.api.nvim_win_is_valid(edit.win) and fit.is_outgrown(edit) then
    M.fit(nb)
  end
end

---@param nb ipynb.Notebook
function M.fit(nb)
  local edit = nb.edit
  if edit and vim.api.nvim_win_is_valid(edit.win) and vim.api.nvim_win_is_valid(edit.parent) then
    fit.fit(edit, (nb.layout:content(edit.cell_id)))
  end
end

--- Ends editing; the text is in the facade already or is flushed now.
---@param nb ipynb.Notebook
function M.close(nb)
  local edit = nb.edit
  if not edit then
    return
  end
  mirror.settle(nb)
  nb.edit = nil
  if not vim.api.nvim_win_is_valid(edit.win) then
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(edit.win)
  local was_current = vim.api.nvim_get_current_win() == edit.win
  vim.api.nvim_win_close(edit.win, true)
  cursor_place.follow(nb, edit, cursor)
  if was_current and vim.api.nvim_win_is_valid(edit.parent) then
    vim.api.nvim_set_current_win(edit.parent)
  end
end

--- An edit buffer in an ordinary window (`:split` in the float): show the facade there.
---@param nb ipynb.Notebook
---@param win integer
---@param cell_id string
local function replace_by_facade(nb, win, cell_id)
  local cursor = vim.api.nvim_win_get_cursor(win)
  M.close(nb)
  vim.api.nvim_win_set_buf(win, nb.buf)
  cursor_place.follow(nb, { win = win, buf = nb.buf, cell_id = cell_id, parent = win }, cursor)
end

---@param nb ipynb.Notebook
local function on_enter(nb)
  local win, buf = vim.api.nvim_get_current_win(), vim.api.nvim_get_current_buf()
  local is_float = vim.api.nvim_win_get_config(win).relative ~= ''
  if nb.edit and win == nb.edit.win then
    if buf ~= nb.edit.buf then
      local edit = nb.edit --[[@as ipynb.Edit]]
      nb.edit = nil
      jump.repeat_in_parent(nb, edit, buf)
    end
  elseif not is_float and vim.b[buf].ipynb_facade == nb.buf and vim.b[buf].ipynb_cell_id then
    replace_by_facade(nb, win, vim.b[buf].ipynb_cell_id)
  elseif nb.edit and not is_float and vim.fn.getcmdwintype() == '' then
    local clicked = win == nb.edit.parent and cursor_place.clicked(nb, nb.edit)
    M.close(nb)
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_set_current_win(win)
      vim.api.nvim_win_set_cursor(win, clicked or vim.api.nvim_win_get_cursor(win))
    end
  end
  cursor_place.end_insert(nb)
end

--- Watches windows for one notebook; `group` ends with it.
---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  popup.watch(nb, group)
  vim.api.nvim_create_autocmd({ 'WinEnter', 'BufWinEnter' }, {
    group = group,
    callback = function()
      if nb.edit or vim.b.ipynb_cell_id then
        vim.schedule(function()
          on_enter(nb)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinClosed', {
    group = group,
    callback = function(event)
      local edit, closed = nb.edit, tonumber(event.match)
      if edit and closed == edit.win then
        mirror.settle(nb)
        nb.edit = nil
        cursor_place.follow(nb, edit, vim.api.nvim_win_get_cursor(edit.win))
      elseif edit and closed == edit.parent then
        vim.schedule(function()
          M.close(nb)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI' }, {
    group = group,
    callback = function()
      if cursor_place.show(nb) then
        vim.schedule(function()
          M.fit_outgrown(nb)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'QuitPre', 'ExitPre' }, {
    group = group,
    callback = function()
      mirror.settle(nb)
    end,
  })
  vim.api.nvim_create_autocmd('DiagnosticChanged', { -- they may take lines of their own
    group = group,
    callback = vim.schedule_wrap(function()
      M.fit_outgrown(nb)
    end),
  })
  vim.api.nvim_create_autocmd({ 'WinResized', 'WinScrolled', 'VimResized' }, {
    group = group,
    callback = function()
      M.fit(nb)
    end,
  })
end

return M
