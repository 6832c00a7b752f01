-- Owns which language servers a notebook has: those that the user's configuration attaches to the
-- shadow; must not know what is asked of them.
--
--   shadow gets its filetype ─> the user's client attaches ─> a client of its name on the facade
--   the user's client ends ───> so does the other, and the other way round

local absorb = require('ipynb.lsp.servers.absorb')
local config = require('ipynb.config')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local intercept = require('ipynb.lsp.servers.intercept')
local join = require('ipynb.lsp.servers.join')
local kept = require('ipynb.lsp.servers.kept')
local lists = require('ipynb.lsp.servers.lists')
local notebook = require('ipynb.notebook')
local plain = require('ipynb.lsp.servers.plain')
local pull = require('ipynb.lsp.servers.pull')
local registry = require('ipynb.lsp.servers.registry')
local shadow = require('ipynb.lsp.shadow')
local shadow_file = require('ipynb.lsp.shadow.file')
local tabs = require('ipynb.text.tabs')

local M = {}

--- The whole mutable state of this module.
local is_watching = false

local START_DELAY_MS = 30

--- After what Neovim itself has put off at LspAttach.
---@param act fun()
local function later(act)
  vim.schedule(function()
    vim.schedule(act)
  end)
end

---@param event { buf: integer, data: { client_id: integer } }
local function on_attach(event)
  local nb = notebook.get(event.buf)
  if not nb or not nb.servers then
    return
  end
  local client_id = event.data.client_id
  if event.buf == nb.shadow then
    intercept.watch(assert(vim.lsp.get_client_by_id(client_id))) -- it may speak at once
    shadow_file.draw_nothing(event.buf)
  end
  later(function()
    local client = vim.lsp.get_client_by_id(client_id)
    if not client or not vim.api.nvim_buf_is_valid(event.buf) or not nb.servers then
      return
    elseif event.buf == nb.shadow then
      join.add(nb, client)
    elseif vim.lsp.buf_is_attached(event.buf, client.id) then
      plain.move(nb, event.buf, client)
    end
  end)
end

---@param event { buf: integer, data: { client_id: integer } }
local function on_detach(event)
  local nb = notebook.get(event.buf)
  local servers = nb and nb.servers
  if not nb or not servers then
    return
  end
  if event.buf == nb.shadow then
    local server = servers[event.data.client_id]
    if server and not server.texts.is_notebook then
      vim.schedule(function()
        registry.remove(server)
      end)
    end
    return
  end
  -- vim.lsp.enable() takes clients of its names from files of other types.
  vim.schedule(function()
    for _, server in pairs(nb.servers or {}) do
      if server.proxy_id == event.data.client_id then
        registry.follow(nb, event.buf)
      end
    end
  end)
end

--- A float closes: its buffer has no diagnostics, or lists of all buffers name them twice.
---@param event { buf: integer }
local function on_hidden(event)
  local nb = notebook.get(event.buf)
  if nb and nb.servers and nb.mirrors[event.buf] then
    vim.schedule(function()
      diagnostics.hide_in(event.buf)
    end)
  end
end

--- A server was told of a change: what it says of the text is asked again.
---@param event { data: { client_id: integer, method: string, params: table } }
local function on_notify(event)
  local method, params = event.data.method, event.data.params
  if method ~= 'textDocument/didChange' and method ~= 'textDocument/didOpen' then
    return
  end
  for _, nb in pairs(notebook.all()) do
    local server = nb.servers and nb.servers[event.data.client_id]
    if server and params.textDocument.uri == vim.uri_from_bufnr(nb.shadow) then
      pull.ask(server)
      server.changed()
    end
  end
end

--- Other servers, or the same ones with another document: all begins again.
---@param nb ipynb.Notebook
local function start_again(nb)
  M.stop(nb)
  shadow.renew(nb)
  M.start(nb)
end

---@param nb ipynb.Notebook
---@param name string
---@param data table
local function on_notebook_event(nb, name, data)
  if name == 'NotebookLanguageChanged' then
    start_again(nb)
  end
  for _, server in pairs(nb.servers or {}) do
    if name == 'NotebookSaved' and data.path == nb.path then
      server.texts:on_saved()
    elseif name == 'NotebookCellDone' then
      server.texts:on_run(data.cell_id, data.execution_count, data.status == 'ok')
    end
  end
end

--- `:saveas`, `:file`: the documents' names are made from the notebook's.
---@param event { buf: integer }
local function on_renamed(event)
  local nb = notebook.get(event.buf)
  if not nb or nb.buf ~= event.buf or not nb.servers then
    return
  end
  vim.schedule(function()
    if notebook.get(nb.buf) == nb and nb.servers and nb.path ~= nb.served_path then
      start_again(nb)
    end
  end)
end

--- `:%bwipeout`, or a plugin that wipes hidden buffers: a notebook cannot be without its shadow.
---@param event { buf: integer }
local function on_wiped(event)
  for _, nb in pairs(notebook.all()) do
    if nb.shadow == event.buf then
      vim.schedule(function()
        if notebook.get(nb.buf) == nb and nb.shadow == event.buf then
          start_again(nb)
        end
      end)
    end
  end
end

local function watch()
  if is_watching then
    return
  end
  is_watching = true
  local group = vim.api.nvim_create_augroup('ipynb.servers', { clear = true })
  local function on(event, callback, pattern)
    vim.api.nvim_create_autocmd(event, { group = group, pattern = pattern, callback = callback })
  end
  lists.watch(group)
  kept.watch(group)
  on('LspAttach', on_attach)
  on('LspDetach', on_detach)
  on('LspNotify', on_notify)
  on('BufFilePost', on_renamed)
  on({ 'BufUnload', 'BufWipeout' }, on_wiped)
  on('BufWinLeave', on_hidden)
  on('ModeChanged', function(event)
    local nb = notebook.get(event.buf)
    if nb and nb.servers then
      diagnostics.show_hidden(nb)
    end
  end, 'i*:n*')
  on('User', function(event)
    local nb = notebook.get(event.data.buf)
    if nb and nb.servers then
      on_notebook_event(nb, event.match, event.data)
    end
  end, { 'NotebookSaved', 'NotebookLanguageChanged', 'NotebookCellDone' })
end

--- Lets the user's servers attach, a moment after the notebook is on screen.
---@param nb ipynb.Notebook
function M.start(nb)
  watch()
  if not config.get().lsp.enabled then
    return
  end
  nb.servers, nb.served_path = {}, nb.path
  local buf = nb.shadow
  vim.defer_fn(function()
    local is_there = notebook.get(nb.buf) == nb and nb.shadow == buf
    if not is_there or not vim.api.nvim_buf_is_valid(buf) or nb.language == '' then
      return
    end
    shadow.mask(nb, function()
      absorb.watch(nb)
      shadow_file.show(nb)
      tabs.follow_language(nb)
    end)
  end, START_DELAY_MS)
end

M.follow = registry.follow

--- What `:NotebookInfo` shows: who serves the notebook, by which way.
---@param nb ipynb.Notebook
---@return string[][] facts one: its name and its text
function M.facts(nb)
  local served = {}
  for _, server in pairs(nb.servers or {}) do
    served[#served + 1] = ('%s (%s)'):format(
      server.name,
      server.texts.is_notebook and 'notebook' or 'shadow'
    )
  end
  table.sort(served)
  return { { 'servers', #served > 0 and table.concat(served, ', ') or 'none' } }
end

--- Ends what stands for the servers; the user's own go on.
---@param nb ipynb.Notebook
function M.stop(nb)
  for _, server in pairs(nb.servers or {}) do
    registry.remove(server)
    if server.texts.is_notebook then
      server.leave(false)
    end
  end
  nb.servers, nb.early_reports = nil, nil
  diagnostics.clear(nb)
end

return M
