-- Owns noticing that text of cells changed, as a number that rises; must not know who asks.
--
-- A key changes only the cell in hand, which has its edit buffer: the number stays until that cell
-- is left, so that nobody looks at all the others at each key.

local M = {}

---@class ipynb.Epoch
---@field number integer
---@field changed? integer[] first and last row changed since it was asked for
---@field edited? string the cell in hand then
---@field has_typed boolean text of that cell changed since the number rose

---@param nb ipynb.Notebook
---@return ipynb.Epoch
local function watch(nb)
  local epoch = { number = 0, has_typed = false }
  nb.epoch = epoch
  vim.api.nvim_buf_attach(nb.buf, false, {
    on_lines = function(_, _, _, first, _, last)
      if nb.epoch ~= epoch then
        return true
      end
      local changed = epoch.changed
      if changed then
        changed[1], changed[2] = math.min(changed[1], first), math.max(changed[2], last)
      else
        epoch.changed = { first, last }
      end
    end,
  })
  return epoch
end

---@param nb ipynb.Notebook
---@param changed integer[]
---@return boolean
local function is_in_hand(nb, changed)
  local edited = nb.edit and nb.edit.cell_id
  if not edited or not nb.layout:index(edited) then
    return false
  end
  local row, end_row = nb.layout:range(edited)
  return changed[1] > row and changed[2] < end_row
end

--- The number now: what was read of a cell that is not in hand is right as long as it is the same.
---@param nb ipynb.Notebook
---@return integer
function M.of(nb)
  local epoch = nb.epoch or watch(nb)
  local edited = nb.edit and nb.edit.cell_id
  local has_risen = epoch.has_typed and edited ~= epoch.edited
  local has_typed = epoch.has_typed and not has_risen
  if epoch.changed then
    local is_typed = is_in_hand(nb, epoch.changed)
    has_risen, has_typed = has_risen or not is_typed, has_typed or is_typed
    epoch.changed = nil
  end
  epoch.number = epoch.number + (has_risen and 1 or 0)
  epoch.edited, epoch.has_typed = edited, has_typed
  return epoch.number
end

return M
