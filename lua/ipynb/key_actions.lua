-- Owns what the mapped keys do, by the name of their option; must not know which keys they are.

local actions = require('ipynb.actions')
local cursor = require('ipynb.cursor')
local save = require('ipynb.save')
local float = require('ipynb.float')
local host = require('ipynb.host')
local kernel = require('ipynb.kernel')
local run = require('ipynb.run')

---@class ipynb.Action
---@field plug string after "Notebook"
---@field run fun(nb: ipynb.Notebook, count: integer)
---@field where 'facade'|'edit'|'both'
---@field modes? string[] default: normal mode

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
return {
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
      save.save(nb)
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
  undo_earlier = { plug = 'UndoEarlier', where = 'both', run = undo('earlier') },
  undo_later = { plug = 'UndoLater', where = 'both', run = undo('later') },
  redo = { plug = 'Redo', where = 'both', run = undo('redo') },
}
