-- Owns knowing whether another plugin renders a buffer's markdown; must not know our own.

local M = {}

--- The functions that tell whether a buffer is attached.
local ATTACHED = {
  { module = 'render-markdown.core.manager', name = 'attached' },
  { module = 'render-markdown.core.manager', name = 'is_attached' }, -- until 8.10
  { module = 'markview.state', name = 'buf_attached' },
}

--- Whether render-markdown.nvim or markview.nvim has taken the buffer.
---@param buf integer
---@return boolean
function M.draw(buf)
  for _, plugin in ipairs(ATTACHED) do
    local loaded = package.loaded[plugin.module]
    local is_attached = type(loaded) == 'table' and rawget(loaded, plugin.name)
    if is_attached then
      -- Fails when the other plugin does.
      local ok, answer = pcall(is_attached, buf)
      if ok and answer then
        return true
      end
    end
  end
  return false
end

return M
