-- Owns what a server says of the notebook's documents without being asked: it goes to the notebook,
-- all else to where it went before; must not know how it is shown.
--
-- `handlers` of a client is where Neovim lets each client have its own (:h lsp-handler).

local diagnostics = require('ipynb.lsp.servers.diagnostics')
local document = require('ipynb.lsp.servers.document')
local kept = require('ipynb.lsp.servers.kept')
local notebook = require('ipynb.notebook')
local pull = require('ipynb.lsp.servers.pull')
local siblings = require('ipynb.lsp.servers.siblings')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

--- Clients whose messages come here, the whole mutable state of this module.
---@type table<integer, true>
local seen = {}

local PULL = 'textDocument/diagnostic'
-- Names of edit buffers begin so.
local EDIT_SCHEME = 'ipynb://'

--- Refreshes that Neovim does for the buffers of a client; the notebook's are ours.
local REFRESHES = {
  'workspace/codeLens/refresh',
  'workspace/foldingRange/refresh',
  'workspace/inlayHint/refresh',
  'workspace/semanticTokens/refresh',
}

---@param uri string
---@return boolean
local function is_shadow(uri)
  return vim.iter(pairs(notebook.all())):any(function(_, nb)
    return uri == vim.uri_from_bufnr(nb.shadow)
  end)
end

--- Takes what is said of a shadow by a client that does not serve it: not yet, so that it is kept
--- until then, or not any more, as it has the notebook's cells.
---@param client_id integer
---@param uri string
---@param reported lsp.Diagnostic[]
---@return boolean is_taken
local function take_early(client_id, uri, reported)
  for _, nb in pairs(notebook.all()) do
    if nb.servers and uri == vim.uri_from_bufnr(nb.shadow) then
      nb.early_reports = nb.early_reports or {}
      nb.early_reports[client_id] = not nb.servers[client_id] and reported or nil
      return true
    end
  end
  return false
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

--- Errors come as no result, and only where they are not for the user.
---@alias ipynb.Interceptor fun(client_id: integer, result: any, ctx: table): boolean, any

---@type table<string, ipynb.Interceptor>
local interceptors = {}

interceptors['textDocument/publishDiagnostics'] = function(client_id, result)
  local server = type(result) == 'table' and siblings.server_of(client_id, result.uri)
  if server then
    diagnostics.take(server, result.uri, 'pushed', result.diagnostics or {})
    return true
  end
  -- Cells that are formatted, and edit buffers that a client came to, are documents for a moment;
  -- some servers read notebooks from disk themselves.
  local uri = type(result) == 'table' and tostring(result.uri) or ''
  return take_early(client_id, uri, type(result) == 'table' and result.diagnostics or {})
    or siblings.is_cell(uri) -- gone by now
    or vim.startswith(uri, EDIT_SCHEME)
    or document.is_hidden(uri)
end

--- Neovim asks of the shadow, too, when it comes to be.
interceptors[PULL] = function(client_id, result, ctx)
  local about = (ctx.params or {}).textDocument or {}
  local server = siblings.server_of(client_id, about.uri)
  if server and type(result) == 'table' and type(result.items) == 'table' then
    diagnostics.take(server, about.uri, 'pulled', result.items)
  end
  local uri = tostring(about.uri)
  return server ~= nil or is_shadow(uri) or vim.startswith(uri, EDIT_SCHEME)
end

--- Applies an edit that is of notebooks, maybe among other files.
---@param client_id integer
---@param edit any
---@return boolean is_ours
---@return boolean? ok
---@return string? problem
local function apply(client_id, edit)
  for _, uri in ipairs(type(edit) == 'table' and uris_of(edit) or {}) do
    local server = siblings.server_of(client_id, uri)
    local asked = server and document.new(server, server.nb.buf)
    if asked then
      return true, workspace_edit.apply(asked, edit, {})
    end
  end
  return false
end

interceptors['workspace/applyEdit'] = function(client_id, result)
  local is_ours, ok, problem = apply(client_id, type(result) == 'table' and result.edit)
  return is_ours, { applied = ok, failureReason = problem }
end

--- Renamed in another file, by the user's own client.
interceptors['textDocument/rename'] = function(client_id, result)
  return (apply(client_id, result))
end

interceptors['window/showDocument'] = function(client_id, result)
  local server = type(result) == 'table' and siblings.server_of(client_id, result.uri)
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
  siblings.each(client_id, pull.ask)
  return false
end

for _, name in ipairs({ 'client/registerCapability', 'client/unregisterCapability' }) do
  interceptors[name] = function(client_id)
    vim.schedule(function()
      siblings.each(client_id, function(server)
        server.announce()
        pull.ask(server)
      end)
    end)
    return false
  end
end

for _, name in ipairs(REFRESHES) do
  interceptors[name] = function(client_id)
    siblings.each(client_id, function(server)
      kept.doubt(server, name)
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
        if not err or name == PULL then
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
