-- Owns going from a line of output to the cell or file it speaks of; must not know the window.

local jump = require('ipynb.find.jump')
local report = require('ipynb.report')
local traceback = require('ipynb.output.traceback')

local M = {}

--- Shows a file where the notebook is shown, as a jump.
---@param nb ipynb.Notebook
---@param path string untrusted: never a part of a command
---@param row integer 0-based
local function to_file(nb, path, row)
  jump.to_facade(nb)
  vim.cmd("normal! m'")
  local buf = vim.fn.bufadd(path)
  vim.bo[buf].buflisted = true
  vim.api.nvim_win_set_buf(0, buf)
  vim.api.nvim_win_set_cursor(0, { math.min(row + 1, vim.api.nvim_buf_line_count(buf)), 0 })
end

---@param nb ipynb.Notebook
---@param target ipynb.Target
local function go(nb, target)
  if target.cell_id then
    jump.to(nb, target.cell_id, target.row)
  else
    to_file(nb, target.path, target.row)
  end
end

--- The file whose name is under the cursor, as |gf| finds it.
---@param nb ipynb.Notebook
---@return ipynb.Target?
local function file_at_cursor(nb)
  local name = vim.fn.expand('<cfile>'):gsub('^~/', vim.uv.os_homedir() .. '/')
  local path = vim.startswith(name, '/') and name or vim.fs.joinpath(vim.fs.dirname(nb.path), name)
  return name ~= '' and vim.fn.filereadable(path) == 1 and { path = path, row = 0 } or nil
end

--- Goes where the line under the cursor points.
---@param nb ipynb.Notebook
---@param cell_id string whose output the current buffer has
---@param close fun() closes the window
function M.at_cursor(nb, cell_id, close)
  local lnum = vim.api.nvim_win_get_cursor(0)[1]
  local first = math.max(0, lnum - 40)
  local lines = vim.api.nvim_buf_get_lines(0, first, lnum, false)
  local target = traceback.target(nb, lines, #lines, cell_id) or file_at_cursor(nb)
  if not target then
    report.info('this line names no cell or file')
    return
  end
  close()
  go(nb, target)
end

--- Goes to the row of a cell in which a cell's error stands.
---@param nb ipynb.Notebook
---@param cell_id string
function M.to_error(nb, cell_id)
  local lines = {}
  for i, line in ipairs(nb.cells[cell_id].output or {}) do
    lines[i] = ''
    for _, chunk in ipairs(line) do
      lines[i] = lines[i] .. chunk[1]
    end
  end
  local target = traceback.last_in_cell(nb, lines, cell_id)
  if target then
    go(nb, target)
  else
    report.info('this cell shows no error that names a cell')
  end
end

return M
