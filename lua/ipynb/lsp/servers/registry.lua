-- Owns the servers of a notebook: one record for each, with the client that stands for it; must not
-- know events, what is asked, or which way a server is given the notebook.

local again = require('ipynb.lsp.servers.again')
local cell_texts = require('ipynb.lsp.servers.texts.cells')
local detach_client = require('ipynb.lsp.detach').detach
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local intercept = require('ipynb.lsp.servers.intercept')
local plain = require('ipynb.lsp.servers.plain')
local proxy = require('ipynb.lsp.servers.proxy')
local pull = require('ipynb.lsp.servers.pull')
local real = require('ipynb.lsp.servers.real')
local shadow_texts = require('ipynb.lsp.servers.texts.shadow')

local M = {}

---@class ipynb.LspServer
---@field nb ipynb.Notebook
---@field name string of the user's client
---@field client vim.lsp.Client the one that speaks to the server
---@field proxy_id? integer the client on facade and edit buffers
---@field texts ipynb.LspTexts the documents that it has of the notebook
---@field reports table<string, ipynb.Report> what it said of them, by URI
---@field kept ipynb.KeptAnswers of its cells
---@field is_ended boolean
---@field cancel_pull? fun()
---@field leave fun(is_now: boolean) the notebook is done with the client
---@field tell fun(method: string) a request of the server for Neovim
---@field changed fun() the server knows the text as it is now
---@field announce fun() the server's capabilities have changed

---@param nb ipynb.Notebook
---@param buf integer
---@return boolean
local function is_code(nb, buf)
  local mirror = nb.mirrors[buf]
  local cell = mirror and nb.layout:index(mirror.cell_id) and nb.cells[mirror.cell_id]
  return cell and cell.cell_type == 'code' or false
end

--- Attaches to an edit buffer, or leaves it where the cell is no code any more.
---@param nb ipynb.Notebook
---@param buf integer
function M.follow(nb, buf)
  local is_wanted = buf == nb.buf or is_code(nb, buf)
  for _, server in pairs(nb.servers or {}) do
    proxy.follow(server, buf, is_wanted)
  end
  if nb.servers and is_wanted and buf ~= nb.buf then
    plain.leave(nb, buf)
    diagnostics.show_in(nb, buf)
  end
end

--- Neither ends the server where others still use it.
---@param server ipynb.LspServer
function M.remove(server)
  local nb = server.nb
  if server.is_ended then
    return
  end
  server.is_ended = true
  nb.servers[server.client.id] = nil
  real.abandon(server.client, nb.shadow)
  server.texts:close()
  proxy.stop(server)
  diagnostics.show(nb)
end

--- What Neovim < 0.12 has begun at LspAttach for what people see: nobody sees the shadow, and an
--- answer for one that has gone is an error (0.10). Later ones are told before they begin.
---@param buf integer
---@param client_id integer
local function stop_unseen(buf, client_id)
  local tokens = vim.lsp.semantic_tokens
  if not tokens.enable and vim.lsp.buf_is_attached(buf, client_id) then
    tokens.stop(buf, client_id)
  end
end

---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@param name string
---@return ipynb.LspServer
local function new(nb, client, name)
  return {
    nb = nb,
    name = name,
    client = client,
    texts = shadow_texts.new(nb, client),
    reports = {},
    kept = {},
    is_ended = false,
    leave = function() end,
    tell = function() end,
    changed = function() end,
    announce = function() end,
  }
end

--- Puts the client that stands for a server on facade and edit buffers. When that is stopped, as
--- by :LspStop, the server is left, too.
---@param server ipynb.LspServer
local function begin(server)
  local nb = server.nb
  nb.servers[server.client.id] = server
  intercept.watch(server.client)
  proxy.start(server, {
    on_ready = function()
      if not server.is_ended then
        M.follow(nb, nb.buf)
        vim.iter(vim.tbl_keys(nb.mirrors)):each(function(buf)
          M.follow(nb, buf)
        end)
      end
    end,
    on_exit = function()
      if not server.is_ended then
        M.remove(server)
        server.leave(true)
      end
    end,
    on_restart = function()
      again.start(server)
    end,
  })
end

--- A client of the user's serves the notebook by its shadow.
---@param nb ipynb.Notebook
---@param client vim.lsp.Client
function M.add(nb, client)
  local buf = nb.shadow
  if nb.servers[client.id] or not vim.lsp.buf_is_attached(buf, client.id) then
    return
  end
  local server = new(nb, client, client.name)
  function server.leave()
    if vim.api.nvim_buf_is_valid(buf) and vim.lsp.buf_is_attached(buf, client.id) then
      detach_client(client, buf)
    end
    if not next(client.attached_buffers) then
      real.stop(client)
    end
  end
  stop_unseen(buf, client.id)
  begin(server)
  local early = nb.early_reports and nb.early_reports[client.id]
  if early then
    nb.early_reports[client.id] = nil
    diagnostics.take(server, vim.uri_from_bufnr(buf), 'pushed', early)
  end
  pull.ask(server)
end

--- A client serves the notebook's cells.
---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@param order ipynb.CellTextsOrder without what is to be done at a change
---@param leave fun(is_now: boolean) the notebook is done with the client
function M.add_cells(nb, client, order, leave)
  local server = nb.servers[client.id]
  local is_new = server == nil
  server = server or new(nb, client, order.name)
  server.texts:close()
  server.leave = leave
  local texts = cell_texts.new(
    nb,
    client,
    vim.tbl_extend('force', order, {
      on_told = function()
        server.changed()
      end,
      on_closed = function(uri)
        diagnostics.drop(server, uri)
        server.kept[uri] = nil
      end,
    })
  )
  server.texts, server.reports, server.kept = texts, {}, {}
  if is_new then
    begin(server)
  end
  texts:open()
end

return M
