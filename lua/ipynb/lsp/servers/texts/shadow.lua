-- Owns the shadow as the one document that a server has of a notebook: row N of the facade is row N
-- there; must not know requests.

local real = require('ipynb.lsp.servers.real')

--- The documents that a server has of a notebook.
---@class ipynb.LspTexts
---@field is_notebook boolean the server knows that they are cells
---@field knows_cells boolean it says nothing of a cell that is only true of a file
---@field place fun(self: ipynb.LspTexts, uri: string): integer?, integer facade row, rows
---@field uri_at fun(self: ipynb.LspTexts, row: integer): string? of the document at a facade row
---@field uris fun(self: ipynb.LspTexts, row: integer, last: integer): string[] top to bottom
---@field document_of fun(self: ipynb.LspTexts, cell_id: string, lines: string[]): string?
---@field line fun(self: ipynb.LspTexts, row: integer): string as the server has it, by facade row
---@field lines fun(self: ipynb.LspTexts, row: integer, end_row: integer): string[] that exist
---@field is_altered fun(self: ipynb.LspTexts, cell_id: string): boolean not as the user has it
---@field is_current fun(self: ipynb.LspTexts, uri: string, version: integer): boolean
---@field stamp fun(self: ipynb.LspTexts, uri: string): integer?, integer? of cell and notebook
---@field unchanged fun(self: ipynb.LspTexts): fun(cell_id: string): boolean since the last call
---@field bring fun(self: ipynb.LspTexts) tells the server what it has not been told yet
---@field on_saved fun(self: ipynb.LspTexts)
---@field on_run fun(self: ipynb.LspTexts, cell_id: string, count: integer?, is_ok: boolean)
---@field close fun(self: ipynb.LspTexts) the server has none of them any more

---@class ipynb.ShadowTexts: ipynb.LspTexts
---@field package nb ipynb.Notebook
---@field package client vim.lsp.Client
---@field package changed? { is_list: boolean, cells: table<string, true> } since that was asked for
---@field package masked table<string, true> then
local Texts = {}
Texts.__index = Texts

local M = {}

---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@return ipynb.LspTexts
function M.new(nb, client)
  return setmetatable({ nb = nb, client = client, is_notebook = false, knows_cells = false }, Texts)
end

---@return string
function Texts:uri()
  return vim.uri_from_bufnr(self.nb.shadow)
end

--- Servers may spell the URI otherwise than Neovim.
---@param uri string
---@return integer? row nil: it is none of the notebook's
---@return integer rows
function Texts:place(uri)
  local own = self:uri()
  local is_own = uri == own
  if not is_own and uri:sub(1, 5) == 'file:' and uri:sub(-3) == own:sub(-3) then
    is_own = vim.uri_to_fname(uri) == vim.api.nvim_buf_get_name(self.nb.shadow)
  end
  return is_own and 0 or nil, vim.api.nvim_buf_line_count(self.nb.shadow)
end

---@return string uri
function Texts:uri_at()
  return self:uri()
end

---@return string[]
function Texts:uris()
  return { self:uri() }
end

---@param row integer facade row
---@return string line as the server has it
function Texts:line(row)
  return vim.api.nvim_buf_get_lines(self.nb.shadow, row, row + 1, false)[1] or ''
end

---@param row integer facade row
---@param end_row integer
---@return string[]
function Texts:lines(row, end_row)
  return vim.api.nvim_buf_get_lines(self.nb.shadow, row, end_row, false)
end

---@param cell_id string
---@return boolean
function Texts:is_altered(cell_id)
  return self.nb.masked ~= nil and self.nb.masked[cell_id] == true
end

--- Servers that count no versions say 0.
---@param _ string
---@param version integer
---@return boolean
function Texts:is_current(_, version)
  return version <= 0 or version == vim.api.nvim_buf_get_changedtick(self.nb.shadow)
end

function Texts:on_saved()
  if real.supports(self.client, 'textDocument/didSave', self.nb.shadow) then
    real.notify(self.client, 'textDocument/didSave', { textDocument = { uri = self:uri() } })
  end
end

---@private
---@return boolean
function Texts:has_other_magics()
  local now = self.nb.masked or {}
  return vim.iter(pairs(self.changed.cells)):any(function(id)
    return now[id] or self.masked[id]
  end)
end

--- What is true of a cell may depend on the magics of all.
---@return fun(cell_id: string): boolean
function Texts:unchanged()
  local nb, changed = self.nb, self.changed
  local is_known = changed and not changed.is_list and not self:has_other_magics()
  local now = { is_list = false, cells = {} }
  self.changed, self.masked = now, vim.tbl_extend('force', {}, nb.masked or {})
  nb.text_watchers = nb.text_watchers or {}
  nb.text_watchers[self] = function(id)
    now.is_list = now.is_list or id == nil
    now.cells[id or ''] = true
  end
  return function(cell_id)
    return is_known and not changed.cells[cell_id] or false
  end
end

--- Neovim itself tells a server of a buffer's changes before each request, and of its end.
function Texts:bring() end

function Texts:close()
  if self.nb.text_watchers then
    self.nb.text_watchers[self] = nil
  end
end

--- A file's text is not run, and no document is a cell's alone.
function Texts:on_run() end
function Texts:document_of() end
function Texts:stamp() end

return M
