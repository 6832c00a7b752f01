-- Owns what Lua knows of a notebook's kernel, for the statusline and the user; must not know
-- how a kernel is run.

local elapsed = require('ipynb.render.elapsed')
local notebook = require('ipynb.notebook')

local M = {}

---@class ipynb.Queue
---@field waiting integer cells that wait
---@field started_ms? integer `vim.uv.now()` when the cell that runs began
---@field timer? uv.uv_timer_t draws the statusline while a cell runs

local TICK_MS = 1000

local HIGHLIGHTS = {
  idle = 'NotebookStateOk',
  busy = 'NotebookStateBusy',
  starting = 'NotebookStateQueued',
  dead = 'NotebookStateError',
}

--- As in :h 'statusline'. `:redrawstatus` would draw now, with the cursor in the last line.
---@param nb ipynb.Notebook
local function redraw_statusline(nb)
  vim.bo[nb.buf].readonly = vim.bo[nb.buf].readonly
end

---@param nb ipynb.Notebook
---@param kernel ipynb.Kernel
---@param record? table
function M.update(nb, kernel, record)
  local is_same = vim.deep_equal(nb.kernel, kernel)
  nb.kernel = kernel
  nb.kernel_record = record
  if not is_same then
    redraw_statusline(nb)
  end
end

---@param queue ipynb.Queue
local function stop_timer(queue)
  if queue.timer then
    queue.timer:close()
    queue.timer = nil
  end
end

--- The time in the statusline goes on while a cell runs.
---@param nb ipynb.Notebook
---@param queue ipynb.Queue
local function start_timer(nb, queue)
  local timer = assert(vim.uv.new_timer())
  queue.timer = timer
  timer:start(
    TICK_MS,
    TICK_MS,
    vim.schedule_wrap(function()
      if nb.queue ~= queue or notebook.get(nb.buf) ~= nb then
        stop_timer(queue)
      elseif queue.timer then
        redraw_statusline(nb)
      end
    end)
  )
end

--- Takes how many cells wait, and since when one runs.
---@param nb ipynb.Notebook
---@param waiting integer
---@param elapsed_ms? integer nil: none runs
function M.update_queue(nb, waiting, elapsed_ms)
  local queue = nb.queue or { waiting = 0 }
  nb.queue = queue
  queue.waiting = waiting
  queue.started_ms = elapsed_ms and vim.uv.now() - elapsed_ms
  if not elapsed_ms then
    stop_timer(queue)
  elseif not queue.timer then
    start_timer(nb, queue)
  end
  redraw_statusline(nb)
end

--- Cells that were running or queued will not hear of their results any more.
---@param nb ipynb.Notebook
local function cancel_cells(nb)
  local changed = {}
  for id, cell in pairs(nb.cells) do
    if cell.execution_state == 'busy' or cell.execution_state == 'queued' then
      cell.execution_state = 'cancelled'
      if nb.layout:index(id) then
        changed[#changed + 1] = id
      end
    end
  end
  M.update_queue(nb, 0, nil)
  require('ipynb.kernel.question').revoke(nb.buf)
  if #changed > 0 then
    require('ipynb.render.cell').draw(nb, changed)
  end
end

---@param nb ipynb.Notebook
function M.on_host_death(nb)
  nb.kernel.connected = false
  nb.kernel.execution_state = nb.kernel.execution_state ~= '' and 'unknown' or ''
  cancel_cells(nb)
end

---@param nb ipynb.Notebook
---@return string text '' or with a space before it
local function queue_text(nb)
  local queue = nb.queue
  if not queue or not queue.started_ms then
    return queue and queue.waiting > 0 and (', %d queued'):format(queue.waiting) or ''
  end
  local time = elapsed.running(vim.uv.now() - queue.started_ms)
  local text = time ~= '' and ' ' .. time or ''
  return queue.waiting > 0 and ('%s, %d queued'):format(text, queue.waiting) or text
end

--- Name, state, time of the cell that runs, and how many wait: `Python 3: busy 12s, 3 queued`.
---@param nb ipynb.Notebook
---@return string text
---@return string highlight
function M.statusline(nb)
  local kernel = nb.kernel
  if kernel.execution_state == '' then
    return 'no kernel', 'NotebookHint'
  end
  local name = kernel.display_name ~= '' and kernel.display_name or kernel.name
  local text = ('%s: %s%s'):format(name, kernel.execution_state, queue_text(nb))
  return text, HIGHLIGHTS[kernel.execution_state] or 'NotebookHint'
end

return M
