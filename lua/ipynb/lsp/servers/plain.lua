-- Owns the user's own clients that come to facade or edit buffers, as by a FileType autocommand:
-- they belong on the shadow, and what stands for them is there already; must not know what any
-- server is asked.
--
--   'filetype' of a float is set ─> a client comes ─> it goes in the same moment, if it runs and
--                                                     nothing has been asked of it
--                                                 └─> else when it has answered

local detach_client = require('ipynb.lsp.detach').detach
local instance = require('ipynb.lsp.servers.notebook.instance')
local notebook = require('ipynb.notebook')
local real = require('ipynb.lsp.servers.real')

local M = {}

---@class ipynb.HiddenAbilities
---@field providers table<string, any> as the server announced them
---@field count integer buffers that the client has left in this moment

--- Abilities hidden for a moment, by client, the whole mutable state of this module.
---@type table<integer, ipynb.HiddenAbilities>
local hidden = {}

local IDLE_POLL_MS, IDLE_TRIES = 20, 100

--- What Neovim begins by itself a moment after LspAttach, attached or not.
local BEGUN = {
  codeLensProvider = 'textDocument/codeLens',
  colorProvider = 'textDocument/documentColor',
  foldingRangeProvider = 'textDocument/foldingRange',
  inlineCompletionProvider = 'textDocument/inlineCompletion',
  semanticTokensProvider = 'textDocument/semanticTokens/full',
}

---@param buf integer
---@param client vim.lsp.Client
---@return boolean
local function has_pending(buf, client)
  for _, request in pairs(client.requests) do
    if request.bufnr == buf and request.type == 'pending' then
      return true
    end
  end
  return false
end

---@param buf integer
---@param client vim.lsp.Client
local function cancel_pending(buf, client)
  for id, request in pairs(client.requests) do
    if request.bufnr == buf and request.type == 'pending' then
      real.cancel(client, id)
    end
  end
end

---@param buf integer
---@param client vim.lsp.Client
local function take_off(buf, client)
  detach_client(client, buf)
  for _, is_pull in ipairs({ false, true }) do
    vim.diagnostic.reset(vim.lsp.diagnostic.get_namespace(client.id, is_pull), buf)
  end
  local nb = notebook.get(buf)
  for _, server in pairs(nb and nb.servers or {}) do
    server.changed() -- what Neovim has asked of both may have been dropped
  end
  if not next(client.attached_buffers) and not instance.has(client.id) then
    real.stop(client)
  end
end

--- Takes a client from a buffer, when it has answered: the handlers of Neovim fail on an answer
--- for a client that is not attached any more. One that then has no buffer is not needed.
---@param buf integer
---@param client vim.lsp.Client
---@param tries? integer
function M.detach(buf, client, tries)
  tries = tries or IDLE_TRIES
  if not vim.api.nvim_buf_is_valid(buf) or not vim.lsp.buf_is_attached(buf, client.id) then
    return
  elseif tries > 0 and has_pending(buf, client) then
    vim.defer_fn(function()
      M.detach(buf, client, tries - 1)
    end, IDLE_POLL_MS)
    return
  end
  take_off(buf, client)
end

--- Whether a client is one of the user's that belongs on the shadow.
---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@return boolean is_plain
---@return boolean is_known its server serves the notebook
local function is_plain(nb, client)
  local is_own, is_known = client.id == nb.lsp_client_id, false
  for _, server in pairs(nb.servers) do
    is_own = is_own or server.proxy_id == client.id
    is_known = is_known or server.name == client.name
  end
  local has_name = vim.list_contains(client.config.filetypes or {}, nb.language) or is_known
  return has_name and not is_own, is_known
end

--- Lets Neovim 0.12 begin no tokens in a buffer for a moment.
---@param buf integer
---@return fun() restore
local function without_tokens(buf)
  local tokens = vim.lsp.semantic_tokens
  local is_enabled = tokens.enable and tokens.is_enabled({ bufnr = buf })
  if is_enabled then
    tokens.enable(false, { bufnr = buf })
  end
  return function()
    if is_enabled and vim.api.nvim_buf_is_valid(buf) then
      tokens.enable(true, { bufnr = buf })
    end
  end
end

--- Tokens of other buffers may come meanwhile, for which the legend is read; 0.12 takes a provider
--- with a legend for able.
---@param provider any
---@return any
local function legend_of(provider)
  if vim.lsp.semantic_tokens.enable then
    return provider
  end
  return type(provider) == 'table' and { legend = provider.legend } or nil
end

--- Hides what Neovim would begin: it finds that the server cannot do it (:h lsp-semantic_tokens).
---@param client vim.lsp.Client
---@param buf integer
---@return ipynb.HiddenAbilities? abilities nil: it is able all the same, having registered later
local function hide(client, buf)
  local announced, providers = client.server_capabilities, {}
  for name in pairs(BEGUN) do
    providers[name], announced[name] = announced[name], nil
  end
  local is_able = vim.iter(pairs(BEGUN)):any(function(_, method)
    return real.supports(client, method, buf)
  end)
  if is_able then
    for name, provider in pairs(providers) do
      announced[name] = provider
    end
    return nil
  end
  announced.semanticTokensProvider = legend_of(providers.semanticTokensProvider)
  return { providers = providers, count = 0 }
end

---@param client vim.lsp.Client
---@param abilities ipynb.HiddenAbilities
local function show_again(client, abilities)
  abilities.count = abilities.count - 1
  if abilities.count == 0 then
    hidden[client.id] = nil
    for name, provider in pairs(abilities.providers) do
      client.server_capabilities[name] = provider
    end
  end
end

--- Whether a client's abilities are not to be read now.
---@param client vim.lsp.Client
---@return boolean
function M.is_hidden(client)
  return hidden[client.id] ~= nil
end

--- Lets go a client that has just come, before anything can be asked of it.
---@param buf integer
---@param client vim.lsp.Client
local function detach_now(buf, client)
  local abilities = hidden[client.id] or hide(client, buf)
  if not abilities then
    return
  end
  hidden[client.id] = abilities
  abilities.count = abilities.count + 1
  local restore_tokens = without_tokens(buf)
  vim.schedule(function() -- after Neovim
    show_again(client, abilities)
    restore_tokens()
  end)
  cancel_pending(buf, client)
  take_off(buf, client)
end

--- Takes off at once what has come to an edit buffer with its filetype.
---@param nb ipynb.Notebook
---@param buf integer
function M.leave(nb, buf)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buf })) do
    local is_plain_one, is_known = is_plain(nb, client)
    if is_plain_one and is_known then
      detach_now(buf, client)
    end
  end
end

--- A client of the user's has come to the facade or to an edit buffer.
---@param nb ipynb.Notebook
---@param buf integer
---@param client vim.lsp.Client
function M.move(nb, buf, client)
  local is_plain_one, is_known = is_plain(nb, client)
  if not is_plain_one then
    return
  end
  local on_shadow = { bufnr = nb.shadow, name = client.name }
  if not is_known and #vim.lsp.get_clients(on_shadow) == 0 then
    vim.lsp.buf_attach_client(nb.shadow, client.id)
  end
  M.detach(buf, client)
end

return M
