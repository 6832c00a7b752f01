-- Owns which open notebooks a server has, and which of them a URI is of; must not know what is
-- asked or answered.
--
-- One server has all notebooks of a project: what it says of a name is said of each of them.

local documents = require('ipynb.lsp.servers.document')
local notebook = require('ipynb.notebook')

local M = {}

-- URIs of cells: Neovim has no such files.
local CELL_SCHEME = 'vscode-notebook-cell:'

--- The records of a server, one for each notebook that it has.
---@param client_id integer
---@param visit fun(server: ipynb.LspServer)
function M.each(client_id, visit)
  for _, nb in pairs(notebook.all()) do
    if nb.servers and nb.servers[client_id] then
      visit(nb.servers[client_id])
    end
  end
end

---@param client_id integer
---@param uri any
---@return ipynb.LspServer? server of the notebook that has this document
function M.server_of(client_id, uri)
  for _, nb in pairs(notebook.all()) do
    local server = nb.servers and nb.servers[client_id]
    if server and type(uri) == 'string' and server.texts:place(uri) then
      return server
    end
  end
end

--- What a URI is about: the facade of the notebook that has it.
---@param document ipynb.LspDocument
---@param uri string
---@return ipynb.LspDocument? facade nil: it is of no notebook that is open
function M.facade(document, uri)
  if document:is_own(uri) then
    return document
  end
  if document.others[uri] == nil then
    local server = M.server_of(document.client_id, uri)
    document.others[uri] = server and documents.new(server, server.nb.buf) or false
  end
  return document.others[uri] or nil
end

---@param uri string
---@return boolean
function M.is_cell(uri)
  return vim.startswith(uri, CELL_SCHEME)
end

--- Whether a place has no text that the user could see: the server reads notebooks from disk
--- itself, or speaks of one that has been closed.
---@param document ipynb.LspDocument
---@param uri string
---@return boolean
function M.is_hidden(document, uri)
  return documents.is_hidden(uri) or M.is_cell(uri) and not M.facade(document, uri)
end

return M
