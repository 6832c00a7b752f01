-- Owns a kernel's variables as aligned lines: order, filter, columns; must not know windows.

local M = {}

local MAX_NAME, MAX_TYPE, MAX_SHAPE = 28, 18, 16
local UNITS = { 'B', 'kB', 'MB', 'GB', 'TB' }

---@class ipynb.Variable
---@field name string
---@field type string
---@field shape string of an array, length of a container
---@field size integer bytes, -1: not known
---@field value string one line

---@alias ipynb.VariableOrder 'kernel'|'name'|'type'|'size'

---@class ipynb.VariablesText
---@field header string
---@field lines string[]
---@field marks { row: integer, col: integer, end_col: integer, hl: string }[]
---@field variables ipynb.Variable[] of each line

---@type table<ipynb.VariableOrder, fun(a: ipynb.Variable, b: ipynb.Variable): boolean?>
local BEFORE = {
  name = function(a, b)
    return a.name:lower() < b.name:lower()
  end,
  type = function(a, b)
    if a.type ~= b.type then
      return a.type < b.type
    end
    return a.name:lower() < b.name:lower()
  end,
  size = function(a, b)
    return a.size > b.size
  end,
}

---@param bytes integer
---@return string
function M.size_text(bytes)
  if bytes < 0 then
    return ''
  end
  local unit = 1
  local amount = bytes
  while amount >= 1000 and unit < #UNITS do
    amount, unit = amount / 1000, unit + 1
  end
  return (unit == 1 or amount >= 100) and ('%d %s'):format(amount, UNITS[unit])
    or ('%.1f %s'):format(amount, UNITS[unit])
end

---@param text string
---@param columns integer
---@return string text of at most so many columns
local function cut(text, columns)
  if vim.fn.strdisplaywidth(text) <= columns then
    return text
  end
  local chars = columns
  while chars > 0 and vim.fn.strdisplaywidth(vim.fn.strcharpart(text, 0, chars)) > columns - 1 do
    chars = chars - 1
  end
  return vim.fn.strcharpart(text, 0, chars) .. '…'
end

---@param text string
---@param columns integer
---@param is_right? boolean
---@return string
local function pad(text, columns, is_right)
  local space = (' '):rep(math.max(0, columns - vim.fn.strdisplaywidth(text)))
  return is_right and space .. text or text .. space
end

---@param variables ipynb.Variable[]
---@param order ipynb.VariableOrder
---@param filter string plain text in name or type, any case
---@return ipynb.Variable[]
local function choose(variables, order, filter)
  local wanted = filter:lower()
  local chosen = vim.tbl_filter(function(one)
    return (one.name .. ' ' .. one.type):lower():find(wanted, 1, true) ~= nil
  end, variables)
  if BEFORE[order] then
    table.sort(chosen, BEFORE[order])
  end
  return chosen
end

---@param rows string[][]
---@param column integer
---@param most integer
---@return integer
local function width_of(rows, column, most)
  local width = 0
  for _, row in ipairs(rows) do
    width = math.max(width, math.min(most, vim.fn.strdisplaywidth(row[column])))
  end
  return width
end

local GROUPS = {
  'NotebookVariableName',
  'NotebookVariableType',
  'NotebookVariableShape',
  'NotebookVariableShape',
  'NotebookVariableValue',
}

--- Lays variables out in columns.
---@param variables ipynb.Variable[]
---@param order ipynb.VariableOrder
---@param filter string
---@return ipynb.VariablesText
function M.lay_out(variables, order, filter)
  local chosen = choose(variables, order, filter)
  local rows = { { 'name', 'type', 'shape', 'size', 'value' } }
  for _, one in ipairs(chosen) do
    local size = M.size_text(one.size)
    local head = { cut(one.name, MAX_NAME), cut(one.type, MAX_TYPE), cut(one.shape, MAX_SHAPE) }
    rows[#rows + 1] = vim.list_extend(head, { size, one.value })
  end
  local widths = {
    width_of(rows, 1, MAX_NAME),
    width_of(rows, 2, MAX_TYPE),
    width_of(rows, 3, MAX_SHAPE),
    width_of(rows, 4, MAX_SHAPE),
    0,
  }
  local text = { lines = {}, marks = {}, variables = chosen }
  for i, row in ipairs(rows) do
    local line = ' '
    for column, cell in ipairs(row) do
      local shown = pad(cell, widths[column], column == 3 or column == 4)
      if i > 1 and #cell > 0 then
        local mark = { row = i - 2, col = #line, end_col = #line + #shown, hl = GROUPS[column] }
        text.marks[#text.marks + 1] = mark
      end
      line = line .. shown .. (column < 5 and '  ' or '')
    end
    if i == 1 then
      text.header = line
    else
      text.lines[#text.lines + 1] = (line:gsub('%s+$', ''))
    end
  end
  for _, mark in ipairs(text.marks) do
    mark.end_col = math.min(mark.end_col, #text.lines[mark.row + 1])
  end
  return text
end

return M
