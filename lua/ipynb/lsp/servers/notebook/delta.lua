-- Owns how one text or one list of cells becomes another by the smallest edit; pure.

local difference = require('ipynb.text.difference')
local units = require('ipynb.lsp.servers.units')

local M = {}

--- Whether a byte is inside of a character.
---@param text string
---@param at integer 1-based
---@return boolean
local function is_inside(text, at)
  local byte = text:byte(at)
  return byte ~= nil and byte >= 128 and byte < 192
end

---@param a string
---@param b string
---@return integer bytes of whole characters that are alike at the start
local function shared_head(a, b)
  local head, most = 0, math.min(#a, #b)
  while head < most and a:byte(head + 1) == b:byte(head + 1) do
    head = head + 1
  end
  while head > 0 and (is_inside(a, head + 1) or is_inside(b, head + 1)) do
    head = head - 1
  end
  return head
end

---@param a string
---@param b string
---@param most integer
---@return integer bytes of whole characters that are alike at the end
local function shared_tail(a, b, most)
  local tail = 0
  while tail < most and a:byte(#a - tail) == b:byte(#b - tail) do
    tail = tail + 1
  end
  while tail > 0 and is_inside(a, #a - tail + 1) do
    tail = tail - 1
  end
  return tail
end

---@class ipynb.LineBlock lines of a text that differ
---@field first integer 0-based
---@field last integer line after
---@field lines string[] what they become

--- Lines that only come or only go; a text's last line has no line break of its own.
---@param old string[]
---@param block ipynb.LineBlock
---@param position fun(row: integer, byte: integer): lsp.Position
---@return lsp.TextDocumentContentChangeEvent
local function whole_lines(old, block, position)
  local first, last, lines = block.first, block.last, block.lines
  local text = table.concat(lines, '\n')
  if last < #old then
    local range = { start = position(first, 0), ['end'] = position(last, 0) }
    return { range = range, text = #lines > 0 and text .. '\n' or '' }
  end
  -- At the end the line break before goes or comes with them.
  local range =
    { start = position(first - 1, #old[first]), ['end'] = position(last - 1, #old[last]) }
  return { range = range, text = #lines > 0 and '\n' .. text or '' }
end

--- What differs between two texts, as one change.
---@param old string[] lines, at least one
---@param new string[]
---@param encoding string of the columns
---@return lsp.TextDocumentContentChangeEvent? change nil: nothing
function M.text(old, new, encoding)
  local first, tail = difference.ends(old, new)
  if not first then
    return nil
  end
  local function position(row, byte)
    return { line = row, character = units.of_byte(old[row + 1], byte, encoding) }
  end
  local last, lines = #old - tail, vim.list_slice(new, first + 1, #new - tail)
  if first == last or #lines == 0 then
    return whole_lines(old, { first = first, last = last, lines = lines }, position)
  end
  local head = shared_head(old[first + 1], lines[1])
  local from, to = old[last], lines[#lines]
  local most_old = last - first == 1 and #from - head or #from
  local most_new = #lines == 1 and #to - head or #to
  local rest = shared_tail(from, to, math.min(most_old, most_new))
  lines[#lines] = to:sub(1, #to - rest)
  lines[1] = lines[1]:sub(head + 1)
  return {
    range = { start = position(first, head), ['end'] = position(last - 1, #from - rest) },
    text = table.concat(lines, '\n'),
  }
end

---@class ipynb.CellSplice
---@field start integer 0-based
---@field delete_count integer
---@field inserted string[] URIs
---@field opened string[] of these, those that are new
---@field closed string[] URIs that are gone

--- How one list of cells becomes another: one splice. A cell that only moved stays open.
---@param old string[] URIs
---@param new string[]
---@return ipynb.CellSplice? splice nil: the lists are alike
function M.cells(old, new)
  local first, tail = difference.ends(old, new)
  if not first then
    return nil
  end
  local removed = vim.list_slice(old, first + 1, #old - tail)
  local inserted = vim.list_slice(new, first + 1, #new - tail)
  local had, has, opened, closed = {}, {}, {}, {}
  for _, uri in ipairs(removed) do
    had[uri] = true
  end
  for _, uri in ipairs(inserted) do
    has[uri] = true
    if not had[uri] then
      opened[#opened + 1] = uri
    end
  end
  for _, uri in ipairs(removed) do
    if not has[uri] then
      closed[#closed + 1] = uri
    end
  end
  return {
    start = first,
    delete_count = #removed,
    inserted = inserted,
    opened = opened,
    closed = closed,
  }
end

return M
