-- Owns what a server says that it wants of notebooks, at its start and later (LSP 3.17,
-- client/registerCapability); must not know clients' lives.

local M = {}

local METHOD = 'notebookDocument/sync'

--- Options of notebook documents (NotebookDocumentSyncOptions).
---@param client vim.lsp.Client
---@param registered table<string, table> by id of the registration
---@return table[]
function M.options(client, registered)
  local all, announced = vim.tbl_values(registered), client.server_capabilities.notebookDocumentSync
  if type(announced) == 'table' then
    table.insert(all, 1, announced)
  end
  return all
end

---@param registered table<string, table>
---@param result { registrations: lsp.Registration[] }
---@return boolean is_about_notebooks
local function register(registered, result)
  local has_any = false
  for _, one in ipairs(result.registrations or {}) do
    if one.method == METHOD and type(one.registerOptions) == 'table' then
      registered[one.id], has_any = one.registerOptions, true
    end
  end
  return has_any
end

---@param registered table<string, table>
---@param result { unregisterations: lsp.Unregistration[] } spelt so by the protocol
---@return boolean is_about_notebooks
local function unregister(registered, result)
  local has_any = false
  for _, one in ipairs(result.unregisterations or {}) do
    has_any = has_any or registered[one.id] ~= nil
    registered[one.id] = nil
  end
  return has_any
end

local NOTES = {
  ['client/registerCapability'] = register,
  ['client/unregisterCapability'] = unregister,
}

--- Handlers of a client that note registrations, and do what is done without them.
---@param config vim.lsp.ClientConfig the user's
---@param on_message fun(client_id: integer, note: fun(registered: table<string, table>): boolean)
---@return table<string, lsp.Handler>
function M.handlers(config, on_message)
  local handlers = vim.tbl_extend('force', {}, config.handlers or {})
  for method, note in pairs(NOTES) do
    local before = handlers[method] or vim.lsp.handlers[method]
    handlers[method] = function(err, result, ctx, ...)
      on_message(ctx.client_id, function(registered)
        return type(result) == 'table' and note(registered, result)
      end)
      return before(err, result, ctx, ...)
    end
  end
  return handlers
end

return M
