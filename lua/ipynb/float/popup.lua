-- Owns room for what is opened at the cursor of the edit float, hover, signatures, diagnostics: as
-- much as in the facade's window; must not know what that is.
--
-- Neovim makes it as high as the current window has room above or below the cursor, and fails
-- where a border leaves none. In a float that is one line high that is nearly always.
--
--   BufNew: its buffer ──> the float is high ──> WinNew: its window ──> the float is as before
--
-- Both come in one go: nothing of it is drawn.

local M = {}

---@class ipynb.Stretch
---@field edit ipynb.Edit
---@field height integer of the float
---@field view vim.fn.winsaveview.ret
---@field is_above boolean there is more room above the cursor

---@param edit ipynb.Edit
---@return integer above rows of the parent over the cursor's
---@return integer below
local function room(edit)
  local top = vim.fn.win_screenpos(edit.win)[1] - vim.fn.win_screenpos(edit.parent)[1]
  local above = top + vim.fn.winline() - 1
  return above, vim.fn.winheight(edit.parent) - above
end

---@param edit ipynb.Edit whose window is the current one
---@return ipynb.Stretch
local function stretch(edit)
  local above, below = room(edit)
  local before = {
    edit = edit,
    height = vim.api.nvim_win_get_height(edit.win),
    view = vim.fn.winsaveview(),
    is_above = above >= below,
  }
  local height = vim.fn.winline() - 1 + math.max(above, below)
  if height > before.height then
    vim.api.nvim_win_set_height(edit.win, height)
    vim.fn.winrestview(before.view)
  end
  return before
end

---@param before ipynb.Stretch
local function restore(before)
  local win = before.edit.win
  if vim.api.nvim_win_is_valid(win) then
    vim.api.nvim_win_set_height(win, before.height)
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(before.view)
    end)
  end
end

--- What was opened below the cursor belongs above it.
---@param edit ipynb.Edit
---@param win integer
local function move_above(edit, win)
  local config = vim.api.nvim_win_get_config(win)
  local is_at_cursor = config.relative == 'win' and config.win == edit.win
  if is_at_cursor and vim.startswith(config.anchor, 'N') then
    config.anchor = config.anchor:gsub('^N', 'S')
    config.row = config.row - 1
    vim.api.nvim_win_set_config(win, config)
  end
end

---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  local before ---@type ipynb.Stretch?
  local function finish()
    if before then
      restore(before)
      before = nil
    end
  end
  vim.api.nvim_create_autocmd('BufNew', {
    group = group,
    callback = function(event)
      local edit = nb.edit
      local is_here = edit and vim.api.nvim_get_current_win() == edit.win
      if is_here and not before and vim.api.nvim_buf_get_name(event.buf) == '' then
        before = stretch(edit)
        vim.schedule(finish)
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinNew', {
    group = group,
    callback = function()
      if before and before.is_above then
        move_above(before.edit, vim.api.nvim_get_current_win())
      end
      finish()
    end,
  })
end

return M
