-- Owns one edit of what servers see: read from one, cut to a cell, taken apart, made on text; must
-- not know which cell it belongs to.

local facade = require('ipynb.text.facade')

local M = {}

---@class ipynb.ShadowEdit range end-exclusive, columns in bytes
---@field row integer facade row
---@field col integer
---@field end_row integer
---@field end_col integer
---@field lines string[]

---@param document ipynb.LspDocument
---@param uri string of the document that it edits
---@param edit lsp.TextEdit
---@return ipynb.ShadowEdit
function M.read(document, uri, edit)
  local first = document:to_facade(edit.range.start, uri)
  local last = document:to_facade(edit.range['end'], uri)
  return {
    row = first.line,
    col = first.character,
    end_row = last.line,
    end_col = last.character,
    lines = vim.split(edit.newText, '\r?\n'),
  }
end

--- An edit up to the end marker's row ends at the end of the cell's last line.
---@param document ipynb.LspDocument
---@param edit ipynb.ShadowEdit
---@param first integer
---@param end_row integer
---@return boolean ok
function M.close_end(document, edit, first, end_row)
  if edit.end_row < end_row then
    return true
  elseif edit.end_row > end_row or edit.end_col > 0 then
    return false
  end
  local is_append = edit.row == end_row
  edit.end_row, edit.end_col = end_row - 1, #document:line(end_row - 1)
  if edit.lines[#edit.lines] == '' and #edit.lines > 1 then
    edit.lines[#edit.lines] = nil
  elseif not is_append and edit.col == 0 and edit.row > first and edit.lines[1] == '' then
    edit.row = edit.row - 1 -- whole lines go, and with them the line break before
    edit.col = #document:line(edit.row)
  end
  if is_append then
    edit.row, edit.col = edit.end_row, edit.end_col
    table.insert(edit.lines, 1, '')
  end
  return true
end

--- What differs in a line.
---@param row integer
---@param old string
---@param new string
---@return ipynb.ShadowEdit
local function in_line(row, old, new)
  local first, tail = 0, 0
  local shared = math.min(#old, #new)
  while first < shared and old:byte(first + 1) == new:byte(first + 1) do
    first = first + 1
  end
  while tail < shared - first and old:byte(#old - tail) == new:byte(#new - tail) do
    tail = tail + 1
  end
  local lines = { new:sub(first + 1, #new - tail) }
  return { row = row, col = first, end_row = row, end_col = #old - tail, lines = lines }
end

--- The edit as one of whole lines, in pieces that leave equal lines alone.
---@param document ipynb.LspDocument
---@param edit ipynb.ShadowEdit
---@return ipynb.ShadowEdit[]
function M.pieces(document, edit)
  local old = document:lines_of(edit.row, edit.end_row + 1)
  local new = vim.list_slice(edit.lines)
  local last_row = edit.row + #old - 1
  new[1] = (old[1] or ''):sub(1, edit.col) .. new[1]
  if last_row == edit.end_row then
    new[#new] = new[#new] .. old[#old]:sub(edit.end_col + 1)
  end
  if edit.end_row + 1 >= document.nb.layout:rows() then
    -- How many blank lines end the document is nothing to a notebook.
    while #new < #old and (new[#new] or ''):match('^%s*$') do
      new[#new + 1] = ''
    end
    while #new > #old and new[#new]:match('^%s*$') do
      new[#new] = nil
    end
  end
  local diff = vim.text and vim.text.diff or vim.diff
  local a, b = table.concat(old, '\n') .. '\n', table.concat(new, '\n') .. '\n'
  local found = {}
  for _, hunk in ipairs(diff(a, b, { result_type = 'indices' })) do
    local from, count, to, new_count = unpack(hunk)
    local lines = vim.list_slice(new, to, to + new_count - 1)
    local row = edit.row + (count == 0 and from or from - 1)
    if count == new_count then -- renamed, say
      for i, line in ipairs(lines) do
        found[#found + 1] = in_line(row + i - 1, old[from + i - 1], line)
      end
    else
      lines[#lines + 1] = ''
      found[#found + 1] = { row = row, col = 0, end_row = row + count, end_col = 0, lines = lines }
    end
  end
  return found
end

---@param document ipynb.LspDocument
---@param edit ipynb.ShadowEdit
---@return boolean
function M.changes_blanks_only(document, edit)
  local old = document:lines_of(edit.row, edit.end_row)
  return not table.concat(edit.lines):find('%S') and not table.concat(old):find('%S')
end

--- A cell's text with its edits made, the last first.
---@param document ipynb.LspDocument
---@param id string
---@param edits ipynb.ShadowEdit[]
---@return string[]? lines nil: they overlap
function M.made(document, id, edits)
  local lines, origin = facade.content(document.nb, id), document.nb.layout:content(id)
  local order = {}
  for i, edit in ipairs(edits) do
    order[i] = { edit = edit, index = i }
  end
  table.sort(order, function(a, b)
    local x, y = a.edit, b.edit
    if x.row ~= y.row then
      return x.row > y.row
    elseif x.col ~= y.col then
      return x.col > y.col
    end
    return a.index > b.index
  end)
  local before
  for _, one in ipairs(order) do
    local edit = one.edit
    local overlaps = before
      and (edit.end_row > before.row or edit.end_row == before.row and edit.end_col > before.col)
    local first, last = edit.row - origin + 1, edit.end_row - origin + 1
    if overlaps or not lines[first] or not lines[last] then
      return nil
    end
    local new = vim.list_slice(edit.lines)
    new[1] = lines[first]:sub(1, edit.col) .. new[1]
    new[#new] = new[#new] .. lines[last]:sub(edit.end_col + 1)
    local head = vim.list_slice(lines, 1, first - 1)
    lines = vim.list_extend(vim.list_extend(head, new), lines, last + 1)
    before = edit
  end
  return lines
end

return M
