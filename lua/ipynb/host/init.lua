-- Owns the tie between a notebook and the host: attach, attach again after a death; must not
-- know how the host is started.

local loading = require('ipynb.host.loading')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local rpc = require('ipynb.host.rpc')

local M = {}

---@param nb ipynb.Notebook
---@return table[] cells id, type and lines of each, as the host takes them
local function cells(nb)
  local result = {}
  local lines = vim.api.nvim_buf_get_lines(nb.buf, 0, -1, true)
  local row = 0
  for i, id in ipairs(nb.layout:ids()) do
    local height = nb.layout:height(id)
    result[i] = { id, nb.cells[id].cell_type, vim.list_slice(lines, row + 2, row + height + 1) }
    row = row + height + 2
  end
  return result
end

--- Where the host keeps what is not saved; nowhere if the user wants no swap files either.
---@return string|vim.NIL
local function journal_dir()
  if not vim.go.swapfile or vim.o.updatecount == 0 then
    return vim.NIL
  end
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'ipynb', 'journal')
end

---@return table options that the host needs
local function options()
  local config = require('ipynb.config').get()
  return {
    max_lines = config.output.max_lines,
    max_columns = config.output.max_columns,
    columns = require('ipynb.render.output').columns(),
    custom_mimes = require('ipynb.output.renderers').mimes(),
    temp_dir = vim.fs.dirname(vim.fn.tempname()),
    journal_dir = journal_dir(),
    kernel_python = config.kernel.python or vim.NIL,
    stop_on_error = config.kernel.stop_on_error,
    keep_kernel = config.kernel.keep,
    record_timing = config.kernel.record_timing,
    notify_after_s = config.notify.after_s or vim.NIL,
    log_level = config.log_level,
    log_path = vim.fs.joinpath(vim.fn.stdpath('log') --[[@as string]], 'ipynb.log'),
    editor_pid = vim.fn.getpid(),
  }
end
M.options = options

--- Makes a host know the notebook as it is on screen; starts one when there is none. Does not
--- wait: messages keep their order, so what is sent next finds the notebook attached.
---@param nb ipynb.Notebook
---@return boolean ok
function M.ensure(nb)
  loading.finish(nb)
  if nb.is_attached and rpc.is_running() then
    return true
  end
  mirror.flush(nb)
  local chan, problem = rpc.start()
  if not chan then
    report.error(problem or 'the host does not start')
    return false
  end
  nb.is_attached = rpc.notify('attach', nb.buf, options(), {
    path = nb.path,
    saved_ids = nb.saved_ids,
    cells = cells(nb),
    stamp = nb.stamp or vim.NIL,
    kernel = nb.kernel_record or vim.NIL,
    sync_no = nb.sync_no,
  })
  return nb.is_attached
end

--- Sends without waiting, to a host that knows the notebook.
---@param nb ipynb.Notebook
---@param method string
---@param ... any
---@return boolean sent
function M.notify(nb, method, ...)
  return M.ensure(nb) and rpc.notify(method, nb.buf, ...)
end

--- Asks and waits; for open, write and leaving, and what a script asks for itself.
---@param nb ipynb.Notebook
---@param method string
---@param ... any
---@return any? result
---@return string? problem
function M.request(nb, method, ...)
  if not M.ensure(nb) then
    return nil, 'no host'
  end
  return rpc.request(method, nb.buf, ...)
end

---@param problem string
---@param is_told boolean
local function on_death(problem, is_told)
  local has_notebooks = false
  for _, nb in pairs(notebook.all()) do
    if not loading.on_host_death(nb, problem) then
      has_notebooks = has_notebooks or nb.is_attached
      nb.is_attached = false
      require('ipynb.kernel').on_host_death(nb)
    end
  end
  if has_notebooks and not is_told then
    report.error(problem .. '; text is safe, go on')
  end
end

rpc.on_death(on_death)

return M
