-- Owns running a part of a cell: what is selected, or a line; must not know whole cells' runs.

local host = require('ipynb.host')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

---@class ipynb.Part
---@field cell_id string
---@field lines string[]

--- The cell that has all of these lines of the current buffer, and its first and last line there.
---@param nb ipynb.Notebook
---@param line1 integer
---@param line2 integer
---@return string? cell_id nil: several, which is said
---@return integer first
---@return integer last
local function cell_of(nb, line1, line2)
  if vim.api.nvim_get_current_buf() ~= nb.buf then
    return vim.b.ipynb_cell_id, 1, vim.api.nvim_buf_line_count(0)
  end
  local id, last_id = nb.layout:at(line1 - 1), nb.layout:at(line2 - 1)
  if not id or id ~= last_id then
    report.info('the selection is more than one cell: run these by :NotebookExecuteCell')
    return nil, 0, 0
  end
  local row, end_row = nb.layout:content(id)
  return id, row + 1, end_row
end

--- The text of the last Visual selection, if it is these lines and not of whole lines.
---@param line1 integer
---@param line2 integer
---@return string[]?
local function region(line1, line2)
  local mode, from, to = vim.fn.visualmode(), vim.fn.getpos("'<"), vim.fn.getpos("'>")
  if mode == '' or mode == 'V' or from[2] ~= line1 or to[2] ~= line2 then
    return nil
  end
  return vim.fn.getregion(from, to, { type = mode })
end

---@param nb ipynb.Notebook
---@param part ipynb.Part
local function execute(nb, part)
  if nb.cells[part.cell_id].cell_type ~= 'code' then
    report.info('no code cell here')
  elseif vim.trim(table.concat(part.lines)) == '' then
    report.info('nothing to run here')
  else
    mirror.flush(nb)
    host.notify(nb, 'execute_part', part.cell_id, part.lines)
  end
end

---@param nb ipynb.Notebook
---@param line1 integer of the current buffer, which is the facade or an edit buffer
---@param line2 integer
---@param is_visual boolean the last Visual selection may say which columns
local function execute_lines(nb, line1, line2, is_visual)
  local id, first, last = cell_of(nb, line1, line2)
  if not id then
    return
  end
  local is_inside = line1 >= first and line2 <= last
  local lines = is_visual and is_inside and region(line1, line2)
    or vim.api.nvim_buf_get_lines(0, math.max(line1, first) - 1, math.min(line2, last), false)
  execute(nb, { cell_id = id, lines = lines })
end

--- Runs the lines of a command's range, or what was selected last.
---@param nb ipynb.Notebook
---@param call ipynb.Call
function M.selection(nb, call)
  local lines = call.lines or { vim.fn.line("'<"), vim.fn.line("'>") }
  if lines[1] == 0 or lines[2] > vim.api.nvim_buf_line_count(0) then
    report.info('nothing is selected')
    return
  end
  execute_lines(nb, lines[1], lines[2], true)
end

---@param nb ipynb.Notebook
function M.line(nb)
  if notebook.get(0) ~= nb then
    return
  end
  local lnum = vim.api.nvim_win_get_cursor(0)[1]
  execute_lines(nb, lnum, lnum, false)
end

return M
