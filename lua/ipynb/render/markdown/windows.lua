-- Owns what the facade's windows have to do with rendered markdown: their 'conceallevel', their
-- width; must not know markdown.

local config = require('ipynb.config')

local M = {}

---@class ipynb.MarkdownView
---@field limit fun(): number columns that a line may take in every window without wrapping
---@field can_hide boolean
---@field is_ascii boolean

---@param name string
---@param win integer
---@return any
local function option(name, win)
  return vim.api.nvim_get_option_value(name, { win = win })
end

---@param wins integer[]
---@return number
local function limit_of(wins)
  local limit = math.huge
  for _, win in ipairs(wins) do
    if option('wrap', win) then
      local info = vim.fn.getwininfo(win)[1]
      -- One less, for the sign that 'list' may put at the end.
      limit = math.min(limit, info.width - info.textoff - 1)
    end
  end
  return limit
end

--- What text looks like in the windows on a buffer; asked at every redraw. The limit only where
--- it matters, for tables: it costs more than the rest.
---@param buf integer
---@return ipynb.MarkdownView
function M.view(buf)
  local wins, can_hide = vim.fn.win_findbuf(buf), true
  for _, win in ipairs(wins) do
    can_hide = can_hide and option('conceallevel', win) >= 2
  end
  return {
    limit = function()
      return limit_of(wins)
    end,
    can_hide = can_hide,
    -- Signs of two columns would not cover one.
    is_ascii = config.get().ascii or vim.o.ambiwidth == 'double',
  }
end

--- The line of a window that shows its source: that of the cursor, in the modes which
--- 'concealcursor' does not name.
---@param win integer
---@return integer? row
function M.source_row(win)
  if win ~= vim.api.nvim_get_current_win() then
    return nil
  end
  local mode = vim.api.nvim_get_mode().mode:sub(1, 1)
  local letter = (mode == 'V' or mode == '\22') and 'v' or mode
  if option('concealcursor', win):find(letter, 1, true) then
    return nil
  end
  return vim.api.nvim_win_get_cursor(win)[1] - 1
end

--- Whether a window has a value that the user chose.
---@param win integer
---@param name string
---@return boolean
local function is_chosen(win, name)
  local info = vim.api.nvim_get_option_info2(name, { win = win })
  return info.was_set and info.last_set_sid ~= 0
end

--- Hides marks in a window, as long as it shows this buffer.
---@param win integer
local function conceal(win)
  for name, value in pairs({ conceallevel = 2, concealcursor = 'nc' }) do
    if not is_chosen(win, name) then
      vim.wo[win][0][name] = value
    end
  end
end

--- Sets the options when the buffer is first shown. From then on Neovim keeps them with buffer
--- and window, also for new windows, and a later change is the user's.
---@param buf integer
---@param group integer
function M.watch(buf, group)
  local options = config.get().markdown
  if options and options.conceal == false or vim.b[buf].ipynb_has_conceal then
    return
  end
  vim.b[buf].ipynb_has_conceal = true
  local wins = vim.fn.win_findbuf(buf)
  for _, win in ipairs(wins) do
    conceal(win)
  end
  if #wins == 0 then
    vim.api.nvim_create_autocmd('BufWinEnter', {
      group = group,
      buffer = buf,
      once = true,
      callback = function()
        conceal(vim.api.nvim_get_current_win())
      end,
    })
  end
end

return M
