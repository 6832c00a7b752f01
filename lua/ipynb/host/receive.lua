-- Owns taking the host's batches: plain operations, applied in order, then acknowledged; must
-- not know why the host sent them.

local ask = require('ipynb.host.ask')
local cells = require('ipynb.render.cell')
local host = require('ipynb.host')
local kernel = require('ipynb.kernel')
local kernel_list = require('ipynb.kernel.list')
local language = require('ipynb.highlight.language')
local notebook = require('ipynb.notebook')
local notice = require('ipynb.kernel.notice')
local output = require('ipynb.render.output')
local output_window = require('ipynb.output.window')
local question = require('ipynb.kernel.question')
local renderers = require('ipynb.output.renderers')
local report = require('ipynb.report')
local rpc = require('ipynb.host.rpc')
local screen = require('ipynb.render.screen')

local M = {}

---@param value any
local function optional(value)
  if value == vim.NIL then
    return nil
  end
  return value
end

---@type table<string, fun(nb: ipynb.Notebook, op: table)>
local operations = {}

function operations.output(nb, op)
  local cell = nb.cells[op.id]
  if not cell then
    return
  end
  cell.output = optional(op.lines)
  cell.output_count = op.count
  if nb.layout:index(op.id) then
    output.draw(nb, op.id, cell.output)
    screen.reveal_drawn(nb, op.id)
  end
end

function operations.cell(nb, op)
  local cell = nb.cells[op.id]
  if not cell then
    return
  end
  cell.execution_count = optional(op.execution_count)
  nb.executed[cell.execution_count or 0] = op.id
  cell.execution_state = op.execution_state
  cell.queue_position = optional(op.queue_position)
  cell.is_edited = op.is_edited
  cell.elapsed_ms = optional(op.elapsed_ms)
  if op.execution_state ~= 'busy' then
    question.revoke(nb.buf, op.id)
  end
  cell.started_ms = op.execution_state == 'busy' and vim.uv.now() - (cell.elapsed_ms or 0) or nil
  if nb.layout:index(op.id) then
    cells.draw_border(nb, op.id)
  end
end

function operations.modified(nb, op)
  nb.has_unsaved_outputs = op.has_unsaved_outputs
  if op.has_unsaved_outputs then
    vim.bo[nb.buf].modified = true -- whatever was typed or undone since
  elseif op.sync_no == nb.sync_no and vim.bo[nb.buf].modified ~= op.modified then
    vim.bo[nb.buf].modified = op.modified
  end
end

function operations.kernel(nb, op)
  kernel.update(nb, op.kernel, optional(op.record))
end

function operations.language(nb, op)
  language.change(nb, op.language)
end

function operations.kernels(nb, op)
  kernel_list.on_list(nb, op.rows, op.purpose)
end

function operations.kernel_status(_, op)
  kernel_list.on_status(op.facts)
end

function operations.choose(nb, op)
  question.choose(nb, op.prompt, op.items, function(index)
    host.notify(nb, 'chosen', op.no, index and index - 1 or vim.NIL)
  end)
end

function operations.queue(nb, op)
  kernel.update_queue(nb, op.waiting, optional(op.elapsed_ms))
end

function operations.notice(nb, op)
  notice.show(nb, op.text)
end

function operations.event(nb, op)
  if op.name == 'KernelReady' then
    nb.executed = {} -- it counts from 1 again
  end
  notebook.emit(nb, op.name, op.data)
end

function operations.message(_, op)
  report[op.level](op.text)
end

function operations.input(nb, op)
  local cell = nb.cells[op.id]
  if not cell or cell.execution_state ~= 'busy' then
    return
  end
  question.add(nb, op, function(text)
    if text then
      host.notify(nb, 'reply_input', text)
    else
      host.notify(nb, 'interrupt') -- as leaving a terminal's prompt does
    end
  end)
end

function operations.open_path(_, op)
  require('ipynb.output.image').show(op.path)
end

function operations.answer(_, op)
  ask.on_answer(op.no, optional(op.answer))
end

function operations.render(nb, op)
  local lines, problem = renderers.draw(op.mime, op.data, op.metadata)
  host.notify(nb, 'rendered', op.no, lines or vim.NIL, problem or vim.NIL)
end

function operations.output_text(nb, op)
  if op.id ~= vim.NIL then
    output_window.update(nb, op.id, op)
  end
end

function operations.rest(nb, op)
  if nb.take_rest then
    nb.take_rest(op.reply)
  end
end

function operations.reread(nb)
  local here = vim.api.nvim_get_current_win()
  local is_here = vim.api.nvim_win_get_buf(here) == nb.buf
  local win = is_here and here or vim.fn.bufwinid(nb.buf)
  if win ~= -1 then
    vim.api.nvim_win_call(win, function()
      vim.cmd.edit({ bang = true })
    end)
  end
end

function operations.resync(nb)
  nb.is_attached = false
  host.ensure(nb)
end

--- Applies one batch; the host waits for the acknowledgement before it sends the next.
---@param buf integer facade
---@param batch_no integer
---@param batch table[]
function M.apply(buf, batch_no, batch)
  local nb = notebook.get(buf)
  -- One up to `batch_no` was on its way when the file was read again: it is about the cells before.
  local is_stale = nb and batch_no > 0 and batch_no <= nb.batch_no
  if nb and not is_stale and vim.api.nvim_buf_is_valid(buf) then
    for _, op in ipairs(batch) do
      operations[op.op](nb, op)
    end
  end
  rpc.notify('ack', buf, batch_no)
end

return M
