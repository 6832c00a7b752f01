-- Owns the way of typed text from an edit buffer to facade, shadow and host; must not know windows.
--
--   key ─> on_lines: dirty range ─> TextChanged…: flush ─> facade, shadow, host
--
-- on_lines may not change another buffer (E565), so it only notes; flush is idempotent and
-- anyone who needs the truth calls it first.

local Dirty = require('ipynb.dirty')
local facade = require('ipynb.facade')
local history = require('ipynb.history')
local shadow = require('ipynb.shadow')
local sync = require('ipynb.sync')

local M = {}

-- InsertEnter: the line that `o` opens is there before TextChangedI comes.
local EVENTS = { 'TextChanged', 'TextChangedI', 'TextChangedP', 'InsertEnter', 'InsertLeave' }

---@class ipynb.Mirror
---@field buf integer edit buffer
---@field cell_id string
---@field seq integer the edit buffer's undo state at the last flush
---@field last_seq integer the highest state it ever had
---@field dirty ipynb.Dirty
---@field is_paused boolean the facade is being copied into the edit buffer

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

--- Commands that save for undo and change nothing (`gqq` on a formatted line, an empty `p`)
--- are undo entries all the same: the facade gets one for each, up to `seq`.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param seq integer
local function catch_up(nb, mirror, seq)
  for state = mirror.last_seq + 1, seq do
    local row = nb.layout:content(mirror.cell_id)
    apply(nb, mirror, 0, 1, vim.api.nvim_buf_get_lines(nb.buf, row, row + 1, true), state)
    mirror.seq, mirror.last_seq = state, state
  end
end

--- Brings the undo entries that were closed since the last flush, one by one.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param edits ipynb.DirtyEdit[]
local function replay(nb, mirror, edits)
  for _, edit in ipairs(edits) do
    local height = nb.layout:height(mirror.cell_id)
    if edit.last > height or height + #edit.lines == edit.last - edit.first then
      return -- out of step; the range that is dirty in all puts it right
    end
    catch_up(nb, mirror, edit.seq - 1)
    apply(nb, mirror, edit.first, edit.last, edit.lines, edit.seq)
    mirror.seq, mirror.last_seq = edit.seq, math.max(mirror.last_seq, edit.seq)
  end
end

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param first integer
---@param tail integer clean lines at the end
---@param seq integer
local function bring(nb, mirror, first, tail, seq)
  local old_count = nb.layout:height(mirror.cell_id)
  local new_count = vim.api.nvim_buf_line_count(mirror.buf)
  local shared = math.min(old_count, new_count)
  first = math.min(first, shared)
  tail = math.min(tail, shared - first)
  if first + tail == old_count and first + tail == new_count then
    first, tail = math.max(first - 1, 0), first > 0 and tail or tail - 1 -- nothing: take a line
  end
  local lines = vim.api.nvim_buf_get_lines(mirror.buf, first, new_count - tail, true)
  if seq == mirror.seq then
    local row = nb.layout:content(mirror.cell_id)
    local old = vim.api.nvim_buf_get_lines(nb.buf, row + first, row + old_count - tail, true)
    if equal(old, lines) then
      return
    end
  end
  catch_up(nb, mirror, seq - 1)
  apply(nb, mirror, first, old_count - tail, lines, seq)
  mirror.seq, mirror.last_seq = seq, math.max(mirror.last_seq, seq)
end

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
local function flush_one(nb, mirror)
  local seq = undo_seq(mirror.buf)
  local earlier, first, tail = mirror.dirty:take(seq)
  if not nb.layout:index(mirror.cell_id) then
    return
  end
  replay(nb, mirror, earlier)
  bring(nb, mirror, first, tail, seq)
end

--- Facade, shadow and the stream to the host hold all that was typed when it returns.
---@param nb ipynb.Notebook
function M.flush(nb)
  for _, mirror in pairs(nb.mirrors) do
    if mirror.dirty.first then
      flush_one(nb, mirror)
    end
  end
end

--- As `flush`, and the facade's undo state is the edit buffer's.
---@param nb ipynb.Notebook
function M.flush_undo(nb)
  M.flush(nb)
  local mirror = nb.mirrors[vim.api.nvim_get_current_buf()]
  if mirror and nb.layout:index(mirror.cell_id) then
    catch_up(nb, mirror, undo_seq(mirror.buf))
  end
  facade.break_undo(nb) -- else `3u` would only close the open entry and undo once
end

---@param nb ipynb.Notebook
---@param buf integer edit buffer that holds the cell's text
---@param cell_id string
---@param on_flushed fun()
function M.attach(nb, buf, cell_id, on_flushed)
  local seq = undo_seq(buf)
  local mirror = {
    buf = buf,
    cell_id = cell_id,
    seq = seq,
    last_seq = seq,
    dirty = Dirty.new(buf),
    is_paused = false,
  }
  nb.mirrors[buf] = mirror
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function(_, _, _, first, last)
      if nb.mirrors[buf] ~= mirror then
        return true
      end
      if not mirror.is_paused then
        mirror.dirty:note(first, last, undo_seq(buf))
      end
    end,
    on_detach = function()
      if nb.mirrors[buf] == mirror then
        nb.mirrors[buf] = nil
      end
    end,
  })
  vim.api.nvim_create_autocmd(EVENTS, {
    buffer = buf,
    callback = function()
      if nb.mirrors[buf] ~= mirror then
        return true -- attached again since
      end
      if mirror.dirty.first then
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
  mirror.dirty:reset()
  mirror.seq = undo_seq(mirror.buf)
  mirror.last_seq = math.max(mirror.last_seq, mirror.seq)
end

--- The text of the edit buffers is in the facade: none of them holds Neovim up at `:qa`. Not
--- at every flush, as setting 'modified' redraws more than a key may cost.
---@param nb ipynb.Notebook
function M.settle(nb)
  M.flush(nb)
  for buf in pairs(nb.mirrors) do
    if vim.bo[buf].modified then
      vim.bo[buf].modified = false
    end
  end
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
