-- Owns where statements of Python start, line by line; must not know magics.
--
-- Not a parser: strings, comments, brackets and backslashes are all that decides whether a line
-- goes on with the statement before it.

local M = {}

---@class ipynb.PythonLine
---@field is_start boolean a statement may start here
---@field code_end integer length of the line without a comment at its end
---@field assign? integer byte after the first `=` that assigns, outside of brackets

---@class ipynb.PythonState
---@field quote? string what ends the string that the last line left open
---@field depth integer open brackets
---@field is_continued boolean a backslash stood at the end

--- Operators that end in `=` and do not assign; `:=` neither.
local BEFORE_EQUALS = '[!<>=+%-*/%%&|^~:@]'

---@param line string
---@param at integer of the first quote
---@return string quote one or three of them
local function quote_at(line, at)
  local three = line:sub(at, at + 2)
  return (three == '"""' or three == "'''") and three or line:sub(at, at)
end

--- Goes to the end of a string.
---@param line string
---@param at integer inside of it
---@param quote string
---@return integer? after nil: the line ends first
local function string_end(line, at, quote)
  while at <= #line do
    local char = line:sub(at, at)
    if char == '\\' then
      at = at + 2
    elseif line:sub(at, at + #quote - 1) == quote then
      return at + #quote
    else
      at = at + 1
    end
  end
end

---@param line string
---@param at integer
---@return boolean
local function assigns(line, at)
  local before, after = line:sub(at - 1, at - 1), line:sub(at + 1, at + 1)
  return after ~= '=' and (at == 1 or not before:match(BEFORE_EQUALS))
end

---@param line string
---@param state ipynb.PythonState changed to how the next line finds it
---@return ipynb.PythonLine
local function read(line, state)
  local is_start = not state.quote and state.depth == 0 and not state.is_continued
  local found = { is_start = is_start, code_end = #line }
  local at = 1
  if state.quote then
    local after = string_end(line, 1, state.quote)
    if not after then
      return found
    end
    state.quote, at = nil, after
  end
  state.is_continued = false
  while at do
    at = line:find('[\'"#%[%](){}=\\]', at)
    local char = at and line:sub(at, at)
    if not char then
      break
    elseif char == '#' then
      found.code_end = at - 1
      break
    elseif char == '"' or char == "'" then
      local quote = quote_at(line, at)
      local after = string_end(line, at + #quote, quote)
      if not after then
        -- One quote ends with its line, unless a backslash takes it on.
        state.quote = (#quote == 3 or line:match('\\$')) and quote or nil
        break
      end
      at = after - 1
    elseif char:match('[%[({]') then
      state.depth = state.depth + 1
    elseif char:match('[%])}]') then
      state.depth = math.max(state.depth - 1, 0)
    elseif char == '=' and state.depth == 0 and assigns(line, at) then
      found.assign = found.assign or at + 1
    elseif char == '\\' and at == #line then
      state.is_continued = true
    end
    at = at + 1
  end
  return found
end

--- A reader that is given line after line.
---@return fun(line: string): ipynb.PythonLine
function M.reader()
  local state = { depth = 0, is_continued = false }
  return function(line)
    return read(line, state)
  end
end

return M
