-- Owns the keys that fold as Vim's own do; must not know how cells become folds.

local config = require('ipynb.config')
local fold = require('ipynb.fold')

local M = {}

--- Fixed, as in Vim. They do what they do there; the first of them makes the folds.
local KEYS = {
  n = { 'za', 'zA', 'zc', 'zC', 'zo', 'zO', 'zv', 'zx', 'zX', 'zm', 'zM', 'zr', 'zR', 'zi', 'zN' },
  x = { 'za', 'zA', 'zc', 'zC', 'zo', 'zO', 'zx', 'zX', 'zv' },
  motion = { 'zj', 'zk', '[z', ']z' },
}

--- A map of the user's own for all buffers goes first.
---@param mode string
---@param key string
---@return boolean
local function is_taken(mode, key)
  return vim.fn.maparg(key, mode) ~= ''
end

---@param nb ipynb.Notebook
---@param mode string
---@param key string
local function map(nb, mode, key)
  if is_taken(mode, key) then
    return
  end
  vim.keymap.set(mode, key, function()
    fold.use(nb, vim.api.nvim_get_current_win())
    return key
  end, { buffer = nb.buf, expr = true, desc = 'Notebook: ' .. key .. ', cells are folds' })
end

---@param nb ipynb.Notebook
function M.attach(nb)
  if not config.get().folds then
    return
  end
  for _, mode in ipairs({ 'n', 'x' }) do
    for _, key in ipairs(KEYS[mode]) do
      map(nb, mode, key)
    end
  end
  for _, mode in ipairs({ 'n', 'x', 'o' }) do
    for _, key in ipairs(KEYS.motion) do
      map(nb, mode, key)
    end
  end
end

--- `:%foldclose` and `:set foldlevel=0` as typed make the folds, too.
---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  if not config.get().folds then
    return
  end
  vim.api.nvim_create_autocmd('CmdlineLeave', {
    group = group,
    buffer = nb.buf,
    callback = function()
      if vim.fn.getcmdtype() == ':' and vim.fn.getcmdline():find('fold', 1, true) then
        fold.use(nb, vim.api.nvim_get_current_win())
      end
    end,
  })
end

return M
