-- Owns how much of two lists is alike at their ends; pure.

local M = {}

--- The part in between is what differs.
---@generic T
---@param old T[]
---@param new T[]
---@return integer? head items that are alike at the start; nil: all are
---@return integer tail items that are alike at the end, of the others
function M.ends(old, new)
  local head, tail, shared = 0, 0, math.min(#old, #new)
  while head < shared and old[head + 1] == new[head + 1] do
    head = head + 1
  end
  if head == #old and head == #new then
    return nil, 0
  end
  while tail < shared - head and old[#old - tail] == new[#new - tail] do
    tail = tail + 1
  end
  return head, tail
end

return M
