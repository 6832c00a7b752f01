-- Owns how a span of time reads on a cell's border; must not know cells.

local M = {}

--- The time a finished cell took: `3ms`, `0.12s`, `3.4s`, `1:05`, `2:03:04`, `3d 04:12`.
---@param elapsed_ms integer
---@return string
function M.format(elapsed_ms)
  if elapsed_ms < 10 then
    return ('%dms'):format(math.max(1, elapsed_ms))
  elseif elapsed_ms < 1000 then
    return ('0.%02ds'):format(math.floor(elapsed_ms / 10))
  elseif elapsed_ms < 60000 then
    return ('%d.%ds'):format(math.floor(elapsed_ms / 1000), math.floor(elapsed_ms / 100) % 10)
  end
  local seconds = math.floor(elapsed_ms / 1000)
  local minutes = math.floor(seconds / 60)
  local hours = math.floor(minutes / 60)
  if hours == 0 then
    return ('%d:%02d'):format(minutes, seconds % 60)
  elseif hours < 24 then
    return ('%d:%02d:%02d'):format(hours, minutes % 60, seconds % 60)
  end
  return ('%dd %02d:%02d'):format(math.floor(hours / 24), hours % 24, minutes % 60)
end

--- The time a cell has been running: whole seconds, nothing in the first one.
---@param elapsed_ms integer
---@return string
function M.running(elapsed_ms)
  if elapsed_ms < 1000 then
    return ''
  elseif elapsed_ms < 60000 then
    return ('%ds'):format(math.floor(elapsed_ms / 1000))
  end
  return M.format(elapsed_ms)
end

return M
