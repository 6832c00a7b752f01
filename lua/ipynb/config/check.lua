-- Owns whether a value is one that an option takes; pure.

local M = {}

--- Whether a value is of a type: a Lua type, a quoted literal, 'integer', 'strings' (a list of
--- them), or 'table of' such types.
---@param value any
---@param allowed string
---@return boolean
local function fits(value, allowed)
  local literal = allowed:match("^'([^']*)'$")
  local each = allowed == 'strings' and 'string' or allowed:match('^table of (.*)$')
  if literal then
    return value == literal
  elseif allowed == 'false' then
    return value == false
  elseif each then
    local types = vim.split(each, ' or ', { plain = true })
    return type(value) == 'table'
      and vim.iter(pairs(value)):all(function(_, one)
        return vim.iter(types):any(function(name)
          return fits(one, name)
        end)
      end)
  elseif allowed == 'integer' then
    return type(value) == 'number' and value % 1 == 0 and value >= 0
  end
  return type(value) == allowed
end

---@param option ipynb.Option
---@param value any
---@return string? problem
function M.problem(option, value)
  local allowed = option.type
  if type(allowed) == 'string' then
    allowed = { allowed }
  end
  for _, one in ipairs(allowed) do
    if fits(value, one) then
      return nil
    end
  end
  return ('ipynb.setup: `%s` must be %s, not %s'):format(
    option.name,
    table.concat(allowed, ' or '),
    vim.inspect(value)
  )
end

return M
