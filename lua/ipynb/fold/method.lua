-- Owns that a notebook's windows fold cells where a configuration folds every file by
-- tree-sitter; must not know how cells become folds.
--
-- `foldexpr` of Neovim, nvim-treesitter or a distribution wants one tree over the notebook, which
-- costs 15 to 20 ms a key in 1,000 cells. Other methods are the user's choice and stay.

local config = require('ipynb.config')

local M = {}

---@param win integer
local function claim(win)
  local wo = vim.wo[win][0]
  if wo.foldmethod == 'expr' and wo.foldexpr:find('treesitter', 1, true) then
    wo.foldmethod = 'manual'
  end
end

---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  if not config.get().folds then
    return
  end
  -- BufEnter: the second window that shows the buffer does not get a BufWinEnter.
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'BufEnter' }, {
    group = group,
    buffer = nb.buf,
    callback = function()
      claim(vim.api.nvim_get_current_win())
    end,
  })
end

return M
