-- Owns the open notebooks: one object per facade buffer; must not know how it is drawn or edited.

local Layout = require('ipynb.cells.layout')

local M = {}

---@class ipynb.Cell
---@field id string
---@field cell_type 'code'|'markdown'|'raw'
---@field execution_count? integer
---@field execution_state 'idle'|'queued'|'busy'|'ok'|'error'|'cancelled'
---@field elapsed_ms? integer
---@field queue_position? integer of a queued cell, if it is one of the next few
---@field is_edited? boolean its text is not what was run
---@field started_ms? integer `vim.uv.now()` when it became busy
---@field output_count integer
---@field output? table[] virtual lines as the host rendered them

---@class ipynb.Notebook
---@field buf integer facade
---@field path string
---@field layout ipynb.Layout
---@field cells table<string, ipynb.Cell> also cells that undo may bring back
---@field history ipynb.History
---@field shadow integer hidden buffer with the code cells' text
---@field early_reports? table<integer, lsp.Diagnostic[]> of the shadow, by clients that come
---@field shadow_state? 'derived'|'altered'|'late' being written; by others; and text came since
---@field marks table<string, any> extmark ids by cell; this and what render/ adds is its own
---@field mirrors table<integer, ipynb.Mirror> by edit buffer
---@field edit? ipynb.Edit the open float
---@field on_edit_buffer fun(buf: integer) maps the keys of a new edit buffer
---@field take_rest? fun(reply: table?, problem: string?) while only the first cells are there
---@field edit_bufs table<string, integer> edit buffer by cell id
---@field language string
---@field sync_no integer messages sent to the host so far
---@field batch_no integer the host's last batch before it read the file
---@field is_attached boolean the host knows this notebook
---@field has_unsaved_outputs boolean
---@field executed table<integer, string> cell by the count of its run, since the kernel started
---@field saved_ids string[] ids in the file's order, as of the last open or save
---@field closed_folds ipynb.FoldStates of cells that went, too
---@field lost_marks table<string, ipynb.LetterMark> of cells that undo may bring back, by letter
---@field folded_outputs table<string, true> by cell id
---@field selection_autocmd? integer while whole cells are selected
---@field kernel ipynb.Kernel
---@field queue? ipynb.Queue what runs and waits
---@field variables? ipynb.VariablesWindow
---@field auto_hover? ipynb.AutoHover
---@field lsp_client_id? integer of the in-process client
---@field epoch? ipynb.Epoch
---@field text_watchers? table<any, fun(cell_id?: string)> told of new text; nil: of other cells
---@field kernel_record? table how a new host finds the running kernel

---@class ipynb.Kernel
---@field name string
---@field display_name string
---@field language string
---@field id string
---@field execution_state string
---@field connected boolean

--- Facade buffer to notebook; edit and output buffers find theirs by `b:ipynb_facade`.
---@type table<integer, ipynb.Notebook>
local notebooks = {}

---@param cell { id: string, cell_type: string, execution_count: integer?, output_count: integer? }
---@return ipynb.Cell
function M.new_cell(cell)
  return {
    id = cell.id,
    cell_type = cell.cell_type,
    execution_count = cell.execution_count,
    execution_state = 'idle',
    output_count = cell.output_count or 0,
  }
end

---@param buf integer
---@param path string
---@return ipynb.Notebook
function M.add(buf, path)
  local nb = {
    buf = buf,
    path = path,
    layout = Layout.new({}),
    cells = {},
    marks = {},
    mirrors = {},
    edit_bufs = {},
    language = '',
    sync_no = 0,
    batch_no = 0,
    is_attached = false,
    has_unsaved_outputs = false,
    executed = {},
    saved_ids = {},
    closed_folds = {},
    lost_marks = {},
    folded_outputs = {},
    kernel = {
      name = '',
      display_name = '',
      language = '',
      id = '',
      execution_state = '',
      connected = false,
    },
  }
  notebooks[buf] = nb
  return nb
end

---@param buf? integer facade, edit buffer or output window; default: the current one
---@return ipynb.Notebook?
function M.get(buf)
  if buf == nil or buf == 0 then
    buf = vim.api.nvim_get_current_buf()
  end
  if notebooks[buf] then
    return notebooks[buf]
  end
  if not vim.api.nvim_buf_is_valid(buf) then
    return nil
  end
  local facade = vim.b[buf].ipynb_facade
  return facade and notebooks[facade]
end

---@param buf integer facade
function M.remove(buf)
  notebooks[buf] = nil
end

---@return table<integer, ipynb.Notebook>
function M.all()
  return notebooks
end

--- The cell a command means: the one being edited, else the one under the cursor.
---@param nb ipynb.Notebook
---@return string? cell_id
function M.current_cell(nb)
  local buf = vim.api.nvim_get_current_buf()
  local id = vim.b[buf].ipynb_cell_id
  if id and nb.layout:index(id) then
    return id
  end
  local win = buf == nb.buf and 0 or vim.fn.bufwinid(nb.buf)
  if win == -1 then
    return nil
  end
  return (nb.layout:at(vim.api.nvim_win_get_cursor(win)[1] - 1))
end

---@param nb ipynb.Notebook
---@return integer? index of that cell
function M.current_index(nb)
  local id = M.current_cell(nb)
  return id and nb.layout:index(id)
end

---@class ipynb.Range
---@field index integer 1-based first cell
---@field count integer

---@param nb ipynb.Notebook
---@param range ipynb.Range
---@return string[] ids
function M.ids(nb, range)
  local ids = {}
  for i = range.index, math.min(range.index + range.count - 1, nb.layout:count()) do
    ids[#ids + 1] = nb.layout:id_at(i)
  end
  return ids
end

---@param nb ipynb.Notebook
---@param name string after "Notebook"
---@param data? table
function M.emit(nb, name, data)
  data = vim.tbl_extend('force', { buf = nb.buf }, data or {})
  local pattern = 'Notebook' .. name
  vim.api.nvim_exec_autocmds('User', { pattern = pattern, data = data, modeline = false })
end

return M
