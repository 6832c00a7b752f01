-- Owns making an edit buffer's undo entries into entries of the facade, one for one; must not
-- know when text comes or windows.

local facade = require('ipynb.text.facade')
local fold = require('ipynb.fold')
local history = require('ipynb.text.history')
local shadow = require('ipynb.lsp.shadow')
local sync = require('ipynb.host.sync')
local walk = require('ipynb.text.walk')

local M = {}

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
    fold.mend(nb, id)
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
function M.catch_up(nb, mirror, seq)
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
    M.catch_up(nb, mirror, edit.seq - 1)
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
  M.catch_up(nb, mirror, seq - 1)
  apply(nb, mirror, first, old_count - tail, lines, seq)
  mirror.seq, mirror.last_seq = seq, math.max(mirror.last_seq, seq)
end

--- The state of the facade in which the edit buffer was at `seq`, if nothing but what was typed
--- in this buffer lies on the way there.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param seq integer
---@return integer? state
local function find_state(nb, mirror, seq)
  for after, edge in pairs(nb.history.edges) do
    local edit = edge.edit
    if edit and edit.buf == mirror.buf and (edit.after == seq or edit.before == seq) then
      local state = edit.after == seq and after or edge.parent
      local steps = history.path(nb.history, state)
      local reached = walk.edit_seq(steps, mirror.buf, mirror.seq)
      if reached == seq and walk.is_typed_in(steps, mirror.buf) then
        return state
      end
    end
  end
end

--- Moves the facade, if it has not forgotten the state ('undolevels').
---@param nb ipynb.Notebook
---@param state integer of its undo history; 0 is the text as read
local function go(nb, state)
  facade.with_modifiable(nb, function()
    vim.api.nvim_buf_call(nb.buf, function()
      local silent = { emsg_silent = true }
      vim.api.nvim_cmd({ cmd = 'undo', count = state, mods = silent }, { output = true })
    end)
  end)
end

--- The edit buffer went along its own history, by `:undo` or `:earlier`: the facade goes to the
--- same state.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param seq integer where the edit buffer is
---@return boolean is_done false: there is no such state, the text must come as a change
local function travel(nb, mirror, seq)
  local state = find_state(nb, mirror, seq)
  if not state then
    return false
  end
  go(nb, state == nb.history.root and 0 or state)
  state = walk.state(nb)
  walk.follow_facade(nb, history.path(nb.history, state))
  nb.history.seq, mirror.seq = state, seq
  return true
end

--- Brings what changed in the edit buffer.
---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
---@param seq integer the edit buffer's state now
function M.bring(nb, mirror, seq)
  local earlier, first, tail = mirror.dirty:take(seq)
  -- What is typed makes new, higher states; a known one was gone to.
  local last_seq = math.max(mirror.last_seq, #earlier > 0 and earlier[#earlier].seq or 0)
  local is_known = seq < last_seq or seq == last_seq and seq ~= mirror.seq
  if is_known then
    earlier = vim.tbl_filter(function(edit)
      return edit.seq > mirror.last_seq
    end, earlier)
  end
  replay(nb, mirror, earlier)
  if is_known and travel(nb, mirror, seq) then
    first, tail = 0, 0 -- all is compared, should the facade not have come to the same text
  end
  bring(nb, mirror, first, tail, seq)
end

return M
