-- Owns renaming: the server's edit is applied here, and Neovim told that nothing is left; must not
-- know how edits become cells' text.

local real = require('ipynb.lsp.servers.real')
local translate = require('ipynb.lsp.servers.translate')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

---@type ipynb.ServerHandler
function M.handle(server, document, request, respond)
  local nb = server.nb
  local sent = translate.to_server(document, request.params)
  local tick = vim.api.nvim_buf_get_changedtick(nb.shadow)
  return real.request(server.client, request.method, sent, nb.shadow, function(err, result)
    if err or type(result) ~= 'table' then
      respond(nil, err)
      return
    end
    workspace_edit.apply(document, result, { tick = tick })
    respond(workspace_edit.DONE)
  end)
end

return M
