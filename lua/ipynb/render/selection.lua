-- Owns how linewise Visual mode shows that it selects whole cells; must not know what is done
-- with them. Nothing of it runs in other modes but one look at each change of mode.

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.selection')

--- All of the cells that the selection touches, to the window's edge.
---@param nb ipynb.Notebook
local function draw(nb)
  local anchor, cursor = vim.fn.line('v') - 1, vim.fn.line('.') - 1
  local top = nb.layout:at(math.min(anchor, cursor))
  local bottom = nb.layout:at(math.max(anchor, cursor))
  if top and bottom then
    local _, end_row = nb.layout:range(bottom)
    vim.api.nvim_buf_set_extmark(nb.buf, NS, nb.layout:range(top), 0, {
      id = 1,
      end_row = end_row - 1,
      line_hl_group = 'Visual',
      priority = 300,
    })
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
