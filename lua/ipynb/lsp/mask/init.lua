-- Owns what language servers see in place of lines that IPython reads before Python does; pure.
--
-- A masked line stays one line. What is Python in it keeps its column: `%timeit area(3)` becomes
-- `_ =     area(3)`, so that rename and references find it. Rules: IPython's input transformer.

local leaving = require('ipynb.lsp.mask.leaving')
local statements = require('ipynb.lsp.mask.statements')

local M = {}

--- Cell magics whose body is Python.
local PYTHON_CELLS = {
  capture = true,
  debug = true,
  lprun = true,
  memit = true,
  mprun = true,
  prun = true,
  time = true,
  timeit = true,
}

--- Line magics whose argument is Python.
local PYTHON_LINES = { time = true, timeit = true, prun = true, memit = true, lprun = true }

--- What cannot stand behind `_ =`.
local KEYWORDS = {}
for _, keyword in ipairs({
  'assert',
  'async',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'for',
  'from',
  'global',
  'if',
  'import',
  'match',
  'nonlocal',
  'pass',
  'raise',
  'return',
  'try',
  'type',
  'while',
  'with',
}) do
  KEYWORDS[keyword] = true
end

--- A line of no effect that no server has anything to say about.
---@param indent string
---@param row integer 0-based line in the cell
---@return string
local function filler(indent, row)
  -- A block must not lose its only statement; at the margin there is no block.
  return ('%s# nbmask:%d'):format(indent == '' and '' or indent .. 'assert True  ', row)
end

--- `%timeit -n 10 area(3)`: the expression at its column.
---@param line string
---@param row integer
---@return string
local function line_magic(line, row)
  local indent, name, rest = line:match('^(%s*)%%([%w_]+)(.*)$')
  if not name or not PYTHON_LINES[name] or rest:match('[?\\]%s*$') then
    return filler(line:match('^%s*'), row)
  end
  local options = rest:match('^[%s%-]*') or ''
  local argument = rest
  repeat -- -n 10 -r3 -o
    local taken
    argument, taken = argument:gsub('^%s+%-%a%s*[%w_.]*', '', 1)
  until taken == 0
  argument = argument:gsub('^%s+', '')
  local word = argument:match('^[%a_][%w_]*')
  local is_augmented = argument:match('^[%w_.%[%]\'"]+%s*[+%-*/%%&|^@<>]+=[^=]')
    or argument:match('^[%w_.]+%s*:')
  if argument == '' or KEYWORDS[word] or is_augmented or options:find('%-%-') then
    return filler(indent, row)
  end
  local column = #line - #argument
  return indent .. '_ =' .. (' '):rep(column - #indent - 3) .. argument
end

--- `name?`, `%magic??`, `*pattern*?` at the end of a line.
---@param code string the line without comment
---@return boolean
local function is_help(code)
  local asked = code:match('^(.-)%?%??$')
  local word = asked and asked:match('[%w_*.%[%]%-\128-\255]+$')
  return word ~= nil
    and word:match('^[%a_*\128-\255]') ~= nil
    and word:match('[%w_*%]\128-\255]$') ~= nil
end

---@param line string
---@param python ipynb.PythonLine
---@param row integer
---@return string? masked nil: the line is Python
---@return boolean? is_escaped it goes on after a backslash, whatever it is
local function masked(line, python, row)
  if not python.is_start then
    return nil
  end
  local indent, first = line:match('^(%s*)(.?)')
  if first ~= '' and ('!?%,;/'):find(first, 1, true) then
    return line_magic(line, row), true
  end
  local value = python.assign and line:match('^%s*[%%!]', python.assign)
  if value and (value:sub(-1) == '!' or line:match('^%s*%%[%a_]', python.assign)) then
    return line:sub(1, python.assign - 1) .. ' eval("")  # nbmask:' .. row, true
  end
  if python.code_end == #line and is_help((line:gsub('%s+$', ''))) then
    return filler(indent, row)
  end
end

---@param line string
---@return boolean
local function is_magic_candidate(line)
  return line:find('^%s*[!?%%,;/]') ~= nil
    or line:find('=%s*[%%!]') ~= nil
    or line:find('%?%s*$') ~= nil
end

---@param line string
---@return boolean
function M.is_candidate(line)
  return is_magic_candidate(line) or leaving.is_candidate(line)
end

--- The first line of a cell that is not blank, if it is a cell magic.
---@param lines string[]
---@return integer? index 1-based
---@return string? name
local function cell_magic(lines)
  for i, line in ipairs(lines) do
    if line:find('%S') then
      local name = line:match('^%%%%([%w_!.-]+)')
      return name and i, name
    end
  end
end

---@param lines string[]
---@param first integer 1-based line to begin with
---@param is_whole boolean
---@return string[]
local function mask_from(lines, first, is_whole)
  local result, read, is_escaped = {}, statements.reader(), false
  for i, line in ipairs(lines) do
    if i < first then
      result[i] = filler('', i - 1)
    elseif is_escaped then
      result[i] = filler('', i - 1)
      is_escaped = line:match('\\$') ~= nil
    else
      local python = read(line)
      local replacement, goes_on = masked(line, python, i - 1)
      local leaves = is_whole and python.is_start and leaving.is_candidate(line)
      result[i] = replacement or leaves and leaving.replace(lines, i) or line
      is_escaped = goes_on and line:match('\\$') ~= nil
      if replacement then
        read = statements.reader() -- quotes and brackets of a magic are not Python's
      end
    end
  end
  return result
end

---@param lines string[]
---@param is_whole boolean
---@return string[]
local function mask_cell(lines, is_whole)
  local is_candidate = is_whole and M.is_candidate or is_magic_candidate
  local has_candidate = false
  for _, line in ipairs(lines) do
    has_candidate = has_candidate or is_candidate(line)
  end
  if not has_candidate then
    return lines
  end
  local index, name = cell_magic(lines)
  if not index then
    return mask_from(lines, 1, is_whole)
  elseif PYTHON_CELLS[name] then
    return mask_from(lines, index + 1, is_whole)
  end
  local blank = {}
  for i = 1, #lines do
    blank[i] = ''
  end
  return blank
end

--- The lines of a Python cell as Python, between others.
---@param lines string[]
---@return string[] lines as many; the same table when there is nothing to mask
function M.lines(lines)
  return mask_cell(lines, true)
end

--- The same of a cell by itself: what leaves the file is Python.
---@param lines string[]
---@return string[] lines as many; the same table when there is nothing to mask
function M.alone(lines)
  return mask_cell(lines, false)
end

return M
