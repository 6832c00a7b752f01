-- Owns how the user is told: one line, once; must not know what happened.

local M = {}

---@param level integer vim.log.levels
---@param text string
local function say(level, text)
  vim.notify('ipynb: ' .. text:gsub('%s*\n%s*', ' '), level)
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
