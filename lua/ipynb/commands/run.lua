-- Owns the actions of running cells and of their outputs by name; must not know keys or how they
-- are done.

local calls = require('ipynb.commands.call')
local host = require('ipynb.host')
local notebook = require('ipynb.notebook')
local output_image = require('ipynb.output.image')
local output_jump = require('ipynb.output.jump')
local run = require('ipynb.kernel.run')
local run_part = require('ipynb.kernel.run_part')

local ALL = { 'n', 'x', 'i' }

---@param method string
local function tell(method)
  return function(nb)
    host.notify(nb, method)
  end
end

---@type ipynb.Action[]
return {
  {
    name = 'ExecuteCell',
    key = 'execute_cell',
    modes = ALL,
    is_on_cells = true,
    run = function(nb, call)
      local range = calls.range(nb, call)
      if range then
        run.cells(nb, range)
      end
    end,
  },
  {
    name = 'ExecuteCellAndNext',
    key = 'execute_cell_and_next',
    modes = { 'n', 'i' },
    run = function(nb)
      run.cell_and_next(nb)
    end,
  },
  {
    name = 'ExecuteCellAndInsert',
    key = 'execute_cell_and_insert',
    modes = { 'n', 'i' },
    run = function(nb)
      run.cell_and_insert(nb)
    end,
  },
  {
    name = 'ExecuteAll',
    key = 'execute_all',
    run = function(nb)
      run.all(nb)
    end,
  },
  {
    name = 'ExecuteAllAbove',
    key = 'execute_all_above',
    run = function(nb)
      run.all_above(nb)
    end,
  },
  {
    name = 'ExecuteAllBelow',
    key = 'execute_all_below',
    run = function(nb)
      run.all_below(nb)
    end,
  },
  {
    name = 'ExecuteSelection',
    key = 'execute_selection',
    modes = { 'x' },
    run = function(nb, call)
      run_part.selection(nb, call)
    end,
  },
  {
    name = 'ExecuteLine',
    key = 'execute_line',
    run = function(nb)
      run_part.line(nb)
    end,
  },
  {
    name = 'Cancel',
    key = 'cancel',
    modes = { 'n', 'x' },
    run = function(nb, call)
      run.cancel(nb, call.range)
    end,
  },
  {
    name = 'Output',
    key = 'output',
    run = function(nb)
      run.open_output(nb)
    end,
  },
  {
    name = 'SaveImage',
    key = 'save_image',
    complete = function(_, lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
    run = function(nb, call)
      output_image.save(nb, call.arguments[1], call.bang)
    end,
  },
  {
    name = 'OpenImage',
    key = 'open_image',
    run = function(nb)
      output_image.open(nb)
    end,
  },
  {
    name = 'JumpToError',
    key = 'jump_to_error',
    run = function(nb)
      local id = notebook.current_cell(nb)
      if id then
        output_jump.to_error(nb, id)
      end
    end,
  },
  {
    name = 'ClearOutput',
    key = 'clear_output',
    modes = { 'n', 'x' },
    is_on_cells = true,
    run = function(nb, call)
      local range = calls.range(nb, call)
      if range then
        run.clear_outputs(nb, range)
      end
    end,
  },
  { name = 'ClearAllOutputs', key = 'clear_all_outputs', run = tell('clear_all_outputs') },
}
