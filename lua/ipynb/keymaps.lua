-- Owns which key does what in facade and float; must not know how it is done.
--
-- Every action has a `<Plug>(Notebook…)` map in both buffers; the options say which keys lead
-- to it. Keys that mean something else while text is edited are mapped in the facade only.

local config = require('ipynb.config')
local cursor = require('ipynb.cursor')
local key_actions = require('ipynb.key_actions')

local M = {}

--- Keys that enter insert mode where the facade's cursor is; fixed, as in Vim.
local INSERT_KEYS = { 'i', 'I', 'a', 'A', 'o', 'O', '<Insert>' }

---@param nb ipynb.Notebook
---@param buf integer
---@param name string
---@param action ipynb.Action
local function map(nb, buf, name, action)
  local plug = ('<Plug>(Notebook%s)'):format(action.plug)
  local modes = action.modes or { 'n' }
  local desc = 'Notebook: ' .. action.plug
  vim.keymap.set(modes, plug, function()
    action.run(nb, vim.v.count1)
  end, { buffer = buf, desc = desc })
  local keys = config.get().keymaps[name]
  if not keys then
    return
  end
  for _, lhs in ipairs(type(keys) == 'table' and keys or { keys }) do
    -- A leader key is text while inserting.
    local where = lhs:lower():match('^<leader>') and { 'n' } or modes
    vim.keymap.set(where, lhs, plug, { buffer = buf, remap = true, desc = desc })
  end
end

---@param nb ipynb.Notebook
---@param buf integer
---@param where 'facade'|'edit'
local function attach(nb, buf, where)
  for name, action in pairs(key_actions) do
    if action.where == where or action.where == 'both' then
      map(nb, buf, name, action)
    end
  end
end

--- Maps the facade's keys, and those of its edit buffers as they come.
---@param nb ipynb.Notebook
function M.attach(nb)
  attach(nb, nb.buf, 'facade')
  nb.on_edit_buffer = function(buf)
    attach(nb, buf, 'edit')
  end
  for _, key in ipairs(INSERT_KEYS) do
    vim.keymap.set('n', key, function()
      local code = vim.api.nvim_replace_termcodes(key, true, false, true)
      cursor.edit(nb, (vim.v.count > 0 and vim.v.count or '') .. code)
    end, { buffer = nb.buf, desc = 'Notebook: edit the cell' })
  end
end

return M
