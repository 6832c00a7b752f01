-- Owns how a client of the user's that came to the shadow comes to serve the notebook: there, or by
-- a client of its own for notebook documents in its place; must not know what either is told.
--
--   user's client on the shadow ─┬─> serves the shadow
--                                └─> a client of that configuration is started ─> serves the cells
--                                    user's client leaves     └─> wants none, ends ─> the shadow

local instance = require('ipynb.lsp.servers.notebook.instance')
local notebook = require('ipynb.notebook')
local plain = require('ipynb.lsp.servers.plain')
local registry = require('ipynb.lsp.servers.registry')
local selector = require('ipynb.lsp.servers.notebook.selector')
local way = require('ipynb.lsp.servers.way')

local M = {}

---@param nb ipynb.Notebook
---@param shadow integer as it was when the client came
---@return boolean
local function is_open(nb, shadow)
  return notebook.get(nb.buf) == nb and nb.servers ~= nil and nb.shadow == shadow
end

---@param nb ipynb.Notebook
---@param client vim.lsp.Client for notebook documents
---@param name string of the user's client
---@param options table[] NotebookDocumentSyncOptions
---@return boolean ok false: it does not want this notebook
local function serve_cells(nb, client, name, options)
  local filter = selector.filter(options, nb.path)
  if not filter then
    return false
  end
  local traits = way.traits(name)
  registry.add_cells(nb, client, {
    name = name,
    filter = filter,
    wants_saves = selector.wants_saves(options),
    masked = not traits.reads_magics and '' or traits.unread,
    knows_cells = traits.knows_cells or false,
  }, function(is_now)
    instance.release(nb, client.id, is_now)
  end)
  return true
end

--- The user's client stays where it is, unless it has gone.
---@param nb ipynb.Notebook
---@param client vim.lsp.Client
local function serve_shadow(nb, client)
  if vim.lsp.buf_is_attached(nb.shadow, client.id) then
    registry.add(nb, client)
  end
end

---@param nb ipynb.Notebook
---@param client vim.lsp.Client the user's
local function start_cells(nb, client)
  local shadow, own_id = nb.shadow, nil
  instance.use(nb, client.config, {
    on_sync = function(own, options)
      own_id = own.id
      if not is_open(nb, shadow) then
        instance.release(nb, own.id)
      elseif serve_cells(nb, own, client.name, options) then
        plain.detach(shadow, client)
      else
        instance.release(nb, own.id)
        serve_shadow(nb, client)
      end
    end,
    on_end = function()
      local server = own_id and nb.servers and nb.servers[own_id]
      if server then
        registry.remove(server)
        server.leave(true)
      elseif is_open(nb, shadow) then
        serve_shadow(nb, client)
      end
    end,
  })
end

--- A client has come to the shadow.
---@param nb ipynb.Notebook
---@param client vim.lsp.Client
function M.add(nb, client)
  if not is_open(nb, nb.shadow) then
    return
  elseif way.is_notebook(client) then
    start_cells(nb, client)
  else
    registry.add(nb, client)
  end
end

return M
