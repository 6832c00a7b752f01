-- Owns the text of cells as a server is to have it: the user's, but for lines that it cannot read,
-- which are as in the shadow; must not know servers.

local M = {}

--- Whether lines of a cell may differ from the user's.
---@param nb ipynb.Notebook
---@param masked? string pattern of lines that the server cannot read
---@param cell_id string
---@return boolean
function M.is_altered(nb, masked, cell_id)
  return masked ~= nil and nb.masked ~= nil and nb.masked[cell_id] == true
end

---@param nb ipynb.Notebook
---@param masked? string
---@param row integer facade row
---@return string line as the server is to have it
function M.line(nb, masked, row)
  local line = vim.api.nvim_buf_get_lines(nb.buf, row, row + 1, false)[1] or ''
  local id = nb.layout:at(row)
  if not id or not M.is_altered(nb, masked, id) or not line:find(masked) then
    return line
  end
  return vim.api.nvim_buf_get_lines(nb.shadow, row, row + 1, false)[1] or ''
end

---@param nb ipynb.Notebook
---@param masked? string
---@param cell_id string
---@return string[] lines as the server is to have them
function M.lines(nb, masked, cell_id)
  local row, end_row = nb.layout:content(cell_id)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, true)
  if M.is_altered(nb, masked, cell_id) then
    for i = 1, #lines do
      lines[i] = M.line(nb, masked, row + i - 1)
    end
  end
  return lines
end

return M
