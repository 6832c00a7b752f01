-- Owns the inspector's float window at the cursor: place, size, life; must not know what it shows.
--
-- Not vim.lsp.util's preview: that has no room in a window of one line, as the edit float is.

local config = require('ipynb.config')

local M = {}

local ORIGIN = 'ipynb_inspector_origin'
local MAX_WIDTH_PART, MAX_HEIGHT_PART = 0.8, 0.5
local MIN_WIDTH, MIN_HEIGHT, BORDER = 20, 3, 2

---@return any border the user's own ('winborder', 0.11), else ours
local function border()
  if vim.fn.exists('+winborder') == 1 and vim.o.winborder ~= '' then
    return nil
  elseif config.get().ascii then
    return { '+', '-', '+', '|', '+', '-', '+', '|' }
  end
  return 'rounded'
end

---@param lines string[]
---@param title string
---@return integer width
---@return integer height with the lines wrapped
local function size_of(lines, title)
  local most = math.max(MIN_WIDTH, math.floor(vim.o.columns * MAX_WIDTH_PART))
  local width = math.max(MIN_WIDTH, vim.fn.strdisplaywidth(title) + 4)
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 1)
  end
  width = math.min(width, most)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  return width, height
end

--- Below the cursor where there is room, else where there is more of it.
---@param lines string[]
---@param title string
---@return vim.api.keyset.win_config
local function geometry(lines, title)
  local width, height = size_of(lines, title)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local row = vim.fn.screenpos(0, cursor[1], cursor[2] + 1).row
  local below = vim.o.lines - vim.o.cmdheight - row - BORDER
  local above = row - 1 - BORDER
  height = math.min(height, math.max(MIN_HEIGHT, math.floor(vim.o.lines * MAX_HEIGHT_PART)))
  local is_below = height <= below or below >= above
  height = math.max(1, math.min(height, is_below and below or above))
  return {
    relative = 'cursor',
    anchor = is_below and 'NW' or 'SW',
    row = is_below and 1 or 0,
    col = 0,
    width = width,
    height = height,
    style = 'minimal',
    border = border(),
    title = { { (' %s '):format(title), 'NotebookInspectTitle' } },
    title_pos = 'center',
    zindex = 60,
  }
end

---@param win integer
local function close(win)
  if vim.api.nvim_win_is_valid(win) then
    vim.api.nvim_win_close(win, true)
  end
end

--- Closes the float when the cursor moves where it was opened, or goes elsewhere.
---@param win integer
---@param origin integer window
local function watch(win, origin)
  local group = vim.api.nvim_create_augroup('ipynb.inspector.' .. win, {})
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI', 'InsertEnter' }, {
    group = group,
    buffer = vim.api.nvim_win_get_buf(origin),
    callback = function()
      close(win)
    end,
  })
  vim.api.nvim_create_autocmd('WinEnter', {
    group = group,
    callback = function()
      local current = vim.api.nvim_get_current_win()
      if current ~= win and current ~= origin then
        vim.schedule(function()
          close(win)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinClosed', {
    group = group,
    pattern = { tostring(win), tostring(origin) },
    callback = function(event)
      vim.api.nvim_del_augroup_by_id(group)
      if event.match == tostring(origin) then
        vim.schedule(function()
          close(win)
        end)
      end
    end,
  })
end

--- Opens a float with lines at the cursor; the focus stays. There is one for a window at most.
---@param title string
---@param lines string[] at least one
---@return integer buf
---@return integer win
function M.open(title, lines)
  local origin = vim.api.nvim_get_current_win()
  close(M.find() or -1)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].undolevels = -1
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].filetype = 'notebook_inspect'
  local win = vim.api.nvim_open_win(buf, false, geometry(lines, title))
  local wo = vim.wo[win][0]
  wo.wrap, wo.linebreak, wo.breakindent = true, false, true
  wo.winhighlight = 'NormalFloat:Normal,FloatBorder:NotebookCellBorder'
  vim.w[win][ORIGIN] = origin
  watch(win, origin)
  return buf, win
end

---@return integer? win the float that belongs to the current window
function M.find()
  local current = vim.api.nvim_get_current_win()
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.w[win][ORIGIN] == current then
      return win
    end
  end
  return nil
end

--- Closes the float and goes back to where it was opened.
---@param win integer
function M.leave(win)
  local origin = vim.w[win][ORIGIN]
  if vim.api.nvim_win_is_valid(origin) then
    vim.api.nvim_set_current_win(origin)
  end
  close(win)
end

return M
