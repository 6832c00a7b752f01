-- Owns semantic tokens: five numbers each, relative to the one before; must not know colours.

local units = require('ipynb.lsp.servers.units')

local M = {}

local RANGE = 'textDocument/semanticTokens/range'

--- Rows of the asked buffer whose columns are not the server's: it counts otherwise there, or has
--- another line. A notebook has thousands of rows, and these are few.
---@param document ipynb.LspDocument
---@return table<integer, true>
local function odd_rows(document)
  local odd, nb, origin = {}, document.nb, document.origin
  local row, end_row = document:shared_rows()
  if document.encoding ~= 'utf-8' then
    for i, line in ipairs(document.texts:lines(row, end_row)) do
      odd[row - origin + i - 1] = line:find('[\128-\255]') and true or nil
    end
  end
  while row < end_row do
    local id = nb.layout:at(row)
    if not id then
      break
    end
    local first, last = nb.layout:content(id)
    if document.texts:is_altered(id) then
      for at = first, last - 1 do
        odd[at - origin] = true
      end
    end
    row = last + 1
  end
  return odd
end

--- One token of a row that is not as the server has it.
---@param document ipynb.LspDocument
---@param row integer of the asked buffer
---@param first integer
---@param length integer
---@return integer? col nil: the user has something else there
---@return integer bytes
local function place(document, row, first, length)
  row = row + document.origin
  local line = document:line(row)
  local col = units.to_byte(line, first, document.encoding)
  local last = units.to_byte(line, first + length, document.encoding)
  return document:is_kept(row, col, last) and col or nil, last - col
end

--- The tokens of the asked buffer, columns in bytes.
---@param document ipynb.LspDocument
---@param result { data: integer[], resultId: string? }
---@return table
function M.answer(document, result)
  local given, shift, rows = result.data, document:asked_row(0), document.rows
  local odd = odd_rows(document)
  local row, end_row = document:shared_rows()
  if shift == 0 and end_row - row == rows and not next(odd) then
    return { data = given }
  end
  local data, n, own_row, col = {}, 0, shift, 0 -- a notebook has tens of thousands
  local last_row, last_col = 0, 0
  for i = 1, #given, 5 do
    local down = given[i]
    own_row, col = own_row + down, down > 0 and given[i + 1] or col + given[i + 1]
    if own_row >= rows then
      break
    end
    local byte, bytes = col, given[i + 2]
    if own_row < 0 then
      byte = nil
    elseif odd[own_row] then
      byte, bytes = place(document, own_row, col, bytes)
    end
    if byte then
      data[n + 1] = own_row - last_row
      data[n + 2] = own_row ~= last_row and byte or byte - last_col
      data[n + 3], data[n + 4], data[n + 5] = bytes, given[i + 3], given[i + 4]
      n = n + 5
      last_row, last_col = own_row, byte
    end
  end
  return { data = data }
end

--- Of an edit buffer, a server that has all code in one document is asked for the cell alone.
---@param server ipynb.LspServer
---@param asked ipynb.LspDocument
---@param params table
---@return string? method nil: the one that was asked for
---@return table params
function M.narrow(server, asked, params)
  local provider = server.client.server_capabilities.semanticTokensProvider
  local can = type(provider) == 'table' and provider.range
  if not can or server.texts.is_notebook or asked.buf == asked.nb.buf or params.range then
    return nil, params
  end
  local whole = { line = 0, character = 0 }
  local last = { line = asked.rows - 1, character = math.huge }
  return RANGE, vim.tbl_extend('force', params, { range = { start = whole, ['end'] = last } })
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
