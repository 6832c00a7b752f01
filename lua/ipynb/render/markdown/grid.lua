-- Owns reading a table out of its syntax tree, with the widths its cells are shown with; must
-- not know how they are aligned.

local M = {}

local MAX_CELLS = 2000

---@param node TSNode of a row
---@param row integer
---@return integer[] bars byte columns of the bars
local function bars_of(node, row)
  local bars = {}
  for child in node:iter_children() do
    local child_row, col = child:range()
    if child:type() == '|' and child_row == row then
      bars[#bars + 1] = col
    end
  end
  return bars
end

---@param line string
---@param col integer
---@param end_col integer
---@param is_closed boolean
---@return ipynb.MarkdownTableCell
local function new_cell(line, col, end_col, is_closed)
  local text = line:sub(col + 1, end_col)
  local trail = #text:match(' *$')
  local lead = trail < #text and #text:match('^ *') or 0
  return {
    col = col,
    text_col = col + lead,
    text_end = end_col - trail,
    end_col = end_col,
    width = 0,
    is_closed = is_closed,
  }
end

---@param line string
---@param node TSNode
---@return ipynb.MarkdownTableRow
local function read_row(line, node)
  local row, col, end_row, end_col = node:range()
  if end_row > row then
    end_col = #line
  end
  local bars, cells, from = bars_of(node, row), {}, col
  for i, bar in ipairs(bars) do
    if i > 1 or line:sub(from + 1, bar):find('%S') then
      cells[#cells + 1] = new_cell(line, from, bar, true)
    end
    from = bar + 1
  end
  if line:sub(from + 1, end_col):find('%S') then
    cells[#cells + 1] = new_cell(line, from, end_col, false)
  end
  return { row = row, cells = cells, bars = bars, width = vim.fn.strdisplaywidth(line) }
end

---@param line string
---@param cells ipynb.MarkdownTableCell[]
---@return ('left'|'right'|'center')[]
local function read_aligns(line, cells)
  return vim.tbl_map(function(cell)
    local text = line:sub(cell.text_col + 1, cell.text_end)
    local is_left, is_right = vim.startswith(text, ':'), vim.endswith(text, ':')
    return is_right and (is_left and 'center' or 'right') or 'left'
  end, cells)
end

--- Reads bars and cells; widths come later, when all marks of the lines are known.
---@type ipynb.MarkdownHandler
function M.read(canvas, node)
  local rows, aligns, count = {}, {}, 0
  for child in node:iter_children() do
    local kind, row = child:type(), child:range()
    local line = canvas.lines[row + 1]
    if
      kind == 'pipe_table_header'
      or kind == 'pipe_table_row'
      or kind == 'pipe_table_delimiter_row'
    then
      if line:find('[%c]') then
        return -- a tab's width depends on where it stands
      end
      rows[#rows + 1] = read_row(line, child)
      count = count + #rows[#rows].cells
    end
    if kind == 'pipe_table_delimiter_row' then
      aligns = read_aligns(line, rows[#rows].cells)
    end
  end
  if #rows >= 2 and count <= MAX_CELLS then
    canvas.tables[#canvas.tables + 1] = { rows = rows, aligns = aligns }
  end
end

---@param marks ipynb.MarkdownMark[]
---@return ipynb.MarkdownMark[] what hides text, left to right
local function hiding(marks)
  local result = vim.tbl_filter(function(mark)
    return mark.opts.conceal ~= nil
  end, marks)
  table.sort(result, function(a, b)
    return a.col < b.col
  end)
  return result
end

---@param line string
---@param cell ipynb.MarkdownTableCell
---@param hides ipynb.MarkdownMark[]
---@return integer columns
local function shown_width(line, cell, hides)
  local width, from = 0, cell.text_col
  for _, mark in ipairs(hides) do
    if mark.col >= from and mark.opts.end_col <= cell.text_end then
      width = width + vim.fn.strdisplaywidth(line:sub(from + 1, mark.col))
      from = mark.opts.end_col
    end
  end
  return width + vim.fn.strdisplaywidth(line:sub(from + 1, cell.text_end))
end

--- Measures the cells as they are shown.
---@param canvas ipynb.MarkdownCanvas
function M.measure(canvas)
  for _, found in ipairs(canvas.tables) do
    for _, row in ipairs(found.rows) do
      local line = canvas.lines[row.row + 1]
      local hides = canvas.can_hide and hiding(canvas.rows[row.row] or {}) or {}
      for _, cell in ipairs(row.cells) do
        cell.width = shown_width(line, cell, hides)
      end
    end
  end
end

return M
