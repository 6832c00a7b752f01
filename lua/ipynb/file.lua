-- Owns reading and writing notebooks as Neovim sees it: autocommand in, buffer and message out;
-- must not know the file format.

local facade = require('ipynb.facade')
local float = require('ipynb.float')
local history = require('ipynb.history')
local host = require('ipynb.host')
local keymaps = require('ipynb.keymaps')
local layout = require('ipynb.layout')
local mirror = require('ipynb.mirror')
local notebook = require('ipynb.notebook')
local plain_file = require('ipynb.plain_file')
local report = require('ipynb.report')
local rpc = require('ipynb.rpc')
local screen = require('ipynb.screen')
local shadow = require('ipynb.shadow')

local M = {}

---@param nb ipynb.Notebook
---@param cells table[] id, type, lines, execution_count, output_count of each
---@return string[] lines of the facade
local function take_cells(nb, cells)
  local lines, heights = {}, {}
  for i, cell in ipairs(cells) do
    local id, cell_type, content, execution_count, output_count = unpack(cell, 1, 5)
    facade.cell_lines(cell_type, content, lines)
    heights[i] = { id = id, height = #content }
    nb.cells[id] = notebook.new_cell({
      id = id,
      cell_type = cell_type,
      execution_count = execution_count ~= vim.NIL and execution_count or nil,
      output_count = output_count,
    })
  end
  nb.layout = layout.new(heights)
  nb.saved_ids = vim.list_slice(nb.layout:ids())
  return lines
end

--- Ends the notebook of a buffer: windows, hidden buffers, the host's part.
---@param nb ipynb.Notebook
local function detach(nb)
  float.close(nb)
  pcall(vim.api.nvim_del_augroup_by_name, 'ipynb.' .. nb.buf) -- E: none, when opening failed
  notebook.remove(nb.buf)
  for _, buf in pairs(nb.edit_bufs) do
    if vim.api.nvim_buf_is_valid(buf) then
      vim.api.nvim_buf_delete(buf, { force = true })
    end
  end
  shadow.close(nb)
  if nb.is_attached then
    rpc.notify('close', nb.buf)
  end
  notebook.emit(nb, 'Closed')
end

---@param nb ipynb.Notebook
local function watch(nb)
  local group = vim.api.nvim_create_augroup('ipynb.' .. nb.buf, { clear = true })
  float.watch(nb, group)
  screen.watch(nb, group)
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    group = group,
    buffer = nb.buf,
    callback = function()
      detach(nb)
    end,
  })
  vim.api.nvim_create_autocmd('BufFilePost', {
    group = group,
    buffer = nb.buf,
    callback = function()
      nb.path = vim.api.nvim_buf_get_name(nb.buf)
      host.notify(nb, 'rename', nb.path)
    end,
  })
end

---@param nb ipynb.Notebook
---@param reply table
local function show(nb, reply)
  facade.fill(nb, take_cells(nb, reply.cells))
  nb.history = history.new(facade.undo_seq(nb))
  nb.language, nb.stamp = reply.language, reply.stamp
  nb.is_attached = true
  shadow.open(nb)
  local bo = vim.bo[nb.buf]
  bo.modifiable, bo.readonly = false, reply.is_read_only
  vim.b[nb.buf].ipynb_language = nb.language
  bo.filetype = 'ipynb'
  keymaps.attach_facade(nb)
  watch(nb)
  for _, op in ipairs(reply.outputs) do
    nb.cells[op.id].output = op.lines
    nb.cells[op.id].output_count = op.count
  end
  require('ipynb.render.cell').redraw_all(nb)
  screen.activate(nb)
  rpc.notify('shown', nb.buf)
end

--- `:edit x.ipynb`: BufReadCmd.
---@param buf integer
---@param path string
function M.open(buf, path)
  local old = notebook.get(buf)
  if old and old.buf == buf then
    detach(old)
  end
  path = vim.fn.fnamemodify(path, ':p')
  local reply, problem = rpc.request('open', buf, host.options(), path)
  if not reply then
    plain_file.show_locked(buf, path)
    report.error(('%s: %s'):format(vim.fn.fnamemodify(path, ':t'), problem))
    return
  end
  if reply.problem then
    plain_file.show(buf, path, reply.problem)
    report.error(reply.problem.text)
    return
  end
  plain_file.forget(buf)
  local nb = notebook.add(buf, path)
  show(nb, reply)
  if reply.note ~= vim.NIL then
    report.info(reply.note)
  end
  vim.api.nvim_exec_autocmds('BufReadPost', { buffer = buf, modeline = false })
  notebook.emit(nb, 'Opened')
end

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
    nb.stamp, nb.has_unsaved_outputs = reply.stamp, false
    nb.saved_ids = vim.list_slice(nb.layout:ids())
  end
  report.echo(said(nb, path, reply.size))
  vim.api.nvim_exec_autocmds('BufWritePost', { buffer = nb.buf, modeline = false })
  notebook.emit(nb, 'Saved', { path = path })
end

--- Writes the notebook; `modified` stays when that fails.
---@param nb ipynb.Notebook
---@param path? string another file: the notebook stays what it is
---@param is_forced? boolean
---@return boolean saved
function M.save(nb, path, is_forced)
  mirror.flush(nb)
  path = vim.fn.fnamemodify(path or nb.path, ':p')
  local reply, problem = host.request(nb, 'write', path, is_forced or false)
  if reply and reply.question then
    local choice = vim.fn.confirm(reply.question, '&Overwrite\n&Cancel', 2, 'Warning')
    if choice ~= 1 then
      report.warn('not written: ' .. vim.fn.fnamemodify(path, ':t'))
      return false
    end
    reply, problem = host.request(nb, 'write', path, true)
  end
  if not reply then
    report.error(problem or 'not written')
    return false
  end
  on_written(nb, path, reply)
  return true
end

--- `:w`: BufWriteCmd.
---@param buf integer
---@param path string
function M.write(buf, path)
  local nb = notebook.get(buf)
  if nb then
    M.save(nb, path, vim.v.cmdbang == 1)
  else
    plain_file.write(buf, path)
  end
end

--- `:w` in an edit buffer saves the notebook, `:w cell.py` writes the cell's text; a name that
--- is a notebook's comes to `write`.
---@param nb ipynb.Notebook
---@param buf integer
---@param name string
function M.write_from_edit(nb, buf, name)
  if vim.fn.fnamemodify(name, ':p') == vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ':p') then
    M.save(nb, nil, vim.v.cmdbang == 1)
  elseif not name:match('%.ipynb$') then
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
