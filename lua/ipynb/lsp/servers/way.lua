-- Owns which way each server is given a notebook: the shadow, one document of all code, or notebook
-- documents (LSP 3.17), each cell one; data, measured by tests/editor/lsp; must not know clients'
-- lives.
--
-- To announce notebook documents is not enough: most servers that do are wrong or slow in them.
-- Ways that are not taken are measured, too: the matrix by IPYNB_LSP_WAYS=1, figure 13 of bench.

local config = require('ipynb.config')

local M = {}

---@alias ipynb.Way 'shadow'|'notebook'

---@class ipynb.ServerTraits
---@field way ipynb.Way
---@field reads_magics? boolean in cells; others get them masked
---@field unread? string pattern of lines that it cannot read for all that
---@field knows_cells? boolean says nothing of a cell that is only true of a file

--- Names are those of nvim-lspconfig, and of the servers' commands.
---@type table<string, ipynb.ServerTraits>
local SERVERS = {
  -- Formatting, imports and fixes are right per cell only so.
  ruff = {
    way = 'notebook',
    reads_magics = true,
    unread = '%*.*%?%s*$', -- `*name*?`: no other cell is checked then
    knows_cells = true,
  },
  -- Each cell is a file of its own to it, chained to the one before. All methods are right so, but
  -- a function that uses a name of a later cell is an error. Up to 80 cells as fast, but for
  -- opening; at 200 three times slower to open, and an error is told after 5 s, not 1. The shadow
  -- is right for more, and alike in any notebook.
  basedpyright = { way = 'shadow' },
  -- All cells' symbols and highlights in each, no calls and types above and below.
  ty = { way = 'shadow' },
  -- Announces none.
  pyright = { way = 'shadow' },
  -- Rename, references, hover and highlights do not go across cells.
  pylsp = { way = 'shadow' },
  -- All rows behind an empty cell are wrong.
  jedi = { way = 'shadow' },
  jedi_language_server = { way = 'shadow' },
}

---@param name string of a server's client
---@return ipynb.ServerTraits
function M.traits(name)
  return SERVERS[name] or { way = 'notebook' }
end

--- The way that is meant for a server, whether or not it can.
---@param name string of its client
---@return ipynb.Way
---@return boolean is_asked the user says so: it may announce it only to clients that do
function M.meant(name)
  local asked = config.get().lsp.ways[name]
  return asked or M.traits(name).way, asked ~= nil
end

--- Whether a server of the user's is to be started again for notebook documents.
---@param client vim.lsp.Client
---@return boolean
function M.is_notebook(client)
  local way, is_asked = M.meant(client.name)
  local can = client.server_capabilities.notebookDocumentSync ~= nil
  return way == 'notebook' and (can or is_asked)
end

return M
