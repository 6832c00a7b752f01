-- Owns opening notebooks as Neovim sees it: autocommand in, buffer and message out; must not
-- know the file format.

local cell_render = require('ipynb.render.cell')
local facade = require('ipynb.text.facade')
local float = require('ipynb.float')
local fold = require('ipynb.fold')
local fold_keys = require('ipynb.fold.keys')
local fold_method = require('ipynb.fold.method')
local highlight = require('ipynb.highlight')
local history = require('ipynb.text.history')
local host = require('ipynb.host')
local keymaps = require('ipynb.keymaps')
local loading = require('ipynb.host.loading')
local lsp = require('ipynb.lsp')
local markdown = require('ipynb.render.markdown')
local notebook = require('ipynb.notebook')
local output_width = require('ipynb.output.width')
local plain_file = require('ipynb.file.plain')
local report = require('ipynb.report')
local rpc = require('ipynb.host.rpc')
local save = require('ipynb.file.save')
local screen = require('ipynb.render.screen')
local search = require('ipynb.find.search')
local selection = require('ipynb.render.selection')
local shadow = require('ipynb.lsp.shadow')
local yanks = require('ipynb.cells.yanks')
local tabs = require('ipynb.text.tabs')

local M = {}

--- Buffers whose notebook was ended and of which the host has not heard yet; the whole mutable
--- state of this module.
---@type table<integer, true>
local closing = {}

--- Puts cells from the file at the end of the notebook.
---@param nb ipynb.Notebook
---@param cells table[] id, type, lines, count, number of outputs, are they folded? of each
local function take_cells(nb, cells)
  local lines, heights = {}, {}
  for i, cell in ipairs(cells) do
    local id, cell_type, content, execution_count, output_count, is_folded = unpack(cell, 1, 6)
    facade.cell_lines(cell_type, content, lines)
    heights[i] = { id = id, height = #content }
    nb.cells[id] = notebook.new_cell({
      id = id,
      cell_type = cell_type,
      execution_count = execution_count ~= vim.NIL and execution_count or nil,
      output_count = output_count,
    })
    nb.folded_outputs[id] = is_folded or nil
  end
  facade.fill(nb, nb.layout:rows(), lines)
  nb.layout:splice(nb.layout:count() + 1, 0, heights)
  nb.saved_ids = vim.list_slice(nb.layout:ids())
  nb.history = history.new(facade.undo_seq(nb))
end

--- What the host says of the file.
---@param nb ipynb.Notebook
---@param reply table
local function take_facts(nb, reply)
  nb.stamp = reply.stamp
  vim.bo[nb.buf].readonly = reply.is_read_only
  if nb.language ~= reply.language then
    nb.language = reply.language
    vim.b[nb.buf].ipynb_language = nb.language
    tabs.follow_language(nb)
    vim.bo[nb.buf].filetype = 'ipynb'
    highlight.attach(nb)
  end
end

--- `:edit!` unloads the buffer and reads it again at once: the kernel stays for that.
---@param buf integer
local function tell_closed(buf)
  closing[buf] = true
  vim.schedule(function()
    if closing[buf] then
      closing[buf] = nil
      rpc.notify('close', buf)
    end
  end)
end

--- Ends the notebook of a buffer: windows, hidden buffers, the host's part.
---@param nb ipynb.Notebook
local function detach(nb)
  lsp.stop(nb)
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
    tell_closed(nb.buf)
  end
  notebook.emit(nb, 'Closed')
end

---@param nb ipynb.Notebook
local function watch(nb)
  local group = vim.api.nvim_create_augroup('ipynb.' .. nb.buf, { clear = true })
  float.watch(nb, group)
  screen.watch(nb, group)
  output_width.watch(nb, group)
  fold_keys.watch(nb, group)
  fold_method.watch(nb, group)
  search.watch(nb, group)
  selection.watch(nb, group)
  yanks.watch(nb, group)
  markdown.watch(nb, group)
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    group = group,
    buffer = nb.buf,
    callback = function()
      detach(nb)
    end,
  })
  vim.api.nvim_create_autocmd('BufWriteCmd', { -- under any name: `:saveas`, `:file`
    group = group,
    buffer = nb.buf,
    nested = true,
    callback = function(event)
      save.write(nb, event.file)
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

--- Marks outlive `:edit!`, and those of the notebook before mean nothing now.
---@param buf integer
local function clear_marks(buf)
  for name, ns in pairs(vim.api.nvim_get_namespaces()) do
    if vim.startswith(name, 'ipynb.') then
      vim.api.nvim_buf_clear_namespace(buf, ns, 0, -1)
    end
  end
end

---@param nb ipynb.Notebook
---@param reply table
local function show(nb, reply)
  clear_marks(nb.buf)
  -- The host keeps a journal: a swap file has neither outputs nor cells, and cannot be recovered.
  vim.bo[nb.buf].swapfile = false
  take_cells(nb, reply.cells)
  nb.is_attached = true
  nb.batch_no = reply.batch_no or 0
  shadow.open(nb)
  vim.bo[nb.buf].modifiable = false
  take_facts(nb, reply)
  keymaps.attach(nb)
  watch(nb)
  for _, op in ipairs(reply.outputs) do
    nb.cells[op.id].output = op.lines
    nb.cells[op.id].output_count = op.count
  end
  cell_render.redraw_all(nb)
  screen.activate(nb)
end

--- The file turned out to be none that can be shown as a notebook.
---@param buf integer
---@param path string
---@param reply? table
---@param problem? string
---@return boolean is_bad
local function show_problem(buf, path, reply, problem)
  if not reply then
    plain_file.show_locked(buf, path)
    report.error(('%s: %s'):format(vim.fn.fnamemodify(path, ':t'), problem))
  elseif reply.problem then
    plain_file.show(buf, path, reply.problem)
    report.error(reply.problem.text)
  end
  return not reply or reply.problem ~= nil
end

---@param nb ipynb.Notebook
---@param reply table
local function opened(nb, reply)
  fold.follow_load(nb)
  lsp.start(nb)
  if reply.note ~= vim.NIL then
    report.info(reply.note)
  end
  vim.api.nvim_exec_autocmds('BufReadPost', { buffer = nb.buf, modeline = false })
  notebook.emit(nb, 'Opened')
end

---@param nb ipynb.Notebook
---@param reply? table
---@param problem? string
local function show_rest(nb, reply, problem)
  if not reply or reply.problem then
    detach(nb)
    show_problem(nb.buf, nb.path, reply, problem)
    return
  end
  take_cells(nb, reply.cells)
  shadow.reset(nb)
  take_facts(nb, reply)
  cell_render.redraw_all(nb)
  opened(nb, reply)
end

--- `:edit x.ipynb`: BufReadCmd.
---@param buf integer
---@param path string
function M.open(buf, path)
  local old = notebook.get(buf)
  if old and old.buf == buf then
    detach(old)
  end
  closing[buf] = nil
  path = vim.fn.fnamemodify(path, ':p')
  local reply, problem = rpc.request('open', buf, host.options(), path, loading.min_lines())
  if show_problem(buf, path, reply, problem) then
    return
  end
  ---@cast reply table
  plain_file.forget(buf)
  local nb = notebook.add(buf, path)
  show(nb, reply)
  if reply.is_partial then
    loading.begin(nb, function(...)
      show_rest(nb, ...)
    end)
  else
    opened(nb, reply)
  end
  rpc.notify('shown', buf)
end

return M
