-- Owns how the user is told: one line that needs no <Enter>, whole in :NotebookInfo; must not
-- know what happened.

local M = {}

-- What 'showcmd' and 'ruler' take of the last line; a longer message stops at a prompt.
local RESERVED_COLUMNS = 12

--- The whole mutable state of this module: the last message, what is about to be said, and what
--- is about to be echoed.
---@type string?, { text: string, level: integer }?, string?
local last, pending, echoed

--- The folders of a notebook's path go first: what comes after the path says what to do.
---@param text string
---@param columns integer
---@return string
local function cut(text, columns)
  if vim.fn.strdisplaywidth(text) <= columns then
    return text
  end
  text = text:gsub('/.*/([^/]+%.ipynb)', '…/%1')
  if vim.fn.strdisplaywidth(text) <= columns then
    return text
  end
  local chars = vim.fn.strchars(text)
  while vim.fn.strdisplaywidth(text) >= columns do
    chars = chars - 1
    text = vim.fn.strcharpart(text, 0, chars)
  end
  return text .. '…'
end

--- "-- INSERT --" hides a message at once, so it is shown again when that goes.
---@param line string
---@param level integer vim.log.levels
local function say_after_typing(line, level)
  local hl = level >= vim.log.levels.ERROR and 'ErrorMsg' or nil
  vim.api.nvim_create_autocmd('InsertLeave', {
    group = vim.api.nvim_create_augroup('ipynb.report', {}),
    once = true,
    callback = function()
      vim.schedule(function()
        vim.cmd.redraw() -- takes "-- INSERT --" away, and with it what stands there
        vim.api.nvim_echo({ { line, hl } }, false, {})
      end)
    end,
  })
end

local function say_pending()
  local line = cut(pending.text, vim.o.columns - RESERVED_COLUMNS)
  local level = pending.level
  pending = nil
  if vim.api.nvim_get_mode().mode:match('^[iR]') then
    -- An error would hold all keys for a second before "-- INSERT --" comes back.
    vim.notify(line, math.min(level, vim.log.levels.WARN))
    say_after_typing(line, level)
  else
    vim.notify(line, level)
  end
end

--- Not at once: inside an autocommand Neovim would add "Error detected…" and a prompt. What
--- comes together is one line, as two would stop at a prompt too.
---@param level integer vim.log.levels
---@param text string
local function say(level, text)
  text = text:gsub('%s*\n%s*', ' ')
  if pending then
    pending.text = pending.text .. ' · ' .. text
    pending.level = math.max(pending.level, level)
  else
    pending = { text = 'ipynb: ' .. text, level = level }
    vim.schedule(say_pending)
  end
  last = pending.text
end

--- Says what one of Neovim's own commands said. Of several in one go only the last is shown,
--- as two would stop at a prompt.
---@param text string
function M.echo(text)
  local is_waiting = echoed ~= nil
  echoed = text
  if not is_waiting then
    vim.schedule(function()
      vim.api.nvim_echo({ { cut(echoed, vim.o.columns - RESERVED_COLUMNS) } }, false, {})
      echoed = nil
    end)
  end
end

---@return string? text the last message, whole
function M.last()
  return last
end

---@param text string
function M.error(text)
  say(vim.log.levels.ERROR, text)
end

---@param text string
function M.warn(text)
  say(vim.log.levels.WARN, text)
end

---@param text string
function M.info(text)
  say(vim.log.levels.INFO, text)
end

return M
