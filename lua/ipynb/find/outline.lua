-- Owns finding the headings of markdown; pure: knows no buffer and no notebook.
--
-- CommonMark, 4.2, 4.3 and 4.5: ATX and setext headings outside of fenced code. Not by
-- tree-sitter, as one parser a cell takes 40 times as long and every picker waits for it.

local M = {}

---@class ipynb.Heading
---@field level integer 1-6
---@field row integer 0-based
---@field text string

---@param line string
---@return integer? level
---@return string? text
local function atx(line)
  local hashes, rest = line:match('^ ? ? ?(#+)(.*)$')
  if not hashes or #hashes > 6 or (rest ~= '' and not rest:match('^[ \t]')) then
    return nil
  end
  rest = rest:gsub('%s+#+%s*$', ''):gsub('^%s*#+%s*$', '')
  return #hashes, vim.trim(rest)
end

---@param line string
---@return integer? level of the paragraph above
local function setext(line)
  if line:match('^ ? ? ?=+%s*$') then
    return 1
  end
  return line:match('^ ? ? ?%-+%s*$') and 2 or nil
end

--- Lines that are no text of a paragraph: quotes, lists, tables, HTML, indented code, breaks.
---@param line string
---@return boolean
local function is_paragraph(line)
  local start = line:match('^ ? ? ?(%S.*)$')
  return start ~= nil
    and not start:match('^[>|<]')
    and not start:match('^[-*+]%s')
    and not start:match('^%d+[.)]%s')
    and not start:match('^[-*_]%s*[-*_]%s*[-*_][-*_%s]*$')
end

---@param line string
---@return string? mark that opens fenced code
local function fence(line)
  local ticks, info = line:match('^ ? ? ?(```+)(.*)$')
  if ticks and not info:find('`', 1, true) then
    return ticks
  end
  return line:match('^ ? ? ?(~~~+)')
end

---@param line string
---@param opened string
---@return boolean
local function is_closing(line, opened)
  local mark = line:match('^ ? ? ?([`~]+)%s*$')
  return mark ~= nil and #mark >= #opened and mark == opened:sub(1, 1):rep(#mark)
end

--- The headings of one cell's text.
---@param lines string[]
---@return ipynb.Heading[]
function M.headings(lines)
  local found, opened, paragraph = {}, nil, nil
  for i, line in ipairs(lines) do
    local level, text = atx(line)
    if opened then
      opened = not is_closing(line, opened) and opened or nil
    elseif fence(line) then
      opened, paragraph = fence(line), nil
    elseif level then
      found[#found + 1] = { level = level, row = i - 1, text = text }
      paragraph = nil
    elseif paragraph and setext(line) then
      text = vim.trim(table.concat(vim.list_slice(lines, paragraph, i - 1), ' '))
      found[#found + 1] = { level = setext(line), row = paragraph - 1, text = text }
      paragraph = nil
    elseif not is_paragraph(line) then
      -- An indented line goes on with a paragraph, a blank one ends it.
      paragraph = line:match('^%s+%S') and paragraph or nil
    else
      paragraph = paragraph or i
    end
  end
  return found
end

return M
