-- Owns the actions of editing, undo and moving about by name; must not know keys or how they
-- are done.

local cursor = require('ipynb.find.cursor')
local dot = require('ipynb.cells.dot')
local float = require('ipynb.float')
local revert = require('ipynb.text.revert')
local save = require('ipynb.file.save')

---@param direction integer
local function go(direction)
  return function(nb, call)
    cursor.go_by(nb, direction * (call.count or 1))
  end
end

---@param direction integer
local function edit(direction)
  return function(nb, call)
    cursor.edit_by(nb, direction * (call.count or 1))
  end
end

---@param name 'undo'|'redo'|'earlier'|'later'
local function undo(name)
  return function(nb, call)
    revert.run(nb, { name = name, count = call.count or 1 })
  end
end

local MOTION = { 'n', 'x', 'o' }

---@type ipynb.Action[]
return {
  {
    name = 'NextCell',
    key = 'next_cell',
    where = 'facade',
    modes = MOTION,
    is_motion = true,
    run = go(1),
  },
  {
    name = 'PrevCell',
    key = 'prev_cell',
    where = 'facade',
    modes = MOTION,
    is_motion = true,
    run = go(-1),
  },
  {
    name = 'EditCell',
    key = 'edit_cell',
    where = 'facade',
    run = function(nb)
      cursor.edit(nb)
    end,
  },
  { name = 'EditNextCell', key = 'edit_next_cell', where = 'edit', run = edit(1) },
  { name = 'EditPrevCell', key = 'edit_prev_cell', where = 'edit', run = edit(-1) },
  {
    name = 'Save',
    key = 'save',
    modes = { 'n', 'i' },
    run = function(nb, call)
      save.save(nb, call.bang)
    end,
  },
  {
    name = 'CloseEdit',
    key = 'close',
    where = 'edit',
    run = function(nb)
      float.close(nb)
    end,
  },
  {
    name = 'Repeat',
    key = 'repeat_change',
    where = 'facade',
    run = function(nb, call)
      local keys = (call.count or '') .. '.'
      if dot.is_text() then
        cursor.edit(nb, keys)
      else
        vim.api.nvim_feedkeys(keys, 'ni', false)
      end
    end,
  },
  { name = 'Undo', key = 'undo', run = undo('undo') },
  { name = 'UndoEarlier', key = 'undo_earlier', run = undo('earlier') },
  { name = 'UndoLater', key = 'undo_later', run = undo('later') },
  { name = 'Redo', key = 'redo', run = undo('redo') },
}
