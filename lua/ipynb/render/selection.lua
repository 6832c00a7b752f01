-- Owns how linewise Visual mode shows that it selects whole cells; must not know what is done
-- with them. Nothing of it runs in other modes but one look at each change of mode.

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.selection')

---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
local function highlight(nb, row, end_row)
  if row < end_row then
    vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
      end_row = end_row - 1,
      line_hl_group = 'Visual',
      priority = 300,
    })
  end
end

--- The rest of the first and of the last cell that the selection touches.
---@param nb ipynb.Notebook
local function draw(nb)
  vim.api.nvim_buf_clear_namespace(nb.buf, NS, 0, -1)
  local anchor, cursor = vim.fn.line('v') - 1, vim.fn.line('.') - 1
  local row, last = math.min(anchor, cursor), math.max(anchor, cursor)
  local top, bottom = nb.layout:at(row), nb.layout:at(last)
  if top and bottom then
    highlight(nb, nb.layout:range(top), row)
    highlight(nb, last + 1, select(2, nb.layout:range(bottom)))
  end
end

---@param nb ipynb.Notebook
---@param group integer
local function start(nb, group)
  draw(nb)
  if nb.selection_autocmd then
    return
  end
  nb.selection_autocmd = vim.api.nvim_create_autocmd('CursorMoved', {
    group = group,
    buffer = nb.buf,
    callback = function()
      draw(nb)
    end,
  })
end

---@param nb ipynb.Notebook
local function stop(nb)
  if nb.selection_autocmd then
    vim.api.nvim_del_autocmd(nb.selection_autocmd)
    nb.selection_autocmd = nil
    vim.api.nvim_buf_clear_namespace(nb.buf, NS, 0, -1)
  end
end

---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  vim.api.nvim_create_autocmd('ModeChanged', {
    group = group,
    callback = function()
      if vim.v.event.new_mode == 'V' and vim.api.nvim_get_current_buf() == nb.buf then
        start(nb, group)
      else
        stop(nb)
      end
    end,
  })
end

return M
