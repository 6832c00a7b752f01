-- Owns the way of typed text from an edit buffer to facade, shadow and host; must not know windows.
--
--   key ─> on_lines: dirty range ─> TextChanged…: flush ─> facade, shadow, host
--
-- on_lines may not change another buffer (E565), so it only notes; flush is idempotent and
-- anyone who needs the truth calls it first.

local Dirty = require('ipynb.text.dirty')
local difference = require('ipynb.text.difference')
local entries = require('ipynb.text.entries')
local facade = require('ipynb.text.facade')

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

---@param nb ipynb.Notebook
---@param mirror ipynb.Mirror
local function flush_one(nb, mirror)
  if nb.layout:index(mirror.cell_id) then
    entries.bring(nb, mirror, undo_seq(mirror.buf))
  else
    mirror.dirty:reset()
  end
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
    entries.catch_up(nb, mirror, undo_seq(mirror.buf))
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
  local first, tail = difference.ends(have, want)
  if not first then
    return nil
  end
  M.paused(mirror, function()
    local lines = vim.list_slice(want, first + 1, #want - tail)
    vim.api.nvim_buf_set_lines(mirror.buf, first, #have - tail, true, lines)
  end)
  return math.min(first, #want - 1)
end

return M
