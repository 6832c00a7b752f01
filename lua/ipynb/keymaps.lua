-- Owns which key does what in facade and float; must not know how it is done.
--
-- Every action has a `<Plug>(Notebook…)` map in both buffers; the options say which keys lead
-- to it. Keys that mean something else while text is edited are mapped in the facade only.

local config = require('ipynb.config')

local M = {}

---@class ipynb.Action
---@field plug string after "Notebook"
---@field run fun(nb: ipynb.Notebook, count: integer)
---@field where 'facade'|'edit'|'both'
---@field modes? string[] default: normal mode

---@param name string
local function lazy(name)
  return setmetatable({}, {
    __index = function(_, field)
      return require('ipynb.' .. name)[field]
    end,
  })
end

local actions, cursor, float, run = lazy('actions'), lazy('cursor'), lazy('float'), lazy('run')
local file, kernel, host = lazy('file'), lazy('kernel'), lazy('host')

---@param nb ipynb.Notebook
---@param count integer
---@return ipynb.Range
local function range(nb, count)
  return actions.range(nb, { count = count, range = 0 })
end

---@param distance integer
local function move(distance)
  return function(nb, count)
    local cells = range(nb, 1)
    if cells then
      actions.move(nb, cells, distance * count)
    end
  end
end

---@param name 'undo'|'redo'|'earlier'|'later'
local function undo(name)
  return function(nb, count)
    actions.undo(nb, { name = name, count = count })
  end
end

---@param where 'above'|'below'
local function insert(where)
  return function(nb, count)
    actions.insert(nb, where, 'code', count)
  end
end

---@param method string
local function tell(method)
  return function(nb)
    host.notify(nb, method)
  end
end

---@type table<string, ipynb.Action>
M.actions = {
  next_cell = {
    plug = 'NextCell',
    where = 'facade',
    run = function(nb, count)
      cursor.go_by(nb, count)
    end,
  },
  prev_cell = {
    plug = 'PrevCell',
    where = 'facade',
    run = function(nb, count)
      cursor.go_by(nb, -count)
    end,
  },
  delete_cell = {
    plug = 'DeleteCell',
    where = 'facade',
    run = function(nb, count)
      local cells = range(nb, count)
      if cells then
        actions.delete(nb, cells)
      end
    end,
  },
  move_cell_down = { plug = 'MoveCellDown', where = 'both', run = move(1) },
  move_cell_up = { plug = 'MoveCellUp', where = 'both', run = move(-1) },
  insert_cell_above = { plug = 'InsertCellAbove', where = 'both', run = insert('above') },
  insert_cell_below = { plug = 'InsertCellBelow', where = 'both', run = insert('below') },
  execute_cell = {
    plug = 'ExecuteCell',
    where = 'both',
    modes = { 'n', 'i' },
    run = function(nb, count)
      local cells = range(nb, count)
      if cells then
        run.cells(nb, cells)
      end
    end,
  },
  execute_cell_and_next = {
    plug = 'ExecuteCellAndNext',
    where = 'both',
    modes = { 'n', 'i' },
    run = function(nb)
      run.cell_and_next(nb)
    end,
  },
  output = {
    plug = 'Output',
    where = 'both',
    run = function(nb)
      run.open_output(nb)
    end,
  },
  clear_output = {
    plug = 'ClearOutput',
    where = 'both',
    run = function(nb)
      run.clear_output(nb)
    end,
  },
  clear_all_outputs = { plug = 'ClearAllOutputs', where = 'both', run = tell('clear_all_outputs') },
  kernel_start = {
    plug = 'KernelStart',
    where = 'both',
    run = function(nb)
      host.notify(nb, 'start_kernel', vim.NIL)
    end,
  },
  kernel_shutdown = { plug = 'KernelShutdown', where = 'both', run = tell('shutdown') },
  kernel_interrupt = { plug = 'KernelInterrupt', where = 'both', run = tell('interrupt') },
  kernel_restart = {
    plug = 'KernelRestart',
    where = 'both',
    run = function(nb)
      host.notify(nb, 'restart', false)
    end,
  },
  kernel_status = {
    plug = 'KernelStatus',
    where = 'both',
    run = function(nb)
      kernel.show_status(nb)
    end,
  },
  edit_cell = {
    plug = 'EditCell',
    where = 'facade',
    run = function(nb)
      cursor.edit(nb)
    end,
  },
  edit_next_cell = {
    plug = 'EditNextCell',
    where = 'edit',
    run = function(nb, count)
      cursor.edit_by(nb, count)
    end,
  },
  edit_prev_cell = {
    plug = 'EditPrevCell',
    where = 'edit',
    run = function(nb, count)
      cursor.edit_by(nb, -count)
    end,
  },
  save = {
    plug = 'Save',
    where = 'both',
    modes = { 'n', 'i' },
    run = function(nb)
      file.save(nb)
    end,
  },
  close = {
    plug = 'CloseEdit',
    where = 'edit',
    run = function(nb)
      float.close(nb)
    end,
  },
  undo = { plug = 'Undo', where = 'both', run = undo('undo') },
  redo = { plug = 'Redo', where = 'both', run = undo('redo') },
}

--- Keys that enter insert mode where the facade's cursor is; fixed, as in Vim.
local INSERT_KEYS = { 'i', 'I', 'a', 'A', 'o', 'O', '<Insert>' }

---@param nb ipynb.Notebook
---@param buf integer
---@param name string
---@param action ipynb.Action
local function map(nb, buf, name, action)
  local plug = ('<Plug>(Notebook%s)'):format(action.plug)
  local modes = action.modes or { 'n' }
  vim.keymap.set(modes, plug, function()
    action.run(nb, vim.v.count1)
  end, { buffer = buf, desc = 'Notebook: ' .. action.plug })
  local keys = config.get().keymaps[name]
  if not keys then
    return
  end
  for _, lhs in ipairs(type(keys) == 'table' and keys or { keys }) do
    -- A leader key is text while inserting.
    local where = lhs:lower():match('^<leader>') and { 'n' } or modes
    vim.keymap.set(where, lhs, plug, { buffer = buf, remap = true, desc = 'Notebook: ' .. action.plug })
  end
end

---@param nb ipynb.Notebook
---@param buf integer
---@param where 'facade'|'edit'
local function attach(nb, buf, where)
  for name, action in pairs(M.actions) do
    if action.where == where or action.where == 'both' then
      map(nb, buf, name, action)
    end
  end
  for keys, command in pairs({ ['g-'] = 'earlier', ['g+'] = 'later' }) do
    vim.keymap.set('n', keys, function()
      undo(command)(nb, vim.v.count1)
    end, { buffer = buf, desc = 'Notebook: undo by time' })
  end
end

---@param nb ipynb.Notebook
function M.attach_facade(nb)
  attach(nb, nb.buf, 'facade')
  for _, key in ipairs(INSERT_KEYS) do
    vim.keymap.set('n', key, function()
      local code = vim.api.nvim_replace_termcodes(key, true, false, true)
      cursor.edit(nb, (vim.v.count > 0 and vim.v.count or '') .. code)
    end, { buffer = nb.buf, desc = 'Notebook: edit the cell' })
  end
end

---@param nb ipynb.Notebook
---@param buf integer
function M.attach_edit(nb, buf)
  attach(nb, buf, 'edit')
end

return M
