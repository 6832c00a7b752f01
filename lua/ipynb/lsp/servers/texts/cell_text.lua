-- Owns the cells that a server is to have, and their text: the user's, but for lines that it cannot
-- read, which are as in the shadow; must not know what it was told.

local selector = require('ipynb.lsp.servers.notebook.selector')

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

--- The cells that a server wants, in order.
---@param nb ipynb.Notebook
---@param held ipynb.Held
---@param order ipynb.CellTextsOrder
---@return ipynb.HeldCell[]
function M.wanted(nb, held, order)
  local cells = {}
  for _, id in ipairs(nb.layout:ids()) do
    local cell = nb.cells[id]
    local is_code = cell.cell_type == 'code'
    local language = is_code and nb.language or cell.cell_type
    if selector.wants(order.filter, language, is_code) then
      local uri = held:cell_uri(id, cell.cell_type)
      local count = cell.execution_count
      cells[#cells + 1] = held.cells[uri]
        or {
          id = id,
          uri = uri,
          cell_type = cell.cell_type,
          language = language,
          lines = M.lines(nb, order.masked, id),
          summary = count and { executionOrder = count } or nil,
        }
    end
  end
  return cells
end

return M
