-- Owns what a server holds of a notebook's cells, and the messages that bring it up to date; must
-- not know when they are sent, or who else holds what.
--
-- Versions only ever rise, also those of a cell that comes back by undo.

local delta = require('ipynb.lsp.servers.notebook.delta')
local selector = require('ipynb.lsp.servers.notebook.selector')

local KIND = { markdown = 1, code = 2, raw = 2 }

---@class ipynb.HeldCell
---@field id string
---@field uri string
---@field cell_type string
---@field language string
---@field lines string[] as the server has them
---@field summary? { executionOrder: integer, success: boolean? }

---@class ipynb.Held
---@field uri string of the notebook
---@field version integer of the notebook
---@field order string[] cells, by URI
---@field cells table<string, ipynb.HeldCell> by URI
---@field by_id table<string, ipynb.HeldCell>
---@field private path string
---@field private versions table<string, integer> of each cell that ever was there, by URI
---@field private encoding string
---@field private is_full boolean the server takes whole texts only
local Held = {}
Held.__index = Held

local M = {}

---@param path string of the notebook
---@param encoding string the server's
---@param is_full boolean
---@return ipynb.Held
function M.new(path, encoding, is_full)
  return setmetatable({
    uri = vim.uri_from_fname(path),
    version = 0,
    order = {},
    cells = {},
    by_id = {},
    path = path,
    versions = {},
    encoding = encoding,
    is_full = is_full,
  }, Held)
end

--- As servers may spell it: `file` URIs have an authority, and any character may be escaped.
---@param uri string
---@return ipynb.HeldCell?
function Held:cell(uri)
  if self.cells[uri] or uri:sub(1, 21) ~= 'vscode-notebook-cell:' then
    return self.cells[uri]
  end
  local path, id = vim.uri_decode(uri):match('^[%w-]+:/*(.*)#([^#]*)$')
  local own = path and self.by_id[id:match('^[^.]*')]
  return own and '/' .. path == self.path and own or nil
end

--- A cell of another type is another document: one that is closed and opened in one message would
--- be closed at its end.
---@param id string
---@param cell_type string
---@return string
function Held:cell_uri(id, cell_type)
  local suffix = cell_type == 'code' and '' or '.' .. cell_type
  local path = vim.uri_from_fname(self.path):gsub('^file://', '')
  return 'vscode-notebook-cell:' .. path .. '#' .. id .. suffix
end

---@param cell ipynb.HeldCell
---@return table NotebookCell
local function notebook_cell(cell)
  return { kind = KIND[cell.cell_type], document = cell.uri, executionSummary = cell.summary }
end

---@private
---@param uri string
---@return integer version higher than all before
function Held:next_version(uri)
  self.versions[uri] = (self.versions[uri] or 0) + 1
  return self.versions[uri]
end

---@private
---@param cell ipynb.HeldCell
---@return table TextDocumentItem
function Held:text_document(cell)
  return {
    uri = cell.uri,
    languageId = cell.language,
    version = self:next_version(cell.uri),
    text = table.concat(cell.lines, '\n'),
  }
end

---@private
---@param cells ipynb.HeldCell[]
function Held:put(cells)
  self.order, self.cells, self.by_id = {}, {}, {}
  for i, cell in ipairs(cells) do
    self.order[i] = cell.uri
    self.cells[cell.uri], self.by_id[cell.id] = cell, cell
  end
end

---@param cells ipynb.HeldCell[]
---@return table params of notebookDocument/didOpen
function Held:open(cells)
  self:put(cells)
  self.version = self.version + 1
  return {
    notebookDocument = {
      uri = self.uri,
      notebookType = selector.TYPE,
      version = self.version,
      cells = vim.tbl_map(notebook_cell, cells),
    },
    cellTextDocuments = vim.tbl_map(function(cell)
      return self:text_document(cell)
    end, cells),
  }
end

---@return table params of notebookDocument/didClose
function Held:close()
  local closed = vim.tbl_map(function(uri)
    return { uri = uri }
  end, self.order)
  return { notebookDocument = { uri = self.uri }, cellTextDocuments = closed }
end

---@private
---@param cells ipynb.HeldCell[]
---@return table? structure of a change; nil: the cells are the same
---@return string[] closed URIs
function Held:splice(cells)
  local uris, by_uri = {}, {}
  for i, cell in ipairs(cells) do
    uris[i], by_uri[cell.uri] = cell.uri, cell
  end
  local splice = delta.cells(self.order, uris)
  if not splice then
    return nil, {}
  end
  local inserted = vim.tbl_map(function(uri)
    return notebook_cell(by_uri[uri])
  end, splice.inserted)
  local opened = vim.tbl_map(function(uri)
    return self:text_document(by_uri[uri])
  end, splice.opened)
  local closed = vim.tbl_map(function(uri)
    return { uri = uri }
  end, splice.closed)
  self:put(cells)
  local array = {
    start = splice.start,
    deleteCount = splice.delete_count,
    cells = #inserted > 0 and inserted or nil,
  }
  return {
    array = array,
    didOpen = #opened > 0 and opened or nil,
    didClose = #closed > 0 and closed or nil,
  },
    splice.closed
end

---@private
---@param texts table<string, string[]> lines by cell id
---@return table[] text_content
function Held:text_content(texts)
  local content = {}
  for id, lines in pairs(texts) do
    local cell = self.by_id[id]
    local change = cell and delta.text(cell.lines, lines, self.encoding)
    if change then
      cell.lines = lines
      local whole = { text = table.concat(lines, '\n') }
      content[#content + 1] = {
        document = { uri = cell.uri, version = self:next_version(cell.uri) },
        changes = { self.is_full and whole or change },
      }
    end
  end
  return content
end

---@class ipynb.CellsNow what may have changed
---@field cells? ipynb.HeldCell[] all of them, in order; held ones as they are held
---@field texts table<string, string[]> lines by cell id
---@field summaries table<string, table> by cell id

--- Takes what is now.
---@param now ipynb.CellsNow
---@return table? params of notebookDocument/didChange; nil: nothing has changed
---@return string[] closed URIs
function Held:change(now)
  local structure, closed = nil, {}
  if now.cells then
    structure, closed = self:splice(now.cells)
  end
  local content, data = self:text_content(now.texts), {}
  for id, summary in pairs(now.summaries) do
    local cell = self.by_id[id]
    if cell then
      cell.summary = summary
      data[#data + 1] = notebook_cell(cell)
    end
  end
  if not structure and #content == 0 and #data == 0 then
    return nil, closed
  end
  self.version = self.version + 1
  return {
    notebookDocument = { uri = self.uri, version = self.version },
    change = {
      cells = {
        structure = structure,
        textContent = #content > 0 and content or nil,
        data = #data > 0 and data or nil,
      },
    },
  },
    closed
end

--- Whether a server's edit is for the text that it has now. Some give the notebook's version.
---@param uri string of a cell
---@param version integer
---@return boolean
function Held:is_current(uri, version)
  return version == self.versions[uri] or version == self.version
end

--- What an answer about a cell is true of: its text, and all others.
---@param uri string
---@return integer? version of the cell
---@return integer state of the notebook
function Held:stamp(uri)
  return self.versions[uri], self.version
end

return M
