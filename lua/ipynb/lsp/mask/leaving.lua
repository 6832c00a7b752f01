-- Owns statements that leave a file for good and end but one cell, as `raise SystemExit` between
-- cells: to servers all below is unreachable, and they say nothing of it; pure.
--
-- What is left of the statement is an expression, and its names keep their columns.

local statements = require('ipynb.lsp.mask.statements')

local M = {}

--- Functions that do not come back. At the margin: in a block they may never be called.
local CALLS = { '^(sys%.exit)%(', '^(os%._exit)%(', '^(exit)%(', '^(quit)%(' }

---@param line string
---@return boolean
function M.is_candidate(line)
  if line:find('^raise%f[^%w_]') then
    return true
  end
  return vim.iter(CALLS):any(function(pattern)
    return line:find(pattern) ~= nil
  end)
end

--- `raise … from …` has no expression of its columns.
---@param lines string[]
---@param index integer where the statement starts
---@return boolean
local function has_cause(lines, index)
  local read = statements.reader()
  for i = index, #lines do
    local python = read(lines[i])
    if i > index and python.is_start then
      return false
    elseif lines[i]:sub(1, python.code_end):find('%f[%w_]from%f[^%w_]') then
      return true
    end
  end
  return false
end

--- Whether arguments are so as items of a tuple.
---@param arguments string
---@return boolean
local function are_items(arguments)
  return not arguments:find('=', 1, true) and not arguments:find('%f[%w_]for%f[^%w_]')
end

--- `sys.exit(1)`: `sys.exit,1 `, if it ends on its line.
---@param line string
---@return string?
local function without_call(line)
  for _, pattern in ipairs(CALLS) do
    local name = line:match(pattern)
    if name then
      local arguments, tail = line:match('^(%b())(%s*)$', #name + 1)
      local is_simple = arguments and are_items(arguments)
      return is_simple and name .. ',' .. arguments:sub(2, -2) .. ' ' .. tail or nil
    end
  end
end

---@param lines string[]
---@param index integer of a line that starts a statement
---@return string? line that goes on
function M.replace(lines, index)
  local line = lines[index]
  if not line:find('^raise%s*[%w_(]') then
    return without_call(line)
  end
  return not has_cause(lines, index) and 'not  ' .. line:sub(6) or nil
end

return M
