-- Owns the shadow buffer: row N of the facade is row N here, code cells only, all else blank;
-- must not know language servers.

local M = {}

---@param nb ipynb.Notebook
function M.open(nb)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].undolevels = -1
  vim.bo[buf].bufhidden = 'hide'
  vim.b[buf].ipynb_facade = nb.buf
  nb.shadow = buf
  M.reset(nb)
end

---@param n integer
---@return string[]
local function blanks(n)
  local lines = {}
  for i = 1, n do
    lines[i] = ''
  end
  return lines
end

--- Derives the whole shadow again from the facade.
---@param nb ipynb.Notebook
function M.reset(nb)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, 0, -1, true)
  local row = 0
  for _, id in ipairs(nb.layout:ids()) do
    local height = nb.layout:height(id)
    local is_code = nb.cells[id].cell_type == 'code'
    lines[row + 1], lines[row + height + 2] = '', ''
    if not is_code then
      for i = row + 2, row + height + 1 do
        lines[i] = ''
      end
    end
    row = row + height + 2
  end
  vim.api.nvim_buf_set_lines(nb.shadow, 0, -1, true, lines)
end

--- Replaces rows; `lines` belong to one cell.
---@param nb ipynb.Notebook
---@param cell_id string
---@param row integer
---@param end_row integer
---@param lines string[]
function M.set_lines(nb, cell_id, row, end_row, lines)
  if nb.cells[cell_id].cell_type ~= 'code' then
    lines = blanks(#lines)
  end
  vim.api.nvim_buf_set_lines(nb.shadow, row, end_row, true, lines)
end

--- Makes room: `old` rows become `new` blank ones.
---@param nb ipynb.Notebook
---@param row integer
---@param old integer
---@param new integer
function M.resize(nb, row, old, new)
  vim.api.nvim_buf_set_lines(nb.shadow, row, row + old, true, blanks(new))
end

--- Derives one cell's rows again from the facade; its height must be right already.
---@param nb ipynb.Notebook
---@param cell_id string
function M.refill(nb, cell_id)
  local row, end_row = nb.layout:content(cell_id)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, true)
  M.set_lines(nb, cell_id, row, end_row, lines)
end

---@param nb ipynb.Notebook
function M.close(nb)
  if nb.shadow and vim.api.nvim_buf_is_valid(nb.shadow) then
    vim.api.nvim_buf_delete(nb.shadow, { force = true })
  end
end

return M
