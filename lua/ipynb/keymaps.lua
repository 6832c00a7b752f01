-- Owns which key does what in facade and float; must not know how it is done.
--
-- Every action has a `<Plug>(Notebook…)` map in both buffers; the options say which keys lead
-- to it. Keys that mean something else while text is edited are mapped in the facade only.

local calls = require('ipynb.commands.call')
local commands = require('ipynb.commands')
local config = require('ipynb.config')
local cursor = require('ipynb.find.cursor')
local dot = require('ipynb.cells.dot')
local fold_keys = require('ipynb.fold.keys')
local report = require('ipynb.report')

local M = {}

---@class ipynb.MapTarget
---@field nb ipynb.Notebook
---@field buf integer
---@field is_facade boolean

---@class ipynb.Rhs
---@field run fun(): string?
---@field expr boolean

--- Runs it on the cells of the Visual selection, which ends.
---@param to ipynb.MapTarget
---@param action ipynb.Action
---@return ipynb.Rhs
local function on_selection(to, action)
  if to.is_facade and action.is_repeatable then
    return {
      expr = true,
      run = function()
        return dot.keys(calls.of_selection(to.nb), action.run)
      end,
    }
  end
  return {
    expr = false,
    run = function()
      local call = calls.of_selection(to.nb)
      vim.cmd('normal! \27')
      action.run(to.nb, call)
    end,
  }
end

--- What an action's map does in a mode. In the facade `.` repeats it; while a cell is edited `.`
--- is for text.
---@param to ipynb.MapTarget
---@param action ipynb.Action
---@param mode string
---@return ipynb.Rhs
local function rhs(to, action, mode)
  if (mode == 'x' or mode == 'V') and not action.is_motion then
    return on_selection(to, action)
  elseif mode == 'n' and to.is_facade and action.is_operator then
    return {
      expr = true,
      run = function()
        return dot.operator_keys(function(nb, motion)
          action.run(nb, calls.of_motion(nb, motion))
        end)
      end,
    }
  elseif mode == 'n' and to.is_facade and action.is_repeatable then
    return {
      expr = true,
      run = function()
        return dot.keys(calls.of_key(), action.run)
      end,
    }
  end
  return {
    expr = false,
    run = function()
      action.run(to.nb, calls.of_key())
    end,
  }
end

---@param to ipynb.MapTarget
---@param mode string
---@param lhs string
---@param plug string
---@param desc string
local function map_key(to, mode, lhs, plug, desc)
  local opts = { buffer = to.buf, remap = true, desc = desc }
  if mode ~= 'V' then
    vim.keymap.set(mode, lhs, plug, opts)
    return
  end
  opts.expr = true
  vim.keymap.set('x', lhs, function()
    return vim.api.nvim_get_mode().mode == 'V' and plug or lhs
  end, opts)
end

---@param to ipynb.MapTarget
---@param action ipynb.Action
local function map(to, action)
  local plug = ('<Plug>(Notebook%s)'):format(action.name)
  local desc = 'Notebook: ' .. action.name
  local keys = action.key and config.get().keymaps[action.key] or {}
  for _, mode in ipairs(action.modes or { 'n' }) do
    local does = rhs(to, action, mode)
    local opts = { buffer = to.buf, expr = does.expr, desc = desc }
    vim.keymap.set(mode == 'V' and 'x' or mode, plug, does.run, opts)
    for _, lhs in ipairs(type(keys) == 'table' and keys or { keys }) do
      -- A leader key is text while inserting.
      if mode ~= 'i' or not lhs:lower():match('^<leader>') then
        map_key(to, mode, lhs, plug, desc)
      end
    end
  end
end

---@param to ipynb.MapTarget
---@param where 'facade'|'edit'
local function attach(to, where)
  for _, action in ipairs(commands.all) do
    local is_here = (action.where or 'both') == 'both' or action.where == where
    if is_here and not action.is_anywhere then
      map(to, action)
    end
  end
  local on_attach = config.get().on_attach
  -- Fails where the user's function does; the notebook must open all the same.
  local ok, problem = pcall(on_attach or function() end, to.buf, where)
  if not ok then
    local file, text = tostring(problem):match('([^/]*:%d+): (.*)$')
    report.error(('on_attach: %s (%s)'):format(text or tostring(problem), file or 'setup'))
  end
end

--- Maps the facade's keys, and those of its edit buffers as they come.
---@param nb ipynb.Notebook
function M.attach(nb)
  local keys = config.get().keymaps.edit_as_typed or {}
  for _, key in ipairs(type(keys) == 'table' and keys or { keys }) do
    vim.keymap.set('n', key, function()
      local code = vim.api.nvim_replace_termcodes(key, true, false, true)
      cursor.edit(nb, (vim.v.count > 0 and vim.v.count or '') .. code)
    end, { buffer = nb.buf, desc = 'Notebook: edit the cell' })
  end
  fold_keys.attach(nb)
  attach({ nb = nb, buf = nb.buf, is_facade = true }, 'facade')
  nb.on_edit_buffer = function(buf)
    attach({ nb = nb, buf = buf, is_facade = false }, 'edit')
  end
end

return M
