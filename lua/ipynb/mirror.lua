-- Owns the way of typed text from an edit buffer to facade, shadow and host; must not know windows.
--
--   key ─> on_lines: one dirty range ─> TextChanged…: flush ─> facade, shadow, host
--
-- on_lines may not change another buffer (E565), so it only notes; flush is idempotent and
-- anyone who needs the truth calls it first.

local facade = require('ipynb.facade')
local history = require('ipynb.history')
local shadow = require('ipynb.shadow')
local sync = require('ipynb.sync')

local M = {}

---@class ipynb.Mirror
---@field buf integer edit buffer
---@field cell_id string
---@field seq integer the edit buffer's undo state at the last flush
---@field first? integer first dirty line; nil: clean
---@field tail? integer clean lines at the end
---@field is_paused boolean the facade is being copied into the edit buffer

---@param mirror ipynb.Mirror
---@param first integer
---@param new_last integer
local function on_lines(mirror, first, new_last)
  local total = vim.api.nvim_buf_line_count(mirror.buf)
  local tail = math.max(total - new_last, 0)
  if total == 1 and new_last == 0 then
    tail = 0 -- the buffer was emptied: it claims no line, but one empty one is left
  end
  mirror.first = math.min(mirror.first or first, first)
  mirror.tail = math.min(mirror.tail or tail, tail)
end

---@param buf integer
---@return integer
local function undo_seq(buf)
  if buf == vim.api.nvim_get_current_buf() then
    return vim.fn.changenr()
  end
  return vim.api.nvim_buf_call(buf, vim.fn.changenr)
end
M.undo_seq = undo_seq

---@param a string[]
---@param b string[]
local function equal(a, b)
  if #a ~= #b then
    return false
  end
  for i = 1, #a do
    if a[i] ~= b[i] then
      return false
    end
  end
  return true
end

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param seq integer the edit buffer's state now
local function is_same_entry(nb, mirror, seq)
  local edge = nb.history.edges[nb.history.seq]
  local edit = edge and edge.edit
  return seq == mirror.seq and edit ~= nil and edit.buf == mirror.buf and edit.after == seq
end

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param first integer
---@param old_last integer
---@param lines string[]
---@param seq integer
local function apply(nb, mirror, first, old_last, lines, seq)
  local id = mirror.cell_id
  local row = nb.layout:content(id)
  if not is_same_entry(nb, mirror, seq) then
    facade.break_undo(nb)
  end
  facade.set_lines(nb, row + first, row + old_last, lines)
  shadow.set_lines(nb, id, row + first, row + old_last, lines)
  local delta = #lines - (old_last - first)
  if delta ~= 0 then
    nb.layout:resize(id, delta)
  end
  local edge = history.record(nb.history, facade.undo_seq(nb), { id = id, delta = delta })
  edge.edit = edge.edit or { buf = mirror.buf, before = mirror.seq, after = seq }
  sync.text(nb, id, first, old_last, lines)
end

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
local function flush_one(nb, mirror)
  local first, tail = mirror.first, mirror.tail
  if not first then
    return
  end
  mirror.first, mirror.tail = nil, nil
  if not nb.layout:index(mirror.cell_id) then
    return
  end
  local old_count = nb.layout:height(mirror.cell_id)
  local new_count = vim.api.nvim_buf_line_count(mirror.buf)
  local shared = math.min(old_count, new_count)
  first = math.min(first, shared)
  tail = math.min(tail, shared - first)
  if first + tail == old_count and first + tail == new_count then
    first, tail = math.max(first - 1, 0), first > 0 and tail or tail - 1 -- nothing: take a line
  end
  local lines = vim.api.nvim_buf_get_lines(mirror.buf, first, new_count - tail, true)
  local seq = undo_seq(mirror.buf)
  local row = nb.layout:content(mirror.cell_id)
  if seq == mirror.seq then
    local old = vim.api.nvim_buf_get_lines(nb.buf, row + first, row + old_count - tail, true)
    if equal(old, lines) then
      return
    end
  end
  apply(nb, mirror, first, old_count - tail, lines, seq)
  mirror.seq = seq
  vim.bo[mirror.buf].modified = false
end

--- Facade, shadow and the stream to the host hold all that was typed when it returns.
---@param nb ipynb.Notebook
function M.flush(nb)
  for _, mirror in pairs(nb.mirrors) do
    if mirror.first then
      flush_one(nb, mirror)
    end
  end
end

---@param nb ipynb.Notebook
---@param buf integer edit buffer that holds the cell's text
---@param cell_id string
---@param on_flushed fun()
function M.attach(nb, buf, cell_id, on_flushed)
  local mirror = { buf = buf, cell_id = cell_id, seq = undo_seq(buf), is_paused = false }
  nb.mirrors[buf] = mirror
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function(_, _, _, first, _, new_last)
      if nb.mirrors[buf] ~= mirror then
        return true
      end
      if not mirror.is_paused then
        on_lines(mirror, first, new_last)
      end
    end,
    on_detach = function()
      nb.mirrors[buf] = nil
    end,
  })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'TextChangedP', 'InsertLeave' }, {
    buffer = buf,
    callback = function()
      if mirror.first then
        flush_one(nb, mirror)
        on_flushed()
      end
    end,
  })
end

--- Changes the edit buffer without taking it for typing.
---@param mirror ipynb.Mirror
---@param change fun()
function M.paused(mirror, change)
  mirror.is_paused = true
  change()
  mirror.is_paused = false
  mirror.seq = undo_seq(mirror.buf)
  vim.bo[mirror.buf].modified = false
end

--- Copies the cell's text from the facade where the edit buffer differs.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@return integer? row first line that differed
function M.pull(nb, mirror)
  local want = facade.content(nb, mirror.cell_id)
  local have = vim.api.nvim_buf_get_lines(mirror.buf, 0, -1, true)
  local first, tail = 0, 0
  local shared = math.min(#want, #have)
  while first < shared and want[first + 1] == have[first + 1] do
    first = first + 1
  end
  if first == #want and first == #have then
    return nil
  end
  while tail < shared - first and want[#want - tail] == have[#have - tail] do
    tail = tail + 1
  end
  M.paused(mirror, function()
    local lines = vim.list_slice(want, first + 1, #want - tail)
    vim.api.nvim_buf_set_lines(mirror.buf, first, #have - tail, true, lines)
  end)
  return math.min(first, #want - 1)
end

return M
