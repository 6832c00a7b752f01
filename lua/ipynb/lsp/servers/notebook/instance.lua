-- Owns the clients that speak of notebook documents: a server hears at its start whether its client
-- does, so it is started anew from the configuration of the user's own client; must not know what
-- is said.
--
-- One serves all notebooks of its root, and ends a while after the last of them. It has the name
-- of the user's, so that Neovim takes it where it would start another for an edit buffer.

local intercept = require('ipynb.lsp.servers.intercept')
local real = require('ipynb.lsp.servers.real')
local registration = require('ipynb.lsp.servers.notebook.registration')

local M = {}

-- A notebook that is opened soon after finds it running, not ending.
local STOP_DELAY_MS = 1000
-- So long a server may take to register what it did not announce.
local REGISTER_MS = 2000

---@class ipynb.Instance
---@field client_id integer
---@field key string
---@field is_ready boolean
---@field registered table<string, table> options of notebook documents, by id of the registration
---@field users table<ipynb.Notebook, ipynb.InstanceUser>

---@class ipynb.InstanceUser
---@field on_sync fun(client: vim.lsp.Client, options: table[]) the server wants notebooks, so
---@field on_end fun() it has ended, or wants none

-- The whole mutable state of this module: instances by client, and by key who used one that ended.
---@type table<integer, ipynb.Instance>
local instances = {}
---@type table<string, table<ipynb.Notebook, ipynb.InstanceUser>>
local former_users = {}

---@param client_id integer
---@param key string
---@return ipynb.Instance
local function add(client_id, key)
  local client = vim.lsp.get_client_by_id(client_id)
  local instance =
    { client_id = client_id, key = key, is_ready = false, registered = {}, users = {} }
  instances[client_id] = instance
  if client then
    intercept.watch(client)
  end
  return instance
end

---@param config vim.lsp.ClientConfig
---@return lsp.ClientCapabilities
local function capabilities(config)
  local own = config.capabilities or vim.lsp.protocol.make_client_capabilities()
  own = vim.deepcopy(own)
  own.notebookDocument = {
    synchronization = { dynamicRegistration = true, executionSummarySupport = true },
  }
  return own
end

--- Servers that may be asked for diagnostics say them twice, or not at all for cells.
---@param own lsp.ClientCapabilities all that is sent: Neovim adds its own where a client has none
local function drop_pull(own)
  if own.textDocument then
    own.textDocument.diagnostic = nil
  end
  if own.workspace then
    own.workspace.diagnostics = nil
  end
end

---@param instance ipynb.Instance
---@param users table<ipynb.Notebook, ipynb.InstanceUser>
local function tell(instance, users)
  local client = vim.lsp.get_client_by_id(instance.client_id)
  local wanted = client and registration.options(client, instance.registered) or {}
  for nb, user in pairs(vim.tbl_extend('force', {}, users)) do
    if client and #wanted > 0 then
      user.on_sync(client, wanted)
    else
      user.on_end()
      M.release(nb, instance.client_id)
    end
  end
end

--- As `tell`; a server that has announced nothing is given time.
---@param instance ipynb.Instance
---@param users table<ipynb.Notebook, ipynb.InstanceUser>
local function tell_ready(instance, users)
  local client = vim.lsp.get_client_by_id(instance.client_id)
  if not client or #registration.options(client, instance.registered) > 0 then
    tell(instance, users)
    return
  end
  vim.defer_fn(function()
    if #registration.options(client, instance.registered) == 0 then
      tell(instance, users)
    end
  end, REGISTER_MS)
end

---@param callback any the user's: a function, or a list of them
---@param ... any
local function call(callback, ...)
  for _, one in ipairs(type(callback) == 'table' and callback or { callback }) do
    one(...)
  end
end

--- A server has registered something, or takes it back.
---@param client_id integer
---@param note fun(registered: table<string, table>): boolean
local function on_registration(client_id, note)
  local instance = instances[client_id]
  if instance and note(instance.registered) and instance.is_ready then
    vim.schedule(function()
      tell(instance, instance.users)
    end)
  end
end

---@param config vim.lsp.ClientConfig the user's
---@param key string
---@return vim.lsp.ClientConfig
local function own_config(config, key)
  return vim.tbl_extend('force', config, {
    capabilities = capabilities(config),
    handlers = registration.handlers(config, on_registration),
    before_init = function(params, ...)
      call(config.before_init, params, ...)
      drop_pull(params.capabilities)
    end,
    on_init = function(client, result)
      call(config.on_init, client, result)
      vim.schedule(function()
        local instance = instances[client.id]
        if not instance then -- Neovim has started it again, as by `:lsp restart`
          instance = add(client.id, key)
          instance.users, former_users[key] = former_users[key] or {}, nil
        end
        instance.is_ready = true
        tell_ready(instance, instance.users)
      end)
    end,
    on_exit = function(code, signal, client_id)
      call(config.on_exit, code, signal, client_id)
      vim.schedule(function()
        local instance = instances[client_id]
        instances[client_id] = nil
        former_users[key] = instance and instance.users
        for _, user in pairs(instance and vim.tbl_extend('force', {}, instance.users) or {}) do
          user.on_end()
        end
      end)
    end,
  })
end

---@param config vim.lsp.ClientConfig
---@return integer? client_id
local function start(config)
  if vim.fn.has('nvim-0.11') == 1 then
    local function reuse_none()
      return false
    end
    return vim.lsp.start(config, { attach = false, reuse_client = reuse_none })
  end
  return (vim.lsp.start_client(config))
end

---@param key string
---@return ipynb.Instance?
local function running(key)
  for id, instance in pairs(instances) do
    local client = vim.lsp.get_client_by_id(id)
    if instance.key == key and client and not real.is_stopped(client) then
      return instance
    end
  end
end

--- Gives a notebook its client, now or when it is ready.
---@param nb ipynb.Notebook
---@param config vim.lsp.ClientConfig of the user's client
---@param user ipynb.InstanceUser
function M.use(nb, config, user)
  local key = ('%s\0%s'):format(config.name, config.root_dir or vim.fs.dirname(nb.path))
  local instance = running(key)
  if not instance then
    local id = start(own_config(config, key))
    if not id then
      user.on_end()
      return
    end
    instance, former_users[key] = add(id, key), nil
  end
  instance.users[nb] = user
  if instance.is_ready then
    tell_ready(instance, { [nb] = user })
  end
end

--- Whether a client is one of these.
---@param client_id integer
---@return boolean
function M.has(client_id)
  return instances[client_id] ~= nil
end

--- A notebook needs its client no more.
---@param nb ipynb.Notebook
---@param client_id integer
---@param is_now? boolean the user ends it
function M.release(nb, client_id, is_now)
  local instance = instances[client_id]
  if not instance then
    return
  end
  instance.users[nb] = nil
  vim.defer_fn(function()
    local client = vim.lsp.get_client_by_id(client_id)
    if client and not next(instance.users) and not next(client.attached_buffers) then
      real.stop(client)
    end
  end, is_now and 0 or STOP_DELAY_MS)
end

return M
