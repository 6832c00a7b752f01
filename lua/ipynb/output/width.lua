-- Owns telling the host how wide outputs may be; must not know what it does with that.

local host = require('ipynb.host')
local output = require('ipynb.render.output')

local M = {}

--- Tells it with every change of the screen's width.
---@param nb ipynb.Notebook
---@param group integer autocommands of the notebook
function M.watch(nb, group)
  local told = output.columns()
  vim.api.nvim_create_autocmd('VimResized', {
    group = group,
    callback = function()
      if output.columns() ~= told then
        told = output.columns()
        host.notify(nb, 'columns', told)
      end
    end,
  })
end

return M
