-- Owns moving the facade through its undo history, cells and edit buffers with it; must not
-- know keys.
--
-- The facade leads. Where the edge walked was typed in the edit buffer at hand, the same
-- command runs in that buffer too, so that the cursor moves as Neovim moves it; where the
-- two disagree afterwards the buffer is copied from the facade.

local facade = require('ipynb.facade')
local history = require('ipynb.history')
local mirror = require('ipynb.mirror')
local shadow = require('ipynb.shadow')
local sync = require('ipynb.sync')

local M = {}

---@class ipynb.Travel what a walk through the history touched
---@field touched table<string, true> cells whose text may differ
---@field removed table<string, true>
---@field inserted table<string, true>

---@param nb ipynb.Notebook
---@param index integer
---@return integer row where the cell at `index` starts
local function row_of_index(nb, index)
  local id = nb.layout:id_at(index)
  if id then
    return (nb.layout:range(id))
  end
  return nb.layout:rows()
end

---@param nb ipynb.Notebook
---@param change ipynb.SpliceChange
---@param travel ipynb.Travel
local function walk_splice(nb, change, travel)
  local row, old_rows, new_rows = row_of_index(nb, change.index), 0, 0
  if nb.layout:count() == 0 then
    old_rows = 1 -- a notebook without cells still has the one empty line of its buffer
  end
  for _, cell in ipairs(change.removed) do
    old_rows = old_rows + cell.height + 2
    travel.removed[cell.id] = true
    travel.inserted[cell.id] = nil
  end
  for _, cell in ipairs(change.inserted) do
    new_rows = new_rows + cell.height + 2
    nb.cells[cell.id].cell_type = cell.cell_type
    travel.inserted[cell.id] = true
    travel.removed[cell.id] = nil
    travel.touched[cell.id] = true
  end
  nb.layout:splice(change.index, #change.removed, change.inserted)
  shadow.resize(nb, row, old_rows, math.max(new_rows, nb.layout:count() == 0 and 1 or 0))
  local told = vim.tbl_map(function(cell)
    return { id = cell.id, cell_type = cell.cell_type }
  end, change.inserted)
  sync.splice(nb, { index = change.index, removed = change.removed, inserted = told })
end

---@param nb ipynb.Notebook
---@param change ipynb.TextChange
---@param travel ipynb.Travel
local function walk_text(nb, change, travel)
  travel.touched[change.id] = true
  if change.delta ~= 0 then
    local row, end_row = nb.layout:content(change.id)
    shadow.resize(nb, row, end_row - row, end_row - row + change.delta)
    nb.layout:resize(change.id, change.delta)
  end
end

---@param nb ipynb.Notebook
---@param steps ipynb.Step[]
---@return ipynb.Travel
local function walk(nb, steps)
  local travel = { touched = {}, removed = {}, inserted = {} }
  for _, step in ipairs(steps) do
    for _, change in ipairs(history.changes(step)) do
      if change.delta then
        walk_text(nb, change, travel)
      else
        walk_splice(nb, change, travel)
      end
    end
  end
  for id in pairs(travel.touched) do
    if nb.layout:index(id) then
      shadow.refill(nb, id)
      sync.text(nb, id, 0, -1, facade.content(nb, id))
    end
  end
  return travel
end

--- The state the edit buffer must reach, if every step of the walk was typed in it.
---@param steps ipynb.Step[]
---@param buf integer
---@param seq integer its state before
---@return integer? seq
local function follow(steps, buf, seq)
  for _, step in ipairs(steps) do
    local edit = step.edge.edit
    if not edit or edit.buf ~= buf then
      return nil
    end
    local from, to = edit.before, edit.after
    if step.is_undo then
      from, to = to, from
    end
    if from ~= seq then
      return nil
    end
    seq = to
  end
  return seq
end

---@class ipynb.UndoCommand
---@field name 'undo'|'redo'|'earlier'|'later'
---@field count integer

local KEYS = { undo = 'u', redo = '\18', earlier = 'g-', later = 'g+' }

--- Runs the command on the current buffer. After `<C-o>` the Ex command does it, as `:normal`
--- would not leave the cursor behind the last character; else `:normal` does, as the Ex command
--- leaves another column for the next change to remember.
---@param command ipynb.UndoCommand
---@return string message
local function run(command)
  if vim.api.nvim_get_mode().mode:sub(1, 2) ~= 'ni' then
    local keys = command.count .. KEYS[command.name]
    return vim.api.nvim_cmd({ cmd = 'normal', bang = true, args = { keys } }, { output = true })
  end
  local by_time = command.name == 'earlier' or command.name == 'later'
  local args = by_time and { tostring(command.count) } or nil
  local message = ''
  for _ = 1, by_time and 1 or command.count do
    message = vim.api.nvim_cmd({ cmd = command.name, args = args }, { output = true })
  end
  return message
end

--- Brings the edit buffer in hand after the facade; returns the line to go to when its own
--- undo could not do it.
---@param nb ipynb.Notebook
---@param target ipynb.Mirror
---@param steps ipynb.Step[]
---@param command ipynb.UndoCommand
---@return integer? row
local function follow_in_edit_buffer(nb, target, steps, command)
  local seq = follow(steps, target.buf, target.seq)
  if seq and target.buf == vim.api.nvim_get_current_buf() then
    mirror.paused(target, function()
      run(command)
    end)
    -- In a mapping the column that `j` keeps stays the one of before.
    vim.fn.winrestview({ curswant = vim.fn.virtcol('.') - 1 })
  end
  return mirror.pull(nb, target)
end

--- Runs `command` on the facade's history.
---@param nb ipynb.Notebook
---@param command ipynb.UndoCommand
---@return ipynb.Travel? travel nil: already at the oldest or newest change
---@return string message what Neovim says of it
---@return integer? row line of the current edit buffer where text changed, for the cursor
function M.travel(nb, command)
  mirror.flush_undo(nb)
  local message = facade.with_modifiable(nb, function()
    return vim.api.nvim_buf_call(nb.buf, function()
      return run(command)
    end)
  end)
  local seq = facade.undo_seq(nb)
  if not nb.history.edges[seq] then
    seq = nb.history.root
  end
  local steps = history.path(nb.history, seq)
  if #steps == 0 then
    return nil, message
  end
  local travel = walk(nb, steps)
  nb.history.seq = seq
  local row
  for buf, target in pairs(nb.mirrors) do
    if travel.touched[target.cell_id] and nb.layout:index(target.cell_id) then
      local changed = follow_in_edit_buffer(nb, target, steps, command)
      if buf == vim.api.nvim_get_current_buf() then
        row = changed
      end
    end
  end
  if nb.has_unsaved_outputs then
    vim.bo[nb.buf].modified = true
  end
  return travel, message, row
end

return M
