-- Owns opening notebooks as Neovim sees it: autocommand in, buffer and message out; must not
-- know the file format.

local facade = require('ipynb.facade')
local float = require('ipynb.float')
local history = require('ipynb.history')
local host = require('ipynb.host')
local keymaps = require('ipynb.keymaps')
local layout = require('ipynb.layout')
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
  keymaps.attach(nb)
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

return M
