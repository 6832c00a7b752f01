-- Owns the undo commands: they move the facade's history, cells and edit buffers with it; must
-- not know keys.
--
-- The facade leads. Where the entries walked were typed in an edit buffer, that buffer goes
-- along its own history, so that the cursor moves as Neovim moves it; where the two disagree
-- afterwards the buffer is copied from the facade.

local facade = require('ipynb.text.facade')
local history = require('ipynb.text.history')
local mirror = require('ipynb.text.mirror')
local places = require('ipynb.text.places')
local walk = require('ipynb.text.walk')

local M = {}

---@class ipynb.UndoCommand
---@field name 'undo'|'redo'|'earlier'|'later'
---@field count integer

local KEYS = { undo = 'u', redo = '\18', earlier = 'g-', later = 'g+' }

---@class ipynb.UndoPlace where text changed last: where the cursor belongs
---@field cell_id string
---@field row integer 0-based line in the cell
---@field col? integer 0-based byte; nil: the first that is no blank

--- Runs the command in the facade.
---@param nb ipynb.Notebook
---@param command ipynb.UndoCommand
---@return string message
---@return integer[] cursor
local function run(nb, command)
  local args = { command.count .. KEYS[command.name] }
  return unpack(facade.with_modifiable(nb, function()
    return vim.api.nvim_buf_call(nb.buf, function()
      local normal = { cmd = 'normal', bang = true, args = args }
      local message = vim.api.nvim_cmd(normal, { output = true })
      return { message, vim.api.nvim_win_get_cursor(0) }
    end)
  end))
end

--- The place in a cell's text that the facade's cursor means; nil without cells.
---@param nb ipynb.Notebook
---@param cursor integer[]
---@return ipynb.UndoPlace?
local function place_at(nb, cursor)
  local id = nb.layout:at(cursor[1] - 1)
  if not id then
    return nil
  end
  local row, end_row = nb.layout:content(id)
  local inside = math.max(row, math.min(cursor[1] - 1, end_row - 1))
  return { cell_id = id, row = inside - row, col = inside == cursor[1] - 1 and cursor[2] or nil }
end

--- Brings an edit buffer after the facade.
---@param nb ipynb.Notebook
---@param target ipynb.Mirror
---@param steps ipynb.Step[]
---@return ipynb.UndoPlace? place nil: its text is as before
local function follow(nb, target, steps)
  local seq = walk.edit_seq(steps, target.buf, target.seq)
  local cursor
  if seq then
    mirror.paused(target, function()
      vim.api.nvim_buf_call(target.buf, function()
        -- The Ex command, as `:normal` would set the column that `j` keeps.
        -- It fails where 'undolevels' has made this buffer forget.
        local silent = { emsg_silent = true }
        vim.api.nvim_cmd({ cmd = 'undo', count = seq, mods = silent }, { output = true })
        cursor = vim.api.nvim_win_get_cursor(0)
      end)
    end)
  end
  local row = mirror.pull(nb, target)
  if row then
    return { cell_id = target.cell_id, row = row }
  end
  return cursor and { cell_id = target.cell_id, row = cursor[1] - 1, col = cursor[2] }
end

--- After `u` and CTRL-R the next `j` keeps the column where the cursor is; `g-` and `g+` leave
--- that as it was. Setting the cursor is what tells Neovim, and it must not be told the column.
---@param command ipynb.UndoCommand
local function keep_column(command)
  if command.name == 'undo' or command.name == 'redo' then
    vim.api.nvim_win_set_cursor(0, vim.api.nvim_win_get_cursor(0))
  end
end

--- Runs `command` on the facade's history.
---@param nb ipynb.Notebook
---@param command ipynb.UndoCommand
---@return ipynb.Travel? travel nil: already at the oldest or newest change
---@return string message what Neovim says of it
---@return ipynb.UndoPlace? place
function M.travel(nb, command)
  mirror.flush_undo(nb)
  local kept = places.take(nb)
  local message, cursor = run(nb, command)
  local seq = walk.state(nb)
  local steps = history.path(nb.history, seq)
  if #steps == 0 then
    keep_column(command)
    return nil, message
  end
  local travel = walk.follow_facade(nb, steps)
  nb.history.seq = seq
  places.restore(nb, kept, travel)
  local place = place_at(nb, cursor)
  for _, target in pairs(nb.mirrors) do
    if travel.touched[target.cell_id] and nb.layout:index(target.cell_id) then
      local changed = follow(nb, target, steps)
      if changed and place and changed.cell_id == place.cell_id then
        place = changed
      end
    end
  end
  keep_column(command)
  return travel, message, place
end

return M
