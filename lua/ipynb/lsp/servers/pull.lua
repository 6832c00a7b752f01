-- Owns asking for diagnostics where a server waits for that; must not know what they say.
--
-- Neovim asks for visible buffers only, and the shadow never is one.

local diagnostics = require('ipynb.lsp.servers.diagnostics')
local real = require('ipynb.lsp.servers.real')

local M = {}

local METHOD = 'textDocument/diagnostic'
local SERVER_CANCELLED = -32802
local RETRY_MS = 500

--- Asks now; an answer that is still out is not waited for.
---@param server ipynb.LspServer
function M.ask(server)
  local client, buf = server.client, server.nb.shadow
  if server.is_ended or server.texts.is_notebook or not vim.api.nvim_buf_is_valid(buf) then
    return
  end
  if not real.supports(client, METHOD, buf) then
    return
  end
  if server.cancel_pull then
    server.cancel_pull()
  end
  local provider = client.server_capabilities.diagnosticProvider
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buf) },
    identifier = type(provider) == 'table' and provider.identifier or nil,
  }
  server.cancel_pull = real.request(client, METHOD, params, buf, function(err, result)
    server.cancel_pull = nil
    if err and err.code == SERVER_CANCELLED then
      vim.defer_fn(function()
        M.ask(server)
      end, RETRY_MS)
    elseif type(result) == 'table' and type(result.items) == 'table' then
      diagnostics.take(server, params.textDocument.uri, 'pulled', result.items)
    end
  end)
end

return M
