-- Owns running cells and looking at their outputs, as asked by keys and commands; must not know
-- kernels.

local actions = require('ipynb.cells.actions')
local cursor = require('ipynb.find.cursor')
local float = require('ipynb.float')
local host = require('ipynb.host')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local output_window = require('ipynb.output.window')
local report = require('ipynb.report')

local M = {}

---@param nb ipynb.Notebook
---@param ids string[]
local function execute(nb, ids)
  mirror.flush(nb)
  local code = vim.tbl_filter(function(id)
    return nb.cells[id].cell_type == 'code'
  end, ids)
  if #code == 0 then
    report.info('no code cell here')
    return
  end
  host.notify(nb, 'execute', code)
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.cells(nb, range)
  execute(nb, notebook.ids(nb, range))
end

--- Runs the cell and goes to the next; after the last one a new cell is made, as in Jupyter.
---@param nb ipynb.Notebook
function M.cell_and_next(nb)
  local id = notebook.current_cell(nb)
  if not id then
    return
  end
  if nb.cells[id].cell_type == 'code' then
    execute(nb, { id })
  end
  local next_id = cursor.neighbour(nb, 1)
  vim.cmd.stopinsert()
  if next_id == id then
    actions.insert(nb, 'below', 'code', 1)
  elseif nb.edit then
    float.open(nb, next_id)
  else
    cursor.go(nb, next_id)
  end
end

--- Runs the cell and edits a new one below it.
---@param nb ipynb.Notebook
function M.cell_and_insert(nb)
  local id = notebook.current_cell(nb)
  if not id then
    return
  end
  if nb.cells[id].cell_type == 'code' then
    execute(nb, { id })
  end
  vim.cmd.stopinsert()
  actions.insert(nb, 'below', 'code', 1)
  cursor.edit(nb, 'i')
end

---@param nb ipynb.Notebook
function M.all(nb)
  execute(nb, nb.layout:ids())
end

--- Runs the cells above the current one.
---@param nb ipynb.Notebook
function M.all_above(nb)
  local index = notebook.current_index(nb) or 1
  execute(nb, notebook.ids(nb, { index = 1, count = index - 1 }))
end

--- Runs the current cell and all below.
---@param nb ipynb.Notebook
function M.all_below(nb)
  local index = notebook.current_index(nb) or 1
  execute(nb, notebook.ids(nb, { index = index, count = nb.layout:count() }))
end

---@param nb ipynb.Notebook
---@param range? ipynb.Range nil: all cells
function M.cancel(nb, range)
  host.notify(nb, 'cancel', range and notebook.ids(nb, range) or vim.NIL)
end

---@param nb ipynb.Notebook
function M.open_output(nb)
  local id = notebook.current_cell(nb)
  if not id then
    return
  end
  local step, problem = host.request(nb, 'open_output', id)
  if not step then
    report.error(problem or 'no output')
  elseif #step.lines == 0 then
    report.info('this cell has no output')
    host.notify(nb, 'close_output')
  else
    output_window.open(nb, id, step, function()
      host.notify(nb, 'close_output')
    end)
  end
end

---@param nb ipynb.Notebook
---@param cell_id string
---@return string[]? lines
---@return string? problem
function M.output_lines(nb, cell_id)
  return host.request(nb, 'output_lines', cell_id)
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.clear_outputs(nb, range)
  host.notify(nb, 'clear_outputs', notebook.ids(nb, range))
end

return M
