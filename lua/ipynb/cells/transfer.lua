-- Owns cutting, copying and pasting cells: register, operation, screen; must not know which key
-- or command it was.

local cursor = require('ipynb.find.cursor')
local float = require('ipynb.float')
local host = require('ipynb.host')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local registers = require('ipynb.cells.registers')
local report = require('ipynb.report')
local screen = require('ipynb.render.screen')
local splice = require('ipynb.cells.splice')
local structure = require('ipynb.cells.structure')

local M = {}

--- Says how many, where Vim would say it of lines.
---@param count integer
---@param what string
local function say_count(count, what)
  if count > vim.o.report then
    report.echo(('%d %s'):format(count, what))
  end
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param register string where the cells go
function M.cut(nb, range, register)
  host.ensure(nb)
  mirror.flush(nb)
  local count = #notebook.ids(nb, range)
  registers.put(nb, register, splice.cells(nb, range.index, count), true)
  screen.follow(nb, structure.delete(nb, range))
  local next_id = nb.layout:id_at(math.min(range.index, nb.layout:count()))
  if next_id then
    cursor.go(nb, next_id)
  end
  say_count(count, 'fewer cells')
end

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@param register string
function M.copy(nb, range, register)
  host.ensure(nb)
  mirror.flush(nb)
  local count = #notebook.ids(nb, range)
  registers.put(nb, register, splice.cells(nb, range.index, count), false)
  say_count(count, 'cells copied')
end

--- What a register holds: cells, or text for a new one.
---@param register string
---@return ipynb.ClipCell[]?
local function held(register)
  local cells = registers.cells(register)
  local lines = cells and {} or registers.text(register)
  if #lines == 0 then
    return cells
  end
  local look = notebook.new_cell({ id = '', cell_type = 'code' })
  return { { id = '', buf = 0, cell_type = 'code', lines = lines, is_cut = false, look = look } }
end

--- Puts the cells of a register into the notebook; text becomes a code cell.
---@param nb ipynb.Notebook
---@param range ipynb.Range cells to replace; count 0: none, paste before `index`
---@param register string
---@param times integer
---@param is_kept? boolean what is replaced goes into no register (:h v_P)
function M.paste(nb, range, register, times, is_kept)
  local cells = held(register)
  if not cells then
    report.info(('nothing in register %s'):format(register))
    return
  end
  host.ensure(nb)
  float.close(nb)
  if range.count > 0 and not is_kept then
    local replaced = splice.cells(nb, range.index, #notebook.ids(nb, range))
    registers.put(nb, '"', replaced, true)
  end
  local travel, id = structure.paste(nb, range, cells, times)
  screen.follow(nb, travel)
  cursor.go(nb, id)
  say_count(#cells * times, 'more cells')
end

---@param nb ipynb.Notebook
---@param where 'above'|'below'
---@param register string
---@param times integer
function M.paste_beside(nb, where, register, times)
  local index = notebook.current_index(nb) or 0
  local at = (where == 'below' or index == 0) and index + 1 or index
  M.paste(nb, { index = at, count = 0 }, register, times)
end

return M
