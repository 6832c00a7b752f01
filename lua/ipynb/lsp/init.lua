-- Owns the in-process client of a notebook: what it announces, its life, the buffers it is attached
-- to; must not know what its methods do.
--
-- One client for each notebook, on its facade and on the edit buffers of its code cells. It
-- announces utf-8, so that Neovim's columns and ours are bytes.

local client = require('ipynb.lsp.client')
local detach = require('ipynb.lsp.detach').detach
local completion = require('ipynb.lsp.completion')
local document = require('ipynb.lsp.servers.document')
local inspection = require('ipynb.lsp.inspection')
local notebook = require('ipynb.notebook')
local place = require('ipynb.lsp.place')
local real = require('ipynb.lsp.servers.real')
local servers = require('ipynb.lsp.servers')
local transport = require('ipynb.lsp.transport')

local M = {}

M.CLIENT_NAME = 'ipynb'

-- After the first screen: vim.lsp takes a few milliseconds to load.
local FACADE_DELAY_MS = 20

---@return table
local function capabilities()
  local config = require('ipynb.config').get()
  local can_inspect = config.inspect.lsp
  return {
    positionEncoding = 'utf-8',
    textDocumentSync = { openClose = false, change = 0 },
    completionProvider = config.completion.enabled
        and { triggerCharacters = completion.TRIGGERS, resolveProvider = true }
      or nil,
    hoverProvider = can_inspect or nil,
    signatureHelpProvider = can_inspect and { triggerCharacters = { '(', ',' } } or nil,
  }
end

---@param nb ipynb.Notebook
---@return ipynb.LspService
local function service(nb)
  return {
    capabilities = capabilities(),
    handlers = {
      ['textDocument/completion'] = completion.complete,
      ['completionItem/resolve'] = completion.resolver(nb),
      ['textDocument/hover'] = inspection.hover,
      ['textDocument/signatureHelp'] = inspection.signature,
    },
    buffer_of = function(uri)
      return document.buffer_of(nb, uri)
    end,
    capture = function(_, params)
      return place.of_params(nb, params)
    end,
  }
end

---@param nb ipynb.Notebook
---@return vim.lsp.Client?
local function running_client(nb)
  local one = nb.lsp_client_id and vim.lsp.get_client_by_id(nb.lsp_client_id)
  return one and not one.rpc.is_closing() and one or nil
end

--- Whether a buffer is one to attach to: the facade, or the edit buffer of a code cell.
---@param nb ipynb.Notebook
---@param buf integer
---@return boolean
local function is_wanted(nb, buf)
  local cell = nb.mirrors[buf] and nb.cells[nb.mirrors[buf].cell_id]
  return buf == nb.buf or (cell ~= nil and cell.cell_type == 'code')
end

--- Puts it on every buffer that wants it. Neovim may have started it, as by `:lsp restart`.
---@param nb ipynb.Notebook
---@param started vim.lsp.Client
local function on_ready(nb, started)
  local running = running_client(nb)
  if notebook.get(nb.buf) ~= nb or running and running.id ~= started.id then
    vim.schedule(function()
      real.stop(started)
    end)
    return
  end
  nb.lsp_client_id = started.id
  client.attach(started, nb.buf)
  for one in pairs(nb.mirrors) do
    if is_wanted(nb, one) then
      client.attach(started, one)
    end
  end
end

--- Attaches it, or starts it where none runs.
---@param nb ipynb.Notebook
---@param buf integer
local function attach(nb, buf)
  local running = running_client(nb)
  if running then
    client.attach(running, buf)
    return
  end
  nb.lsp_client_id = client.start({
    name = M.CLIENT_NAME,
    cmd = transport.command(service(nb)),
    root_dir = vim.fs.dirname(nb.path),
    offset_encoding = 'utf-8',
  }, function(started)
    on_ready(nb, started)
  end)
end

--- Attaches the client to an edit buffer, or takes it away where the cell is no code any more.
---@param nb ipynb.Notebook
---@param buf integer
function M.follow(nb, buf)
  if is_wanted(nb, buf) then
    attach(nb, buf)
  elseif running_client(nb) then
    detach(running_client(nb), buf, function()
      return not is_wanted(nb, buf)
    end)
  end
  servers.follow(nb, buf)
end

--- Attaches the client to the facade, a moment after it is on screen.
---@param nb ipynb.Notebook
function M.start(nb)
  servers.start(nb)
  vim.defer_fn(function()
    if vim.api.nvim_buf_is_loaded(nb.buf) and notebook.get(nb.buf) == nb then
      attach(nb, nb.buf)
    end
  end, FACADE_DELAY_MS)
end

--- Ends the client: the notebook goes.
---@param nb ipynb.Notebook
function M.stop(nb)
  servers.stop(nb)
  local running = running_client(nb)
  nb.lsp_client_id = nil
  if running then
    real.stop(running)
  end
end

return M
