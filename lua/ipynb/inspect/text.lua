-- Owns how sections stand in the inspector's float, as lines and highlights; must not know windows.

local markup = require('ipynb.lsp.markup')

local M = {}

local MAX_INLINE_COLUMNS = 100
local PLAIN = 'NotebookInspectText'

---@class ipynb.InspectorText
---@field lines string[]
---@field marks { row: integer, col: integer, end_col: integer, hl: string }[]
---@field starts integer[] rows where sections start

---@param text ipynb.InspectorText
---@param chunks ipynb.Chunk[]
local function add_line(text, chunks)
  local line = ' '
  for _, chunk in ipairs(chunks) do
    if chunk[2] ~= PLAIN then
      local from = #line
      local mark = { row = #text.lines, col = from, end_col = from + #chunk[1], hl = chunk[2] }
      text.marks[#text.marks + 1] = mark
    end
    line = line .. chunk[1]
  end
  text.lines[#text.lines + 1] = line == ' ' and '' or line
end

---@param sections ipynb.Section[]
---@return integer columns that titles take
local function title_width(sections)
  local width = 0
  for _, section in ipairs(sections) do
    width = math.max(width, vim.fn.strdisplaywidth(section.title))
  end
  return width + 2
end

--- One line where a section has one, a heading and its lines where it has more.
---@param sections ipynb.Section[]
---@return ipynb.InspectorText
function M.lay_out(sections)
  local text = { lines = {}, marks = {}, starts = {} }
  local width, was_block = title_width(sections), false
  for i, section in ipairs(sections) do
    local plain = markup.plain(section.lines)
    local is_inline = #plain == 1 and vim.fn.strdisplaywidth(plain[1]) <= MAX_INLINE_COLUMNS
    local title = section.title
    if i > 1 and (was_block or not is_inline) then
      add_line(text, { { '', PLAIN } })
    end
    text.starts[i] = #text.lines
    if is_inline and title ~= '' then
      local pad = (' '):rep(width - vim.fn.strdisplaywidth(title))
      local chunks = { { title, 'NotebookInspectTitle' }, { pad, PLAIN } }
      add_line(text, vim.list_extend(chunks, section.lines[1]))
    else
      if title ~= '' then
        add_line(text, { { title, 'NotebookInspectTitle' } })
      end
      for _, chunks in ipairs(section.lines) do
        add_line(text, chunks)
      end
    end
    was_block = not is_inline
  end
  return text
end

return M
