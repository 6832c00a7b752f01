-- Owns code actions and commands: Neovim gets each action as a command of ours, which resolves it,
-- applies its edit to the cells and runs its own command; must not know menus.

local ask = require('ipynb.lsp.servers.ask')
local capabilities = require('ipynb.lsp.servers.capabilities')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local real = require('ipynb.lsp.servers.real')
local workspace_edit = require('ipynb.lsp.servers.workspace_edit')

local M = {}

---@class ipynb.ChosenAction what an action's command carries
---@field action table the server's
---@field ticks table<integer, integer> the shadows' when it was offered
---@field home? string cell it was asked for
---@field has_usual_kinds boolean kinds of notebooks are not asked for by their name

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
  return ask.one(server, 'workspace/executeCommand', params, on_done)
end

---@param server ipynb.LspServer
---@param document ipynb.LspDocument
---@param chosen ipynb.ChosenAction
---@param action table resolved
---@param respond fun(result: any, err: table?)
local function carry_out(server, document, chosen, action, respond)
  local order = { ticks = chosen.ticks, home = chosen.home }
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
  return ask.one(server, 'codeAction/resolve', chosen.action, function(err, action)
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

--- An action as Neovim gets it.
---@param action any the server's
---@param chosen ipynb.ChosenAction
---@return table? nil: it is none
local function offered(action, chosen)
  if type(action) ~= 'table' or type(action.title) ~= 'string' then
    return nil
  end
  local arguments = { vim.tbl_extend('force', chosen, { action = action }) }
  local kind = action.kind
  if chosen.has_usual_kinds and type(kind) == 'string' then
    kind = kind:gsub('^notebook%.', '')
  end
  return {
    title = action.title,
    kind = kind,
    isPreferred = action.isPreferred,
    disabled = action.disabled,
    command = {
      title = action.title,
      command = capabilities.APPLY_COMMAND,
      arguments = arguments,
    },
  }
end

--- What is done to a whole source has another name where that is a notebook: the usual one, which
--- is what people ask for, means that. (ruff: notebook.source.organizeImports.)
---@param server ipynb.LspServer
---@param only? string[] kinds that are asked for
---@return string[]? only
local function with_notebook_kinds(server, only)
  return only
    and vim.tbl_map(function(kind)
      local is_source = server.texts.knows_cells and vim.startswith(kind, 'source')
      return is_source and 'notebook.' .. kind or kind
    end, only)
end

---@type ipynb.ServerHandler
function M.list(server, document, request, respond)
  local questions = ask.questions(document, request.params)
  for _, question in ipairs(questions) do
    local params = question.params
    local only = with_notebook_kinds(server, (params.context or {}).only)
    params.context = vim.tbl_extend('force', params.context or {}, {
      only = only,
      diagnostics = diagnostics.at(server, question.document.uri, params.range),
    })
  end
  local chosen = {
    ticks = workspace_edit.ticks(server.client.id),
    home = document:code_cell(request.params.range.start.line),
    has_usual_kinds = not vim.iter((request.params.context or {}).only or {}):any(function(kind)
      return vim.startswith(kind, 'notebook.')
    end),
  }
  return ask.each(server, request.method, questions, function(err, answers)
    local actions = {}
    for i = 1, #questions do
      for _, action in ipairs(type(answers[i]) == 'table' and answers[i] or {}) do
        actions[#actions + 1] = offered(action, chosen)
      end
    end
    respond(actions, err)
  end)
end

return M
