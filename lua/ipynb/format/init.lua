-- Owns formatting cells by a formatter, one after the other and around magics; must not know what
-- formats, keys or commands.

local change = require('ipynb.text.change')
local config = require('ipynb.config')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local facade = require('ipynb.text.facade')
local format_mask = require('ipynb.lsp.mask.format')
local injection = require('ipynb.highlight.injection')

local M = {}

---@class ipynb.FormatOrder
---@field options table of LSP
---@field ranges? table<string, lsp.Range> by cell, rows and columns of the cell

---@class ipynb.FormatCell
---@field id string
---@field lines string[]
---@field hidden string[] the same without magics

--- Formats what is hidden of a cell. With `is_whole` the answer has the cell's own lines.
---@alias ipynb.FormatDone fun(lines: string[]?, problem: string?, is_whole: boolean?)

--- Returns what cancels it.
---@alias ipynb.FormatRun
---| fun(order: ipynb.FormatOrder, cell: ipynb.FormatCell, on_done: ipynb.FormatDone): fun()

---@class ipynb.Formatter
---@field name string
---@field run ipynb.FormatRun

--- Blank lines at the end, as many as the option says.
---@param lines string[]
---@return string[]
local function end_cleanly(lines)
  local last = #lines
  while last > 1 and not lines[last]:find('%S') do
    last = last - 1
  end
  local result = vim.list_slice(lines, 1, last)
  for _ = 1, config.get().format.trailing_blank_lines do
    result[#result + 1] = ''
  end
  return result
end

---@param nb ipynb.Notebook
---@param cells table<string, string[]>
---@return ipynb.FormatCell[] that have something to format
local function waiting_cells(nb, cells)
  local waiting, has_magics = {}, injection.has_magics(nb.language)
  for id, lines in pairs(cells) do
    local hidden = has_magics and format_mask.hide(lines) or not has_magics and lines
    if hidden then
      waiting[#waiting + 1] = { id = id, lines = lines, hidden = hidden }
    end
  end
  return waiting
end

---@param formatter ipynb.Formatter
---@param cell ipynb.FormatCell
---@param lines? string[]
---@param is_whole? boolean
---@return string[] lines
---@return string? problem
local function formatted(formatter, cell, lines, is_whole)
  if lines and not is_whole and cell.hidden ~= cell.lines then
    lines = format_mask.restore(lines, cell.hidden, cell.lines)
  end
  if not lines then
    return cell.lines, formatter.name .. ': its edits make no sense here'
  end
  return end_cleanly(lines)
end

--- Formats cells one after the other: pylsp formats in threads that share what they change, and has
--- no edits for some of several cells asked for at once.
---@param nb ipynb.Notebook
---@param formatter ipynb.Formatter
---@param order ipynb.FormatOrder
---@param cells table<string, string[]> text by cell
---@param on_done fun(cells: table<string, string[]>, problem: string?)
---@return fun() cancel
function M.cells(nb, formatter, order, cells, on_done)
  local result, problem, cancel = vim.tbl_extend('force', {}, cells), nil, nil
  local waiting = waiting_cells(nb, cells)
  local function go_on(index)
    local cell = waiting[index]
    if not cell then
      on_done(result, problem)
      return
    end
    cancel = formatter.run(order, cell, function(lines, one_problem, is_whole)
      if not one_problem then
        result[cell.id], one_problem = formatted(formatter, cell, lines, is_whole)
      end
      problem = problem or one_problem
      go_on(index + 1)
    end)
  end
  go_on(1)
  return function()
    if cancel then
      cancel()
    end
  end
end

--- Puts formatted text, unless the cell has changed meanwhile.
---@param nb ipynb.Notebook
---@param before table<string, string[]>
---@param after table<string, string[]>
---@return integer changed cells
function M.put(nb, before, after)
  local changes = {}
  for id, lines in pairs(after) do
    local is_same = nb.layout:index(id) and vim.deep_equal(facade.content(nb, id), before[id])
    if is_same and not vim.deep_equal(lines, before[id]) then
      changes[#changes + 1] = { cell_id = id, lines = lines }
    end
  end
  diagnostics.while_many(nb, #changes, function()
    change.apply(nb, changes)
  end)
  return #changes
end

--- The code cells among some.
---@param nb ipynb.Notebook
---@param ids string[]
---@return table<string, string[]> text by cell
function M.texts(nb, ids)
  local texts = {}
  for _, id in ipairs(ids) do
    if nb.cells[id].cell_type == 'code' then
      texts[id] = facade.content(nb, id)
    end
  end
  return texts
end

return M
