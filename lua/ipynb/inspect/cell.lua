-- Owns the float with the variables that a cell uses; must not know how one is inspected.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local inspector = require('ipynb.inspect')
local inspector_float = require('ipynb.inspect.float')
local layout = require('ipynb.inspect.variables_table')
local mirror = require('ipynb.text.mirror')
local name = require('ipynb.inspect.name')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local facade = require('ipynb.text.facade')

local M = {}

local MAX_NAMES = 200

---@param nb ipynb.Notebook
---@param variables ipynb.Variable[]
local function show(nb, variables)
  local text = layout.lay_out(variables, 'kernel', '')
  local shown = text.variables
  local starts = {}
  for row = 0, #text.lines - 1 do
    starts[#starts + 1] = row
  end
  local buf, win = inspector.show('variables of the cell', {
    lines = text.lines,
    marks = text.marks,
    starts = starts,
  })
  vim.wo[win].wrap = false
  vim.keymap.set('n', '<CR>', function()
    local one = shown[vim.api.nvim_win_get_cursor(0)[1]]
    inspector_float.leave(win)
    local about = { lines = { one.name }, row = 0, offset = vim.fn.strchars(one.name) }
    inspector.inspect(nb, about, one.name, {})
  end, { buffer = buf, nowait = true, desc = 'Inspect the variable' })
end

--- Shows the variables that the cell at the cursor names, as the kernel has them now.
---@param nb ipynb.Notebook
function M.open(nb)
  local id = notebook.current_cell(nb)
  if inspector.enter() then
    return
  elseif not id or nb.cells[id].cell_type ~= 'code' then
    report.info('no code cell here')
    return
  elseif not ask.is_possible(nb) then
    report.info(ask.problem(nb))
    return
  end
  mirror.flush(nb)
  local names = name.all(facade.content(nb, id), MAX_NAMES)
  ask.kernel(nb, {
    kind = 'variables',
    about = { names = names, is_all = true },
    timeout_ms = config.get().inspect.timeout_ms,
  }, function(answer)
    if not answer then
      report.info('the kernel did not answer: it is busy')
    elseif answer.note then
      report.info(answer.note)
    elseif #answer.rows == 0 then
      report.info('the kernel has none of the names of this cell')
    elseif notebook.get() == nb then
      show(nb, answer.rows)
    end
  end)
end

return M
