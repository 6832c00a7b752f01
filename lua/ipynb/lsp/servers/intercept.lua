-- Owns what a server says of the notebook's documents without being asked: it goes to the notebook,
-- all else to where it went before; must not know how it is shown.
--
-- `handlers` of a client is where Neovim lets each client have its own (:h lsp-handler).

local diagnostics = require('ipynb.lsp.servers.diagnostics')
local document = require('ipynb.lsp.servers.document')
local notebook = require('ipynb.notebook')
local pull = require('ipynb.lsp.servers.pull')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

--- Clients whose messages come here, the whole mutable state of this module.
---@type table<integer, true>
local seen = {}

-- Names of edit buffers begin so.
local EDIT_SCHEME = 'ipynb://'
-- Those of cells: these are gone by now.
local CELL_SCHEME = 'vscode-notebook-cell:'

--- Refreshes that Neovim does for the buffers of a client; the notebook's are ours.
local REFRESHES = {
  'workspace/codeLens/refresh',
  'workspace/foldingRange/refresh',
  'workspace/inlayHint/refresh',
  'workspace/semanticTokens/refresh',
}

---@param client_id integer
---@param uri any
---@return ipynb.LspServer?
local function server_of(client_id, uri)
  for _, nb in pairs(notebook.all()) do
    local server = nb.servers and nb.servers[client_id]
    if server and type(uri) == 'string' and server.texts:place(uri) then
      return server
    end
  end
end

--- Whether a server that has the notebook's cells saw its shadow before.
---@param client_id integer
---@param uri string
---@return boolean
local function is_shadow(client_id, uri)
  return vim.iter(pairs(notebook.all())):any(function(_, nb)
    local is_served = nb.servers and nb.servers[client_id]
    return is_served and uri == vim.uri_from_bufnr(nb.shadow)
  end)
end

---@param client_id integer
---@param visit fun(server: ipynb.LspServer)
local function each_server(client_id, visit)
  for _, nb in pairs(notebook.all()) do
    if nb.servers and nb.servers[client_id] then
      visit(nb.servers[client_id])
    end
  end
end

---@param edit lsp.WorkspaceEdit
---@return string[] uris
local function uris_of(edit)
  local uris = vim.tbl_keys(edit.changes or {})
  for _, change in ipairs(edit.documentChanges or {}) do
    uris[#uris + 1] = change.textDocument and change.textDocument.uri
  end
  return uris
end

---@alias ipynb.Interceptor fun(client_id: integer, result: any, ctx: table): boolean, any

---@type table<string, ipynb.Interceptor>
local interceptors = {}

interceptors['textDocument/publishDiagnostics'] = function(client_id, result)
  local server = type(result) == 'table' and server_of(client_id, result.uri)
  if server then
    diagnostics.take(server, result.uri, 'pushed', result.diagnostics or {})
    return true
  end
  -- Cells that are formatted, and edit buffers that a client came to, are documents for a moment;
  -- some servers read notebooks from disk themselves.
  local uri = type(result) == 'table' and tostring(result.uri) or ''
  return uri:match('%.ipynb%.cell%d+%.') ~= nil
    or is_shadow(client_id, uri)
    or vim.startswith(uri, CELL_SCHEME)
    or vim.startswith(uri, EDIT_SCHEME)
    or document.is_notebook_file(uri)
end

interceptors['textDocument/diagnostic'] = function(client_id, result, ctx)
  local about = (ctx.params or {}).textDocument or {}
  local server = server_of(client_id, about.uri)
  if server and type(result) == 'table' and type(result.items) == 'table' then
    diagnostics.take(server, about.uri, 'pulled', result.items)
  end
  return server ~= nil or vim.startswith(tostring(about.uri), EDIT_SCHEME)
end

interceptors['workspace/applyEdit'] = function(client_id, result)
  for _, uri in ipairs(type(result) == 'table' and uris_of(result.edit) or {}) do
    local server = server_of(client_id, uri)
    local asked = server and document.new(server, server.nb.buf)
    if asked then
      local ok, problem = workspace_edit.apply(asked, result.edit, {})
      return true, { applied = ok, failureReason = problem }
    end
  end
  return false
end

interceptors['window/showDocument'] = function(client_id, result)
  local server = type(result) == 'table' and server_of(client_id, result.uri)
  local asked = server and document.new(server, server.nb.buf)
  if not asked then
    return false
  end
  local range = result.selection
  local start = range and range.start or { line = 0, character = 0 }
  local at = asked:to_facade(start, result.uri)
  local location = { uri = asked.facade_uri, range = { start = at, ['end'] = at } }
  local ok = vim.lsp.util.show_document(location, 'utf-8', { focus = result.takeFocus ~= false })
  return true, { success = ok or false }
end

interceptors['workspace/diagnostic/refresh'] = function(client_id)
  each_server(client_id, pull.ask)
  return false
end

for _, name in ipairs({ 'client/registerCapability', 'client/unregisterCapability' }) do
  interceptors[name] = function(client_id)
    vim.schedule(function()
      each_server(client_id, function(server)
        server.announce()
        pull.ask(server)
      end)
    end)
    return false
  end
end

for _, name in ipairs(REFRESHES) do
  interceptors[name] = function(client_id)
    each_server(client_id, function(server)
      server.tell(name)
    end)
    return false
  end
end

--- Lets a client's messages come here first. Once for each client.
---@param client vim.lsp.Client
function M.watch(client)
  if seen[client.id] then
    return
  end
  seen[client.id] = true
  for name, intercept in pairs(interceptors) do
    local before = client.handlers[name]
    if before or vim.lsp.handlers[name] then
      client.handlers[name] = function(err, result, ctx, ...)
        local is_ours, answer = false, nil
        if not err then
          is_ours, answer = intercept(client.id, result, ctx)
        end
        if is_ours then
          return answer == nil and vim.NIL or answer
        end
        return (before or vim.lsp.handlers[name])(err, result, ctx, ...)
      end
    end
  end
end

return M
