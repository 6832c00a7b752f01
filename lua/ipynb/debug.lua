-- Owns looking into the host's model, for tests and bug reports; must not change anything.

local M = {}

---@param buf? integer
---@return { id: string, cell_type: string, source: string }[]
function M.model_cells(buf)
  local nb = assert(require('ipynb.notebook').get(buf), 'no notebook')
  require('ipynb.text.mirror').flush(nb)
  return assert(require('ipynb.host').request(nb, 'model_cells'))
end

return M
