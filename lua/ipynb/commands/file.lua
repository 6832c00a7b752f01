-- Owns the commands on files: open, create, info; must not know cells.

local host = require('ipynb.host')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local rpc = require('ipynb.host.rpc')
local servers = require('ipynb.lsp.servers')

---@param path string
local function complete_path(_, path)
  return vim.fn.getcompletion(path, 'file')
end

---@param call ipynb.Call
local function open(_, call)
  local path = call.arguments[1]
  path = path and vim.fn.expand(path) or vim.api.nvim_buf_get_name(0)
  if path == '' then
    report.error('NotebookOpen: no file name')
    return
  end
  vim.cmd.edit({ vim.fn.fnameescape(path), bang = call.bang })
end

---@param call ipynb.Call
local function create(_, call)
  local path, kernel_name = unpack(call.arguments, 1, 2)
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

---@param nb ipynb.Notebook
---@param call ipynb.Call
local function info(nb, call)
  local facts, problem = host.request(nb, 'info')
  if not facts then
    report.error(problem or 'no host')
    return
  end
  vim.list_extend(facts, servers.facts(nb))
  local status = rpc.status()
  vim.list_extend(facts, { { 'host', ('%s, %s'):format(status.mode, status.python or '') } })
  if report.last() then
    table.insert(facts, { 'message', report.last() })
  end
  local chunks = {}
  for i, pair in ipairs(facts) do
    chunks[#chunks + 1] = { ('%-10s '):format(pair[1]), 'Title' }
    chunks[#chunks + 1] = { pair[2] .. (i < #facts and '\n' or '') }
  end
  vim.api.nvim_echo(chunks, not call.is_silent, {})
end

---@type ipynb.Action[]
return {
  { name = 'Open', is_anywhere = true, complete = complete_path, run = open },
  { name = 'Create', is_anywhere = true, complete = complete_path, run = create },
  { name = 'Info', run = info },
}
