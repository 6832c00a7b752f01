-- Owns writing into the facade buffer; must not know why it is written.
--
-- The facade is nomodifiable outside of these functions. Edits made here while another
-- buffer is current join the open undo entry by themselves; `break_undo` closes it.

local M = {}

local START = {
  code = '# <<ipynb_nvim:code>>',
  markdown = '# <<ipynb_nvim:markdown>>',
  raw = '# <<ipynb_nvim:raw>>',
}
local END = '# <</ipynb_nvim>>'

---@param cell_type string
---@param content string[]
---@param into? string[] lines to append to
---@return string[] lines the cell with both markers
function M.cell_lines(cell_type, content, into)
  into = into or {}
  into[#into + 1] = START[cell_type] or START.raw
  for i = 1, #content do
    into[#into + 1] = content[i]
  end
  into[#into + 1] = END
  return into
end

--- Runs `edit` with the facade modifiable.
---@generic T
---@param nb ipynb.Notebook
---@param edit fun(): T
---@return T
function M.with_modifiable(nb, edit)
  local bo = vim.bo[nb.buf]
  bo.modifiable = true
  local ok, result = pcall(edit)
  bo.modifiable = false
  if not ok then
    error(result, 0) -- only to close `modifiable` first
  end
  return result
end

---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@param lines string[]
function M.set_lines(nb, row, end_row, lines)
  M.with_modifiable(nb, function()
    vim.api.nvim_buf_set_lines(nb.buf, row, end_row, true, lines)
  end)
end

--- Closes the open undo entry: the next edit starts a new one.
---@param nb ipynb.Notebook
function M.break_undo(nb)
  -- Setting the option, even to its own value, is what makes Neovim sync the undo state.
  vim.bo[nb.buf].undolevels = vim.bo[nb.buf].undolevels
end

--- Replaces what stands from `row` on without an undo entry, as reading a file does.
---@param nb ipynb.Notebook
---@param row integer
---@param lines string[]
function M.fill(nb, row, lines)
  local bo = vim.bo[nb.buf]
  local levels = bo.undolevels
  bo.undolevels = -1
  M.set_lines(nb, row, -1, (#lines > 0 or row > 0) and lines or { '' })
  bo.undolevels = levels
  bo.modified = false
end

---@param nb ipynb.Notebook
---@return integer seq number of the facade's undo state, 0 before the first change
function M.undo_seq(nb)
  return vim.api.nvim_buf_call(nb.buf, vim.fn.changenr)
end

---@param nb ipynb.Notebook
---@param cell_id string
---@return string[] lines
function M.content(nb, cell_id)
  local row, end_row = nb.layout:content(cell_id)
  return vim.api.nvim_buf_get_lines(nb.buf, row, end_row, true)
end

return M
