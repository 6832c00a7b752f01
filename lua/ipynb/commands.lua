-- Owns the commands' bodies; must not know keys. `plugin/ipynb.lua` defines the commands and
-- comes here on first use.

local actions = require('ipynb.actions')
local cursor = require('ipynb.cursor')
local host = require('ipynb.host')
local kernel = require('ipynb.kernel')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local rpc = require('ipynb.rpc')
local run = require('ipynb.run')
local save = require('ipynb.save')

local M = {}

local CELL_TYPES = { 'code', 'markdown', 'raw' }

---@param args table as nvim_create_user_command gives it
---@return string cell_type
local function cell_type(args)
  return vim.tbl_contains(CELL_TYPES, args.args) and args.args or 'code'
end

---@param where 'above'|'below'
local function insert(where)
  return function(nb, args)
    actions.insert(nb, where, cell_type(args), math.max(args.count, 1))
  end
end

--- The cells a command means: its range of lines, else as many as its argument says.
---@param args table
---@param count? integer
---@return ipynb.Range?
local function range_of(nb, args, count)
  return actions.range(nb, {
    range = args.range,
    line1 = args.line1,
    line2 = args.line2,
    count = count or tonumber(args.args) or 1,
  })
end

---@param distance integer
local function move(distance)
  return function(nb, args)
    local range = range_of(nb, args, 1)
    if range then
      actions.move(nb, range, distance * (tonumber(args.args) or 1))
    end
  end
end

---@param method string
local function tell(method)
  return function(nb)
    host.notify(nb, method)
  end
end

--- Commands that act on the notebook of the current buffer.
---@type table<string, fun(nb: ipynb.Notebook, args: table)>
M.on_notebook = {
  Save = function(nb, args)
    save.save(nb, nil, args.bang)
  end,
  EditCell = function(nb)
    cursor.edit(nb)
  end,
  InsertCellAbove = insert('above'),
  InsertCellBelow = insert('below'),
  DeleteCell = function(nb, args)
    local range = range_of(nb, args)
    if range then
      actions.delete(nb, range)
    end
  end,
  MoveCellUp = move(-1),
  MoveCellDown = move(1),
  ExecuteCell = function(nb, args)
    local range = range_of(nb, args)
    if range then
      run.cells(nb, range)
    end
  end,
  ExecuteCellAndNext = run.cell_and_next,
  ExecuteAll = run.all,
  Cancel = tell('cancel'),
  Output = run.open_output,
  ClearOutput = run.clear_output,
  ClearAllOutputs = tell('clear_all_outputs'),
  KernelStart = function(nb, args)
    host.notify(nb, 'start_kernel', args.args ~= '' and args.args or vim.NIL)
  end,
  KernelInterrupt = tell('interrupt'),
  KernelRestart = function(nb, args)
    host.notify(nb, 'restart', args.bang)
  end,
  KernelShutdown = tell('shutdown'),
  KernelStatus = kernel.show_status,
}

---@param args table
function M.on_notebook.Info(nb, args)
  local info, problem = host.request(nb, 'info')
  if not info then
    report.error(problem or 'no host')
    return
  end
  local status = rpc.status()
  vim.list_extend(info, { { 'host', ('%s, %s'):format(status.mode, status.python or '') } })
  if report.last() then
    table.insert(info, { 'message', report.last() })
  end
  local chunks = {}
  for i, pair in ipairs(info) do
    chunks[#chunks + 1] = { ('%-10s '):format(pair[1]), 'Title' }
    chunks[#chunks + 1] = { pair[2] .. (i < #info and '\n' or '') }
  end
  vim.api.nvim_echo(chunks, not args.smods.silent, {})
end

--- Commands that need no notebook.
---@type table<string, fun(args: table)>
M.anywhere = {}

function M.anywhere.Open(args)
  local path = args.args ~= '' and vim.fn.expand(args.args) or vim.api.nvim_buf_get_name(0)
  if path == '' then
    report.error('NotebookOpen: no file name')
    return
  end
  vim.cmd.edit({ vim.fn.fnameescape(path), bang = args.bang })
end

function M.anywhere.Create(args)
  local path, kernel_name = unpack(args.fargs, 1, 2)
  path = vim.fn.fnamemodify(path or 'Untitled.ipynb', ':p')
  if not path:match('%.ipynb$') then
    path = path .. '.ipynb'
  end
  if vim.uv.fs_lstat(path) then
    local name = vim.fs.basename(path)
    report.error(('NotebookCreate: %s exists; open it with :NotebookOpen'):format(name))
    return
  end
  vim.cmd.edit(vim.fn.fnameescape(path))
  local nb = notebook.get()
  if nb and kernel_name then
    host.notify(nb, 'set_kernel', kernel_name)
  end
end

--- Runs a command by its name after "Notebook".
---@param name string
---@param args table
function M.run(name, args)
  if M.anywhere[name] then
    M.anywhere[name](args)
    return
  end
  local nb = notebook.get()
  if not nb then
    report.error(('Notebook%s: this buffer is no notebook'):format(name))
    return
  end
  M.on_notebook[name](nb, args)
end

--- Completes a command's argument.
---@param name string
---@param lead string
---@return string[]
function M.complete(name, lead)
  local candidates = {}
  if name == 'InsertCellAbove' or name == 'InsertCellBelow' then
    candidates = CELL_TYPES
  elseif name == 'Open' or name == 'Create' then
    return vim.fn.getcompletion(lead, 'file')
  elseif name == 'KernelStart' and notebook.get() then
    candidates = host.request(notebook.get(), 'kernel_names') or {}
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, candidates)
end

return M
