-- Owns the lines of files that are no notebook, where servers speak of them; must not know servers.

local M = {}

---@param path string
---@return string[]
local function read(path)
  local file = io.open(path, 'r')
  if not file then
    return {}
  end
  local text = file:read('*a')
  file:close()
  return vim.split(text, '\r?\n')
end

---@param uri string
---@return string[] lines as in Neovim where it is open there; none where it cannot be read
function M.lines(uri)
  local path = vim.uri_to_fname(uri)
  local buf = vim.fn.bufnr(path)
  local is_loaded = buf ~= -1 and vim.api.nvim_buf_is_loaded(buf)
  return is_loaded and vim.api.nvim_buf_get_lines(buf, 0, -1, true) or read(path)
end

return M
