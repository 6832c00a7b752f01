-- Owns the shadow as the one document that a server has of a notebook: row N of the facade is row N
-- there; must not know requests.

---@class ipynb.ShadowTexts: ipynb.LspTexts
---@field package nb ipynb.Notebook
---@field package client vim.lsp.Client
local Texts = {}
Texts.__index = Texts

local M = {}

---@param nb ipynb.Notebook
---@param client vim.lsp.Client
---@return ipynb.LspTexts
function M.new(nb, client)
  return setmetatable({ nb = nb, client = client, is_notebook = false }, Texts)
end

---@return string
function Texts:uri()
  return vim.uri_from_bufnr(self.nb.shadow)
end

--- Servers may spell the URI otherwise than Neovim.
---@param uri string
---@return integer? row nil: it is none of the notebook's
---@return integer rows
function Texts:place(uri)
  local own = self:uri()
  local is_own = uri == own
  if not is_own and uri:sub(1, 5) == 'file:' and uri:sub(-3) == own:sub(-3) then
    is_own = vim.uri_to_fname(uri) == vim.api.nvim_buf_get_name(self.nb.shadow)
  end
  return is_own and 0 or nil, vim.api.nvim_buf_line_count(self.nb.shadow)
end

---@return string uri
function Texts:uri_at()
  return self:uri()
end

---@return string[]
function Texts:uris()
  return { self:uri() }
end

---@param row integer facade row
---@return string line as the server has it
function Texts:line(row)
  return vim.api.nvim_buf_get_lines(self.nb.shadow, row, row + 1, false)[1] or ''
end

---@param cell_id string
---@return boolean
function Texts:is_altered(cell_id)
  return self.nb.masked ~= nil and self.nb.masked[cell_id] == true
end

--- Servers that count no versions say 0.
---@param _ string
---@param version integer
---@return boolean
function Texts:is_current(_, version)
  return version <= 0 or version == vim.api.nvim_buf_get_changedtick(self.nb.shadow)
end

--- Neovim itself tells a server of a buffer's changes before each request.
function Texts:bring() end

return M
