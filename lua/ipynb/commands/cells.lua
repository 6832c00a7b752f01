-- Owns the actions on cells by name; must not know keys or how they are done.

local actions = require('ipynb.cells.actions')
local calls = require('ipynb.commands.call')
local cursor = require('ipynb.find.cursor')
local notebook = require('ipynb.notebook')
local registers = require('ipynb.cells.registers')
local transfer = require('ipynb.cells.transfer')

local CELL_TYPES = { 'code', 'markdown', 'raw' }

--- What the toggle makes of each type.
local OTHER_TYPE = { code = 'markdown', markdown = 'code', raw = 'code' }

--- Runs `act` on the cells that are meant, if there are any.
---@param act fun(nb: ipynb.Notebook, range: ipynb.Range, call: ipynb.Call)
---@return fun(nb: ipynb.Notebook, call: ipynb.Call)
local function on_range(act)
  return function(nb, call)
    local range = calls.range(nb, call)
    if range then
      act(nb, range, call)
    end
  end
end

---@param where 'above'|'below'
local function paste(where)
  return function(nb, call)
    local range = call.selected and calls.range(nb, call)
    if range then
      transfer.paste(nb, range, call.register, call.count or 1, where == 'above')
    else
      transfer.paste_beside(nb, where, call.register, call.count or 1)
    end
  end
end

---@param distance integer
local function move(distance)
  return function(nb, call)
    -- The count says how far; how many cells, only a selection.
    local range = calls.range(nb, vim.tbl_extend('force', call, { count = 1 }))
    if not range then
      return
    end
    local ids = notebook.ids(nb, range)
    actions.move(nb, range, distance * (call.count or 1))
    if call.range and call.selected then
      cursor.select(nb, ids)
    end
  end
end

---@return string[]
local function complete_type()
  return CELL_TYPES
end

local ALL = { 'n', 'x' }

---@param where 'Above'|'Below'
---@return ipynb.Action
local function inserting(where)
  return {
    name = 'InsertCell' .. where,
    key = 'insert_cell_' .. where:lower(),
    is_on_cells = true,
    is_counted = true,
    is_repeatable = true,
    complete = complete_type,
    run = function(nb, call)
      local wanted = call.arguments[1]
      local cell_type = vim.list_contains(CELL_TYPES, wanted) and wanted or 'code'
      actions.insert(nb, where:lower(), cell_type, call.count or 1)
    end,
  }
end

---@param name string after "Make"
---@param cell_type string
---@return ipynb.Action
local function making(name, cell_type)
  return {
    name = 'Make' .. name,
    key = 'make_' .. cell_type,
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = on_range(function(nb, range)
      actions.set_type(nb, range, function()
        return cell_type
      end)
    end),
  }
end

local cut = on_range(function(nb, range, call)
  transfer.cut(nb, range, call.register)
end)

local copy = on_range(function(nb, range, call)
  transfer.copy(nb, range, call.register)
end)

local merge = on_range(function(nb, range, call)
  local count = (call.range or call.selected) and range.count or call.count or 2
  actions.merge(nb, { index = range.index, count = math.max(count, 2) })
end)

---@type ipynb.Action[]
return {
  inserting('Above'),
  inserting('Below'),
  {
    name = 'CutCell',
    key = 'cut_cell',
    where = 'facade',
    is_on_cells = true,
    is_repeatable = true,
    run = cut,
  },
  {
    name = 'CutOperator',
    key = 'cut_operator',
    where = 'facade',
    is_operator = true,
    run = function(nb, call)
      if call.is_text then
        cursor.empty(nb, call.register)
      else
        cut(nb, call)
      end
    end,
  },
  {
    name = 'CutSelection',
    key = 'cut_selection',
    where = 'facade',
    modes = { 'V' },
    is_repeatable = true,
    run = cut,
  },
  {
    name = 'CopySelection',
    key = 'copy_selection',
    where = 'facade',
    modes = { 'V' },
    run = copy,
  },
  {
    name = 'DeleteCell',
    key = 'delete_cell',
    where = 'facade',
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = on_range(function(nb, range)
      transfer.cut(nb, range, registers.NONE)
    end),
  },
  {
    name = 'CopyCell',
    key = 'copy_cell',
    where = 'facade',
    is_on_cells = true,
    run = copy,
  },
  {
    name = 'PasteCellBelow',
    key = 'paste_cell_below',
    where = 'facade',
    modes = ALL,
    is_on_cells = true,
    is_counted = true,
    is_repeatable = true,
    run = paste('below'),
  },
  {
    name = 'PasteCellAbove',
    key = 'paste_cell_above',
    where = 'facade',
    modes = ALL,
    is_on_cells = true,
    is_counted = true,
    is_repeatable = true,
    run = paste('above'),
  },
  {
    name = 'MoveCellDown',
    key = 'move_cell_down',
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = move(1),
  },
  {
    name = 'MoveCellUp',
    key = 'move_cell_up',
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = move(-1),
  },
  {
    name = 'SplitCell',
    key = 'split_cell',
    is_repeatable = true,
    run = function(nb)
      actions.split(nb)
    end,
  },
  {
    name = 'MergeCells',
    key = 'merge_cells',
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = merge,
  },
  {
    name = 'JoinCells',
    key = 'join_cells',
    where = 'facade',
    modes = ALL,
    is_repeatable = true,
    run = merge,
  },
  making('Code', 'code'),
  making('Markdown', 'markdown'),
  making('Raw', 'raw'),
  {
    name = 'ToggleCellType',
    key = 'toggle_cell_type',
    modes = ALL,
    is_on_cells = true,
    is_repeatable = true,
    run = on_range(function(nb, range)
      actions.set_type(nb, range, function(cell_type)
        return OTHER_TYPE[cell_type]
      end)
    end),
  },
}
