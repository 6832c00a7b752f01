-- Owns writing notebooks as Neovim sees it: autocommand in, file and message out; must not know
-- the file format.

local before_write = require('ipynb.file.before_write')
local host = require('ipynb.host')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local plain_file = require('ipynb.file.plain')
local report = require('ipynb.report')

local M = {}

--- What `:write` says, on one line: a long path loses its folders.
---@param nb ipynb.Notebook
---@param path string
---@param size_bytes integer
---@return string
local function said(nb, path, size_bytes)
  local text = ('%d cells, %dB written'):format(nb.layout:count(), size_bytes)
  local name = vim.fn.fnamemodify(path, ':~:.')
  if vim.fn.strdisplaywidth(name .. text) > vim.o.columns - 20 then
    name = '…/' .. vim.fn.fnamemodify(path, ':t')
  end
  return ('"%s" %s'):format(name, text)
end

---@param nb ipynb.Notebook
---@param path string
---@param reply table
local function on_written(nb, path, reply)
  if path == nb.path then
    vim.bo[nb.buf].modified = false
    mirror.settle(nb)
    nb.stamp, nb.has_unsaved_outputs = reply.stamp, false
    nb.saved_ids = vim.list_slice(nb.layout:ids())
  end
  report.echo(said(nb, path, reply.size))
  vim.api.nvim_exec_autocmds('BufWritePost', { buffer = nb.buf, modeline = false })
  notebook.emit(nb, 'Saved', { path = path })
end

--- Writes the notebook; `modified` stays when that fails.
---@param nb ipynb.Notebook
---@param path string another file than its own: the notebook stays what it is
---@param is_forced boolean
local function write(nb, path, is_forced)
  mirror.flush(nb)
  path = vim.fn.fnamemodify(path, ':p')
  local reply, problem = host.request(nb, 'write', path, is_forced)
  if reply and reply.question then
    local question = reply.question:gsub('^.*/', '', 1) -- the folders say nothing here
    local choice = vim.fn.confirm(question, '&Overwrite\n&Cancel', 2, 'Warning')
    if choice ~= 1 then
      report.warn('not written: ' .. vim.fn.fnamemodify(path, ':t'))
      return
    end
    reply, problem = host.request(nb, 'write', path, true)
  end
  if not reply then
    report.error(problem or 'not written')
    return
  end
  on_written(nb, path, reply)
end

--- Writes the notebook by `:write` in the facade. That tells Neovim the time of the file, which
--- it would else take for another program's change (W12, 'autoread').
---@param nb ipynb.Notebook
---@param is_forced boolean
function M.save(nb, is_forced)
  local ok, problem = pcall(vim.api.nvim_buf_call, nb.buf, function() -- E45: 'readonly'
    vim.api.nvim_cmd({ cmd = 'write', bang = is_forced }, {})
  end)
  if not ok then
    report.error((tostring(problem):gsub('^.-(E%d+:)', '%1')))
  end
end

--- `:w` in the facade: BufWriteCmd.
---@param nb ipynb.Notebook
---@param path string
function M.write(nb, path)
  local is_forced = vim.v.cmdbang == 1
  mirror.flush(nb)
  before_write.run()
  if notebook.get(nb.buf) == nb then
    write(nb, path, is_forced)
  end
end

--- `:w` in an edit buffer saves the notebook, `:w copy.ipynb` a copy of it, `:w cell.py` writes
--- the cell's text.
---@param nb ipynb.Notebook
---@param buf integer
---@param name string
function M.write_from_edit(nb, buf, name)
  if vim.fn.fnamemodify(name, ':p') == vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ':p') then
    M.save(nb, vim.v.cmdbang == 1)
  elseif name:match('%.ipynb$') then
    M.write(nb, name)
  else
    plain_file.write(buf, name)
  end
end

--- `:1,5w x.ipynb`, `:w >> x.ipynb`: from a notebook this would put its text, not a notebook,
--- into the file.
---@param buf integer
---@param path string
---@param is_append boolean
function M.write_part(buf, path, is_append)
  if notebook.get(buf) then
    report.error('not written: a notebook file takes only the whole notebook, :w')
  else
    plain_file.write_part(buf, path, is_append)
  end
end

return M
