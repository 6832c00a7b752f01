-- Owns where a place of facade or edit buffer is in the document that a server knows, and back;
-- must not know methods.
--
--   edit buffer row  ── + origin ──> facade row  ==  shadow row ──> the server's column
--
-- Neovim is told utf-8; the server's own encoding is used towards it.

local units = require('ipynb.lsp.servers.units')

local M = {}

---@class ipynb.LspDocument
---@field nb ipynb.Notebook
---@field client vim.lsp.Client the server's own
---@field encoding string the server's
---@field uri string of the shadow
---@field facade_uri string
---@field buf integer that was asked about: the facade or an edit buffer
---@field asked_uri string
---@field cell_id? string of the edit buffer
---@field origin integer facade row of the buffer's first line
---@field rows integer of the buffer
---@field lines table<string, string[]> of other files, as read
local Document = {}
Document.__index = Document

---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@param buf integer
---@return ipynb.LspDocument? document nil: the cell is gone
function M.new(nb, client, buf)
  local mirror, origin, rows = nb.mirrors[buf], 0, nb.layout:rows()
  if mirror then
    if not nb.layout:index(mirror.cell_id) then
      return nil
    end
    origin, rows = nb.layout:content(mirror.cell_id), nb.layout:height(mirror.cell_id)
  end
  return setmetatable({
    nb = nb,
    client = client,
    encoding = client.offset_encoding or 'utf-16',
    uri = vim.uri_from_bufnr(nb.shadow),
    facade_uri = vim.uri_from_bufnr(nb.buf),
    buf = buf,
    asked_uri = vim.uri_from_bufnr(buf),
    cell_id = mirror and mirror.cell_id,
    origin = origin,
    rows = rows,
    lines = {},
  }, Document)
end

--- Whether a server names a notebook as it reads it from disk itself: old text, and rows of cells.
---@param uri string
---@return boolean
function M.is_notebook_file(uri)
  return uri:match('^file:[^#]*%.ipynb$') ~= nil or uri:match('^file:[^#]*%.ipynb#') ~= nil
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

--- Whether a URI is the shadow's; servers may spell it otherwise than Neovim.
---@param uri string
---@return boolean
function Document:is_own(uri)
  if uri == self.uri then
    return true
  elseif uri:sub(1, 5) ~= 'file:' or uri:sub(-3) ~= self.uri:sub(-3) then
    return false
  end
  return vim.uri_to_fname(uri) == vim.api.nvim_buf_get_name(self.nb.shadow)
end

---@param row integer facade row
---@return string line as the server has it
function Document:shadow_line(row)
  return vim.api.nvim_buf_get_lines(self.nb.shadow, row, row + 1, false)[1] or ''
end

--- As `shadow_line`, for many.
---@param row integer facade row
---@return string
function Document:cached_line(row)
  local own = self.lines[self.uri]
  if not own then
    own = vim.api.nvim_buf_get_lines(self.nb.shadow, 0, -1, true)
    self.lines[self.uri] = own
  end
  return own[row + 1] or ''
end

--- Whether a part of a line is the same for the user and for the server.
---@param row integer facade row
---@param col integer
---@param end_col integer
---@return boolean
function Document:is_kept(row, col, end_col)
  if not next(self.nb.masked or {}) then
    return true
  end
  local id = self.nb.layout:at(row)
  if not id or not self.nb.masked[id] then
    return true
  end
  local line = vim.api.nvim_buf_get_lines(self.nb.buf, row, row + 1, false)[1] or ''
  local seen = self:shadow_line(row)
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
  if not id or not (self.nb.masked or {})[id] then
    return false
  end
  return vim.api.nvim_buf_get_lines(self.nb.buf, row, row + 1, false)[1] ~= self:shadow_line(row)
end

---@param path string
---@return string[]
local function read(path)
  local file = io.open(path, 'r')
  if not file then
    return {}
  end
  local text = file:read('*a')
  file:close()
  return vim.split(text, '\r?\n')
end

---@param uri string of another file
---@param row integer
---@return string
function Document:other_line(uri, row)
  if not self.lines[uri] then
    local path = vim.uri_to_fname(uri)
    local buf = vim.fn.bufnr(path)
    local is_loaded = buf ~= -1 and vim.api.nvim_buf_is_loaded(buf)
    self.lines[uri] = is_loaded and vim.api.nvim_buf_get_lines(buf, 0, -1, true) or read(path)
  end
  return self.lines[uri][row + 1] or ''
end

---@param position lsp.Position of the asked buffer
---@return lsp.Position
function Document:to_server(position)
  local row = position.line + self.origin
  local line = self:shadow_line(row)
  return { line = row, character = units.of_byte(line, position.character, self.encoding) }
end

--- A place of the shadow in the facade.
---@param position lsp.Position
---@return lsp.Position
function Document:to_facade(position)
  local line = self:shadow_line(position.line)
  local byte = units.to_byte(line, position.character, self.encoding)
  return { line = position.line, character = byte }
end

--- A place of another file, the column as a byte.
---@param uri string
---@param position lsp.Position
---@return lsp.Position
function Document:to_other(uri, position)
  if self.encoding == 'utf-8' then
    return position
  end
  local line = self:other_line(uri, position.line)
  local byte = units.to_byte(line, position.character, self.encoding)
  return { line = position.line, character = byte }
end

--- A range of the shadow in the asked buffer, cut to it.
---@param range lsp.Range
---@return lsp.Range? range nil: it lies elsewhere
function Document:to_asked(range)
  local first, last = self:to_facade(range.start), self:to_facade(range['end'])
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
