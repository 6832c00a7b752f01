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
---@param kind string
---@return boolean
local function is_of_source(kind)
  return vim.startswith(kind, 'source') or vim.startswith(kind, 'notebook.')
end

---@param kind string
---@return string
local function notebook_kind(kind)
  return vim.startswith(kind, 'source') and 'notebook.' .. kind or kind
end

--- A server that knows cells is asked once for what is done to all of them, from wherever.
---@param document ipynb.LspDocument
---@param only? string[] kinds that are asked for
---@return ipynb.LspQuestion?
local function source_question(document, only)
  local kinds = only and vim.tbl_map(notebook_kind, vim.tbl_filter(is_of_source, only))
  local uri = document.texts:uris(0, document.nb.layout:rows())[1]
  if not uri or kinds and #kinds == 0 then
    return nil
  end
  local start = { line = 0, character = 0 }
  return {
    document = document:about(uri),
    params = {
      textDocument = { uri = uri },
      range = { start = start, ['end'] = start },
      context = { only = kinds or { 'notebook.source' }, diagnostics = {} },
    },
  }
end

--- What to ask: about each document of the range, and about the notebook.
---@param server ipynb.LspServer
---@param document ipynb.LspDocument
---@param params table
---@return ipynb.LspQuestion[]
local function questions_of(server, document, params)
  local context, list = params.context or {}, {}
  local only, knows_cells = context.only, server.texts.knows_cells
  local here = knows_cells
      and only
      and vim.tbl_filter(function(kind)
        return not is_of_source(kind)
      end, only)
    or only
  if not here or #here > 0 then
    for _, question in ipairs(ask.questions(document, params)) do
      local reports = diagnostics.at(server, question.document.uri, question.params.range)
      question.params.context =
        vim.tbl_extend('force', context, { only = here, diagnostics = reports })
      list[#list + 1] = question
    end
  end
  list[#list + 1] = knows_cells and source_question(document, only) or nil
  return list
end

---@type ipynb.ServerHandler
function M.list(server, document, request, respond)
  local questions = questions_of(server, document, request.params)
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
