-- Owns lines with magics as a formatter may have them, and back; pure.
--
-- Each masked line becomes a statement with a number, which comes back where the formatter put it,
-- at its indent. A formatter that lost one, or changed their order, is not followed.

local mask = require('ipynb.lsp.mask')

local M = {}

local PLACEHOLDER = 'assert True  # nbmask:%d'
local PATTERN = '^(%s*)assert True%s*# nbmask:(%d+)$'

---@param lines string[] of a Python cell
---@return string[]? hidden nil: it is no Python, or cannot be told from placeholders
function M.hide(lines)
  local masked = mask.alone(lines)
  if masked == lines then
    return lines
  end
  local hidden, has_code = {}, false
  for i, line in ipairs(lines) do
    if line:find('nbmask:', 1, true) then
      return nil
    end
    has_code = has_code or masked[i]:match('^%s*[^%s#]') ~= nil
    hidden[i] = masked[i] == line and line or line:match('^%s*') .. PLACEHOLDER:format(i)
  end
  return has_code and hidden or nil
end

--- The user's lines in place of the placeholders.
---@param formatted string[]
---@param hidden string[]
---@param lines string[] as given to `hide`
---@return string[]? restored nil: the formatter lost some
function M.restore(formatted, hidden, lines)
  local expected = {}
  for i, line in ipairs(hidden) do
    if line ~= lines[i] then
      expected[#expected + 1] = i
    end
  end
  local restored, next_one = {}, 1
  for i, line in ipairs(formatted) do
    local indent, number = line:match(PATTERN)
    restored[i] = line
    if number then
      if tonumber(number) ~= expected[next_one] then
        return nil
      end
      next_one = next_one + 1
      restored[i] = indent .. lines[tonumber(number)]:match('^%s*(.*)$')
    end
  end
  return next_one > #expected and restored or nil
end

return M
