-- Owns the in-process client that stands for a language server on a notebook's facade and edit
-- buffers; must not know when servers come and go.
--
-- It has the server's name, so that what users do by name does it here too: filters, key maps on
-- LspAttach, :LspStop. Neovim puts the answers of several servers together as in any file.

local detach = require('ipynb.lsp.detach').detach
local documents = require('ipynb.lsp.servers.document')
local in_process = require('ipynb.lsp.client')
local capabilities = require('ipynb.lsp.servers.capabilities')
local plain = require('ipynb.lsp.servers.plain')
local real = require('ipynb.lsp.servers.real')
local request = require('ipynb.lsp.servers.request')
local transport = require('ipynb.lsp.transport')

local M = {}

---@param server ipynb.LspServer
---@return table<string, function>
local function commands(server)
  local result = {}
  for name, run in pairs(server.client.commands or {}) do
    result[name] = function(command, context)
      local own = { client_id = server.client.id, bufnr = server.nb.shadow }
      return run(command, vim.tbl_extend('force', context or {}, own))
    end
  end
  return result
end

--- Outgoing calls are listed by Neovim 0.12 as places of the buffer that was asked about: they are
--- in the caller's.
---@param server ipynb.LspServer
---@return table<string, lsp.Handler>
local function handlers(server)
  local method = 'callHierarchy/outgoingCalls'
  return {
    [method] = function(err, result, context, ...)
      local item = (context.params or {}).item
      local buf = item and vim.uri_to_bufnr(item.uri) or server.nb.buf
      local shown = vim.tbl_extend('force', context, { bufnr = buf })
      return vim.lsp.handlers[method](err, result, shown, ...)
    end,
  }
end

--- A folder that is no other client's: with it, the one client is not taken for the other.
---@param server ipynb.LspServer
---@return string
local function root_dir(server)
  local config = server.client.config
  local root = type(config.root_dir) == 'string' and config.root_dir
  return (root or vim.fs.dirname(server.nb.path)) .. '/.'
end

---@param server ipynb.LspServer
---@return vim.lsp.Client?
function M.client(server)
  local client = server.proxy_id and vim.lsp.get_client_by_id(server.proxy_id)
  return client and not real.is_stopped(client) and client or nil
end

--- Tells what listens for changes that this client's server knows the text, as Neovim itself does
--- where it sends it: folds, hints, lenses and colours are asked for again. Of buffers in view.
---@param client vim.lsp.Client
local function announce_change(client)
  for buf in pairs(client.attached_buffers) do
    if #vim.fn.win_findbuf(buf) > 0 then
      local version = vim.api.nvim_buf_get_changedtick(buf)
      local document = { uri = vim.uri_from_bufnr(buf), version = version }
      vim.api.nvim_exec_autocmds('LspNotify', {
        buffer = buf,
        modeline = false,
        data = {
          client_id = client.id,
          method = 'textDocument/didChange',
          params = { textDocument = document, contentChanges = {} },
        },
      })
    end
  end
end

---@param server ipynb.LspServer
---@param dispatchers vim.lsp.rpc.Dispatchers
local function set_hooks(server, dispatchers)
  function server.tell(method)
    if M.client(server) then
      dispatchers.server_request(method, nil)
    end
  end
  function server.changed()
    local client = M.client(server)
    if client then
      announce_change(client)
    end
  end
  function server.announce()
    local client = M.client(server)
    if client and plain.is_hidden(server.client) then
      vim.schedule(server.announce)
    elseif client then
      local announced = capabilities.announce(server)
      client.server_capabilities = vim.lsp.protocol.resolve_capabilities(announced) --[[@as any]]
    end
  end
end

---@class ipynb.ProxyLife
---@field on_ready fun() puts it on the buffers that want it, by `follow`
---@field on_exit fun()
---@field on_restart fun() Neovim started it again, as by `:lsp restart`; that one goes

---@param server ipynb.LspServer
---@param life ipynb.ProxyLife
function M.start(server, life)
  local starts = 0
  local service = {
    capabilities = capabilities.announce(server),
    handlers = request.handlers(server),
    buffer_of = function(uri)
      return documents.buffer_of(server.nb, uri)
    end,
    capture = function() end,
  }
  server.proxy_id = in_process.start({
    name = server.name,
    cmd = function(dispatchers)
      starts = starts + 1
      if starts == 1 then
        set_hooks(server, dispatchers)
      end
      return transport.command(service)(dispatchers)
    end,
    root_dir = root_dir(server),
    offset_encoding = 'utf-8',
    commands = commands(server),
    handlers = handlers(server),
    on_exit = vim.schedule_wrap(life.on_exit),
  }, function(client)
    if starts == 1 then
      life.on_ready()
    else
      vim.schedule(function()
        real.stop(client)
        life.on_restart()
      end)
    end
  end)
end

---@param server ipynb.LspServer
---@param buf integer
---@param is_wanted boolean
function M.follow(server, buf, is_wanted)
  local client = M.client(server)
  if client and is_wanted then
    in_process.attach(client, buf)
  elseif client then
    detach(client, buf)
  end
end

---@param server ipynb.LspServer
function M.stop(server)
  local client = M.client(server)
  if client then
    real.stop(client)
  end
end

return M
