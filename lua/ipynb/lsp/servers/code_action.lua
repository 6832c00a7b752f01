-- Owns code actions and commands: Neovim gets each action as a command of ours, which resolves it,
-- applies its edit to the cells and runs its own command; must not know menus.

local capabilities = require('ipynb.lsp.servers.capabilities')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local real = require('ipynb.lsp.servers.real')
local translate = require('ipynb.lsp.servers.translate')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

---@class ipynb.ChosenAction what an action's command carries
---@field action table the server's
---@field tick integer the shadow's when it was offered
---@field home? string cell it was asked for

---@param server ipynb.LspServer
---@param command { command: string, arguments: any[]? }
---@param on_done fun(err: table?, result: any)
---@return fun()?
local function run_command(server, command, on_done)
  local client = server.client
  local own = (client.commands or {})[command.command] or vim.lsp.commands[command.command]
  if own then
    own(command, { client_id = client.id, bufnr = server.nb.shadow, method = '' })
    on_done(nil, nil)
    return
  end
  local params = { command = command.command, arguments = command.arguments }
  return real.request(client, 'workspace/executeCommand', params, server.nb.shadow, on_done)
end

---@param server ipynb.LspServer
---@param document ipynb.LspDocument
---@param chosen ipynb.ChosenAction
---@param action table resolved
---@param respond fun(result: any, err: table?)
local function carry_out(server, document, chosen, action, respond)
  local order = { tick = chosen.tick, home = chosen.home }
  if type(action.edit) == 'table' and not workspace_edit.apply(document, action.edit, order) then
    respond(nil)
    return
  end
  local command = action.command
  if type(command) == 'string' then
    command = action
  end
  if type(command) ~= 'table' then
    respond(nil)
    return
  end
  run_command(server, command, function(err)
    respond(nil, err)
  end)
end

---@param client vim.lsp.Client
---@param action table
---@param buf integer
---@return boolean
local function must_be_resolved(client, action, buf)
  return action.edit == nil
    and type(action.command) ~= 'string'
    and real.supports(client, 'codeAction/resolve', buf)
end

---@param server ipynb.LspServer
---@param document ipynb.LspDocument
---@param chosen ipynb.ChosenAction
---@param respond fun(result: any, err: table?)
---@return fun()?
local function apply(server, document, chosen, respond)
  local buf = server.nb.shadow
  if not must_be_resolved(server.client, chosen.action, buf) then
    carry_out(server, document, chosen, chosen.action, respond)
    return
  end
  return real.request(server.client, 'codeAction/resolve', chosen.action, buf, function(err, action)
    if err or type(action) ~= 'table' then
      respond(nil, err)
      return
    end
    carry_out(server, document, chosen, action, respond)
  end)
end

---@type ipynb.ServerHandler
function M.execute(server, document, request, respond)
  local params = request.params
  if params.command == capabilities.APPLY_COMMAND then
    return apply(server, document, params.arguments[1], respond)
  end
  return run_command(server, params, function(err, result)
    respond(result, err)
  end)
end

---@type ipynb.ServerHandler
function M.list(server, document, request, respond)
  local nb, params = server.nb, request.params
  local home = document:code_cell(params.range.start.line)
  local sent = translate.to_server(document, params)
  sent.context = vim.tbl_extend('force', params.context or {}, {
    diagnostics = diagnostics.at(server, sent.range),
  })
  local tick = vim.api.nvim_buf_get_changedtick(nb.shadow)
  return real.request(server.client, request.method, sent, nb.shadow, function(err, result)
    local actions = {}
    for _, action in ipairs(type(result) == 'table' and result or {}) do
      if type(action) == 'table' and type(action.title) == 'string' then
        actions[#actions + 1] = {
          title = action.title,
          kind = action.kind,
          isPreferred = action.isPreferred,
          disabled = action.disabled,
          command = {
            title = action.title,
            command = capabilities.APPLY_COMMAND,
            arguments = { { action = action, tick = tick, home = home } },
          },
        }
      end
    end
    respond(actions, err)
  end)
end

return M
