-- Owns renaming: the server's edit is applied here, and Neovim told that nothing is left; must not
-- know how edits become cells' text.

local ask = require('ipynb.lsp.servers.ask')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

---@type ipynb.ServerHandler
function M.handle(server, document, request, respond)
  local question = ask.questions(document, request.params)[1]
  if not question then
    respond(workspace_edit.DONE)
    return
  end
  local ticks = workspace_edit.ticks(server.client.id)
  return ask.one(server, request.method, question.params, function(err, result)
    if err or type(result) ~= 'table' then
      respond(nil, err)
      return
    end
    workspace_edit.apply(document, result, { ticks = ticks })
    respond(workspace_edit.DONE)
  end)
end

return M
