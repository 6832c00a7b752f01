-- Owns semantic tokens: five numbers each, relative to the one before; must not know colours.

local units = require('ipynb.lsp.servers.units')

local M = {}

---@param document ipynb.LspDocument
---@return boolean the server's numbers serve as they are
local function is_same(document)
  return document:asked_row(0) == 0
    and document.encoding == 'utf-8'
    and document.buf == document.nb.buf
    and not next(document.nb.masked or {})
end

--- One token in the asked buffer.
---@param document ipynb.LspDocument
---@param row integer
---@param first integer
---@param length integer
---@return integer? col
---@return integer? bytes
local function place(document, row, first, length)
  if row < 0 or row >= document.rows then
    return nil
  end
  row = row + document.origin
  local line = document:cached_line(row)
  local col = units.to_byte(line, first, document.encoding)
  local last = units.to_byte(line, first + length, document.encoding)
  if document:is_kept(row, col, last) then
    return col, last - col
  end
end

--- The tokens of the asked buffer, columns in bytes.
---@param document ipynb.LspDocument
---@param result { data: integer[], resultId: string? }
---@return table
function M.answer(document, result)
  if is_same(document) then
    return { data = result.data }
  end
  local data, n, row, col = {}, 0, 0, 0 -- a notebook has tens of thousands
  local last_row, last_col = 0, 0
  for i = 1, #result.data, 5 do
    local down, right, length, kind, modifiers = unpack(result.data, i, i + 4)
    row, col = row + down, down > 0 and right or col + right
    local own_row = document:asked_row(row)
    if own_row >= document.rows then
      break
    end
    local byte, bytes = place(document, own_row, col, length)
    if byte then
      local is_next = own_row ~= last_row
      data[n + 1], data[n + 2] = own_row - last_row, is_next and byte or byte - last_col
      data[n + 3], data[n + 4], data[n + 5] = bytes, kind, modifiers
      n = n + 5
      last_row, last_col = own_row, byte
    end
  end
  return { data = data }
end

--- The tokens of several documents as one list.
---@param answers { data: integer[] }[] top to bottom
---@return { data: integer[] }
function M.merge(answers)
  local data, row, col = {}, 0, 0
  for _, answer in ipairs(answers) do
    local own_row, own_col = 0, 0
    for i = 1, #answer.data, 5 do
      local down, right, length, kind, modifiers = unpack(answer.data, i, i + 4)
      own_row, own_col = own_row + down, down > 0 and right or own_col + right
      local delta = own_row == row and own_col - col or own_col
      vim.list_extend(data, { own_row - row, delta, length, kind, modifiers })
      row, col = own_row, own_col
    end
  end
  return { data = data }
end

return M
