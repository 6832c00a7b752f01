-- Owns formatting one cell: it is shown to the server as a document of its own, so that nothing
-- outside of it can be changed; must not know which cells are formatted.

local ask = require('ipynb.lsp.servers.ask')
local real = require('ipynb.lsp.servers.real')

local M = {}

--- Numbers of the documents, the whole mutable state of this module.
local last_no = 0

---@param lines string[]
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string[]
local function edited(lines, edits, encoding)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  -- Fails when a server's edits make no sense.
  local ok, problem = pcall(vim.lsp.util.apply_text_edits, edits, buf, encoding)
  local result = vim.api.nvim_buf_get_lines(buf, 0, -1, true)
  vim.api.nvim_buf_delete(buf, { force = true })
  if not ok then
    error(problem, 0)
  end
  return result
end

---@param nb ipynb.Notebook
---@return string
local function new_uri(nb)
  last_no = last_no + 1
  local stem, extension = vim.api.nvim_buf_get_name(nb.shadow):match('^(.*)%.([^.]*)$')
  return vim.uri_from_fname(('%s.cell%d.%s'):format(stem, last_no, extension))
end

---@param server ipynb.LspServer
---@param uri string
---@param lines string[]
local function open(server, uri, lines)
  real.notify(server.client, 'textDocument/didOpen', {
    textDocument = {
      uri = uri,
      languageId = server.client.get_language_id(server.nb.shadow, server.nb.language),
      version = 0,
      text = table.concat(lines, '\n') .. '\n',
    },
  })
end

--- Servers that never forget a document forget its text: it would be found in searches.
---@param server ipynb.LspServer
---@param uri string
local function close(server, uri)
  real.notify(server.client, 'textDocument/didChange', {
    textDocument = { uri = uri, version = 1 },
    contentChanges = { { text = '' } },
  })
  real.notify(server.client, 'textDocument/didClose', { textDocument = { uri = uri } })
end

---@param server ipynb.LspServer
---@param order ipynb.FormatOrder
---@param cell ipynb.FormatCell
---@param on_done ipynb.FormatDone
---@return fun() cancel
local function run(server, order, cell, on_done)
  local client = server.client
  -- A server that knows cells keeps what is right in them alone: magics, a `;` at the end.
  local own_uri = server.texts:document_of(cell.id, cell.lines)
  local uri, lines = own_uri or new_uri(server.nb), own_uri and cell.lines or cell.hidden
  local range = order.ranges and order.ranges[cell.id]
  local params = { textDocument = { uri = uri }, options = order.options, range = range }
  local method = range and 'textDocument/rangeFormatting' or 'textDocument/formatting'
  if not own_uri then
    open(server, uri, lines)
  end
  local function leave()
    if not own_uri then
      close(server, uri)
    end
  end
  local cancel = ask.one(server, method, params, function(err, edits)
    leave()
    if err or type(edits) ~= 'table' then
      on_done(lines, err and err.message, own_uri ~= nil)
      return
    end
    -- Fails when a server's edits make no sense.
    local ok, result = pcall(edited, lines, edits, client.offset_encoding)
    on_done(ok and result or nil, nil, own_uri ~= nil)
  end)
  return function()
    cancel()
    leave()
  end
end

---@param server ipynb.LspServer
---@return ipynb.Formatter
function M.formatter(server)
  return {
    name = server.name,
    run = function(...)
      return run(server, ...)
    end,
  }
end

return M
