-- Owns where a place of facade or edit buffer is in the documents that a server has, and back;
-- must not know methods, or which documents these are.
--
--   edit buffer row ── + origin ──> facade row ── texts ──> the server's document and row there
--
-- Neovim is told utf-8; the server's own encoding is used towards it.

local other_file = require('ipynb.lsp.servers.other_file')
local units = require('ipynb.lsp.servers.units')

local M = {}

--- What servers name that Neovim does not show by that name: notebooks as they read them from disk
--- themselves, with old text and rows of cells; cells that were formatted, and edit buffers that
--- the user's client came to, of which some never forget.
local HIDDEN =
  { '^file:[^#]*%.ipynb$', '^file:[^#]*%.ipynb#', '%.ipynb%d?%.cell%d+%.[^./]+$', '^ipynb:' }

---@class ipynb.LspDocument
---@field nb ipynb.Notebook
---@field name string the server's
---@field client_id integer
---@field texts ipynb.LspTexts
---@field encoding string the server's
---@field uri? string what an answer is about that names no document
---@field facade_uri string
---@field buf integer that was asked about: the facade or an edit buffer
---@field asked_uri string
---@field cell_id? string of the edit buffer
---@field origin integer facade row of the buffer's first line
---@field rows integer of the buffer
---@field lines table<string, string[]> of other files, as read
---@field others table<string, ipynb.LspDocument|false> other notebooks, as found
local Document = {}
Document.__index = Document

---@param server ipynb.LspServer
---@param buf integer
---@return ipynb.LspDocument? document nil: the cell is gone
function M.new(server, buf)
  local nb, client = server.nb, server.client
  local mirror, origin, rows = nb.mirrors[buf], 0, nb.layout:rows()
  if mirror then
    if not nb.layout:index(mirror.cell_id) then
      return nil
    end
    origin, rows = nb.layout:content(mirror.cell_id), nb.layout:height(mirror.cell_id)
  end
  return setmetatable({
    nb = nb,
    name = server.name,
    client_id = client.id,
    texts = server.texts,
    encoding = client.offset_encoding or 'utf-16',
    facade_uri = vim.uri_from_bufnr(nb.buf),
    buf = buf,
    asked_uri = vim.uri_from_bufnr(buf),
    cell_id = mirror and mirror.cell_id,
    origin = origin,
    rows = rows,
    lines = {},
    others = {},
  }, Document)
end

--- The same, about one of the server's documents.
---@param uri? string
---@return ipynb.LspDocument
function Document:about(uri)
  local view = setmetatable({}, Document)
  for key, value in pairs(self) do
    view[key] = value
  end
  view.uri = uri
  return view
end

---@param uri string
---@return boolean
function M.is_hidden(uri)
  return vim.iter(HIDDEN):any(function(pattern)
    return uri:match(pattern) ~= nil
  end)
end

--- The facade or edit buffer that a URI names.
---@param nb ipynb.Notebook
---@param uri? string
---@return integer? buf
function M.buffer_of(nb, uri)
  if not uri or uri == vim.uri_from_bufnr(nb.buf) then
    return nb.buf
  end
  for buf in pairs(nb.mirrors) do
    if vim.api.nvim_buf_is_loaded(buf) and vim.uri_from_bufnr(buf) == uri then
      return buf
    end
  end
end

--- Whether a URI is one of the notebook's documents.
---@param uri string
---@return boolean
function Document:is_own(uri)
  return self.texts:place(uri) ~= nil
end

---@param row integer facade row
---@return string line as the server has it
function Document:line(row)
  return self.texts:line(row)
end

---@param row integer facade row
---@param end_row integer
---@return string[] lines that exist
function Document:lines_of(row, end_row)
  return self.texts:lines(row, math.min(end_row, self.nb.layout:rows()))
end

--- Whether a part of a line is the same for the user and for the server.
---@param row integer facade row
---@param col integer
---@param end_col integer
---@return boolean
function Document:is_kept(row, col, end_col)
  local id = self.nb.layout:at(row)
  if not id or not self.texts:is_altered(id) then
    return true
  end
  local line = vim.api.nvim_buf_get_lines(self.nb.buf, row, row + 1, false)[1] or ''
  local seen = self:line(row)
  -- Of an empty part its neighbours count.
  local from, to = col + 1, end_col
  if col == end_col then
    from, to = col, col + 1
  end
  return line == seen or line:sub(from, to) == seen:sub(from, to) and line:sub(from, to) ~= ''
end

--- Whether the server sees another line than the user.
---@param row integer of the asked buffer
---@return boolean
function Document:is_masked(row)
  row = row + self.origin
  local id = self.nb.layout:at(row)
  if not id or not self.texts:is_altered(id) then
    return false
  end
  return vim.api.nvim_buf_get_lines(self.nb.buf, row, row + 1, false)[1] ~= self:line(row)
end

--- A place in the server's document, cut to it.
---@param position lsp.Position of the asked buffer
---@return lsp.Position
function Document:to_server(position)
  local row, first, rows = position.line + self.origin, self.texts:place(self.uri)
  if row < first then
    return { line = 0, character = 0 }
  elseif row >= first + rows then
    row, position = first + rows - 1, { line = position.line, character = math.huge }
  end
  local character = units.of_byte(self:line(row), position.character, self.encoding)
  return { line = row - first, character = character }
end

--- A place of the server's document in the facade; behind its end is the row below.
---@param position lsp.Position
---@param uri? string
---@return lsp.Position
function Document:to_facade(position, uri)
  local first, rows = self.texts:place(uri or self.uri)
  if position.line >= rows then
    return { line = first + rows, character = 0 }
  end
  local row = first + position.line
  local byte = units.to_byte(self:line(row), position.character, self.encoding)
  return { line = row, character = byte }
end

--- The facade rows that the asked buffer and the server's document have in common.
---@return integer row
---@return integer end_row
function Document:shared_rows()
  local first, rows = self.texts:place(self.uri)
  return math.max(first, self.origin), math.min(first + rows, self.origin + self.rows)
end

--- A row of the server's document in the asked buffer, or beyond it.
---@param row integer
---@return integer
function Document:asked_row(row)
  return self.texts:place(self.uri) + row - self.origin
end

--- A place of another file, the column as a byte.
---@param uri string
---@param position lsp.Position
---@return lsp.Position
function Document:to_other(uri, position)
  if self.encoding == 'utf-8' then
    return position
  end
  self.lines[uri] = self.lines[uri] or other_file.lines(uri)
  local line = self.lines[uri][position.line + 1] or ''
  local byte = units.to_byte(line, position.character, self.encoding)
  return { line = position.line, character = byte }
end

--- A range of the server's document in the asked buffer, cut to it.
---@param range lsp.Range
---@param uri? string
---@return lsp.Range? range nil: it lies elsewhere
function Document:to_asked(range, uri)
  local first, last = self:to_facade(range.start, uri), self:to_facade(range['end'], uri)
  first.line, last.line = first.line - self.origin, last.line - self.origin
  if last.line < 0 or first.line >= self.rows then
    return nil
  end
  if first.line < 0 then
    first = { line = 0, character = 0 }
  end
  if last.line > self.rows or last.line == self.rows and last.character > 0 then
    last = { line = self.rows, character = 0 }
  end
  return { start = first, ['end'] = last }
end

--- The code cell at a row of the asked buffer.
---@param row integer
---@return string? cell_id nil: marker, markdown, raw
function Document:code_cell(row)
  row = row + self.origin
  local id = self.nb.layout:at(row)
  if not id or self.nb.cells[id].cell_type ~= 'code' then
    return nil
  end
  local first, end_row = self.nb.layout:content(id)
  return row >= first and row < end_row and id or nil
end

return M
