-- Owns a notebook's cells as documents of their own for one server (LSP 3.17, notebook documents);
-- must not know requests.
--
--   text, list of cells, runs ──> noted ──> a moment later, or before a request: one didChange
--
-- What did not change is not looked at, but for the list of cells, when that has changed.

local cell_text = require('ipynb.lsp.servers.texts.cell_text')
local held_cells = require('ipynb.lsp.servers.notebook.held')
local real = require('ipynb.lsp.servers.real')

-- As Neovim's own for other buffers.
local DEBOUNCE_MS = 150

---@class ipynb.CellTexts: ipynb.LspTexts
---@field private nb ipynb.Notebook
---@field private client vim.lsp.Client
---@field private order ipynb.CellTextsOrder
---@field private held? ipynb.Held nil: not told, or closed
---@field private dirty { is_list: boolean, texts: table<string, true>, runs: table<string, table> }
---@field private is_due boolean a change is going to be told
local Texts = {}
Texts.__index = Texts

local M = {}

---@class ipynb.CellTextsOrder
---@field name string of the user's client
---@field filter ipynb.CellFilter
---@field wants_saves boolean
---@field masked? string pattern of lines that the server gets as the shadow has them
---@field knows_cells boolean
---@field on_told fun() the server has been told of a change
---@field on_closed fun(uri: string) a cell is none of the server's documents any more

---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@param order ipynb.CellTextsOrder
---@return ipynb.LspTexts
function M.new(nb, client, order)
  return setmetatable({
    nb = nb,
    client = client,
    order = order,
    is_due = false,
    is_notebook = true,
    knows_cells = order.knows_cells,
  }, Texts)
end

---@private
function Texts:reset()
  self.dirty = { is_list = false, texts = {}, runs = {} }
end

---@private
---@return ipynb.HeldCell[]
function Texts:wanted()
  return cell_text.wanted(self.nb, self.held, self.order)
end

---@private
function Texts:tell_soon()
  if self.is_due then
    return
  end
  self.is_due = true
  local flags = self.client.config.flags or {}
  vim.defer_fn(function()
    self.is_due = false
    self:bring()
  end, flags.debounce_text_changes or DEBOUNCE_MS)
end

--- Opens the notebook for the server.
function Texts:open()
  local sync = self.client.server_capabilities.textDocumentSync
  local kind = type(sync) == 'table' and sync.change or sync
  local is_full = kind == vim.lsp.protocol.TextDocumentSyncKind.Full
  self.held = held_cells.new(self.nb.path, self.client.offset_encoding or 'utf-16', is_full)
  self:reset()
  real.notify(self.client, 'notebookDocument/didOpen', self.held:open(self:wanted()))
  self.nb.text_watchers = self.nb.text_watchers or {}
  self.nb.text_watchers[self] = function(id)
    if id then
      self.dirty.texts[id] = true
    else
      self.dirty.is_list = true
    end
    self:tell_soon()
  end
end

function Texts:bring()
  local dirty, now = self.dirty, { texts = {}, summaries = {} }
  if not self.held or not (dirty.is_list or next(dirty.texts) or next(dirty.runs)) then
    return
  end
  self:reset()
  now.cells, now.summaries = dirty.is_list and self:wanted() or nil, dirty.runs
  for id in pairs(dirty.texts) do
    if self.nb.layout:index(id) then
      now.texts[id] = cell_text.lines(self.nb, self.order.masked, id)
    end
  end
  local params, closed = self.held:change(now)
  for _, uri in ipairs(closed) do
    self.order.on_closed(uri)
  end
  if params then
    real.notify(self.client, 'notebookDocument/didChange', params)
    self.order.on_told()
  end
end

--- A cell has been run.
---@param id string
---@param count? integer
---@param is_ok boolean
function Texts:on_run(id, count, is_ok)
  if self.held and count then
    self.dirty.runs[id] = { executionOrder = count, success = is_ok }
    self:tell_soon()
  end
end

function Texts:on_saved()
  if self.held and self.order.wants_saves then
    self:bring()
    local params = { notebookDocument = { uri = self.held.uri } }
    real.notify(self.client, 'notebookDocument/didSave', params)
  end
end

function Texts:close()
  local held = self.held
  if held then
    self.held = nil
    self.nb.text_watchers[self] = nil
    real.notify(self.client, 'notebookDocument/didClose', held:close())
  end
end

---@private
---@param uri string
---@return ipynb.HeldCell?
function Texts:cell(uri)
  return self.held and self.held:cell(uri)
end

---@param uri string
---@return integer? row nil: it is none of the notebook's
---@return integer rows
function Texts:place(uri)
  local cell = self:cell(uri)
  if not cell or not self.nb.layout:index(cell.id) then
    return nil, 0
  end
  return self.nb.layout:content(cell.id), self.nb.layout:height(cell.id)
end

---@param row integer facade row
---@return string? uri nil: a marker, or a cell that the server does not want
function Texts:uri_at(row)
  local id = self.nb.layout:at(row)
  local cell = id and self.held and self.held.by_id[id]
  if not cell then
    return nil
  end
  local first, end_row = self.nb.layout:content(id)
  return row >= first and row < end_row and cell.uri or nil
end

---@param row integer facade row
---@param last integer facade row
---@return string[] uris top to bottom
function Texts:uris(row, last)
  local _, index = self.nb.layout:at(row)
  local uris = {}
  while index do
    local id = self.nb.layout:id_at(index)
    local cell = id and self.held and self.held.by_id[id]
    if not id or self.nb.layout:content(id) > last then
      break
    end
    uris[#uris + 1] = cell and cell.uri or nil
    index = index + 1
  end
  return uris
end

---@param cell_id string
---@param lines string[]
---@return string? uri of the document that has this text; nil: none has
function Texts:document_of(cell_id, lines)
  self:bring()
  local cell = self.held and self.held.by_id[cell_id]
  return cell and vim.deep_equal(cell.lines, lines) and cell.uri or nil
end

---@param row integer facade row
---@return string line as the server has it
function Texts:line(row)
  return cell_text.line(self.nb, self.order.masked, row)
end

---@param row integer facade row
---@param end_row integer
---@return string[]
function Texts:lines(row, end_row)
  local lines = {}
  for at = row, end_row - 1 do
    lines[#lines + 1] = self:line(at)
  end
  return lines
end

---@param cell_id string
---@return boolean
function Texts:is_altered(cell_id)
  return cell_text.is_altered(self.nb, self.order.masked, cell_id)
end

--- What is said of a cell is little: it is read again.
---@return fun(cell_id: string): boolean
function Texts:unchanged()
  return function()
    return false
  end
end

---@param uri string
---@param version integer
---@return boolean
function Texts:is_current(uri, version)
  local cell = self:cell(uri)
  return cell ~= nil and self.held:is_current(cell.uri, version)
end

---@param uri string
---@return integer? version
---@return integer? state
function Texts:stamp(uri)
  if self.held then
    return self.held:stamp(uri)
  end
end

return M
