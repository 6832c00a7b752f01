-- Owns the public Lua functions (see :help ipynb-lua); must not know how they are done.

local M = {}

---@param opts? table
function M.setup(opts)
  for _, problem in ipairs(require('ipynb.config').setup(opts)) do
    vim.notify(problem, vim.log.levels.ERROR)
  end
end

---@param buf? integer
---@return ipynb.Notebook?
local function get(buf)
  return require('ipynb.notebook').get(buf)
end

--- Cells in order, from what Lua knows: no waiting, safe in a statusline.
---@param buf? integer facade, edit buffer or output window; default: the current one
---@return table[] cells rows 0-based, ends exclusive; empty outside notebooks
function M.cells(buf)
  local nb = get(buf)
  if not nb then
    return {}
  end
  local result, row = {}, 0
  for i, id in ipairs(nb.layout:ids()) do
    local cell, height = nb.cells[id], nb.layout:height(id)
    result[i] = {
      id = id,
      cell_type = cell.cell_type,
      row = row,
      end_row = row + height + 2,
      content_row = row + 1,
      content_end_row = row + height + 1,
      execution_count = cell.execution_count,
      execution_state = cell.execution_state,
      output_count = cell.output_count,
    }
    row = row + height + 2
  end
  return result
end

---@param cell_id string
---@param buf? integer
---@return string[] lines as the output window shows them
function M.output_lines(cell_id, buf)
  local nb = get(buf)
  return nb and require('ipynb.kernel.run').output_lines(nb, cell_id) or {}
end

--- Draws values of a MIME type in outputs by a function of yours, before any other form of them.
---@param mime string such as `application/geo+json`
---@param renderer? ipynb.Renderer gets data (text, or a table where the type is JSON) and metadata;
---   gives lines, each a text or a list of { text, highlight group }; nil: takes it away
function M.add_renderer(mime, renderer)
  local renderers = require('ipynb.output.renderers')
  renderers.set(mime, renderer)
  for _, nb in pairs(require('ipynb.notebook').all()) do
    if nb.is_attached then
      require('ipynb.host').notify(nb, 'custom_mimes', renderers.mimes())
    end
  end
end

---@param buf? integer
---@return string text '' outside notebooks
---@return string highlight
function M.statusline(buf)
  local nb = get(buf)
  if not nb then
    return '', ''
  end
  return require('ipynb.kernel').statusline(nb)
end

---@param buf? integer
---@return ipynb.Kernel? kernel nil outside notebooks
function M.kernel(buf)
  local nb = get(buf)
  return nb and vim.deepcopy(nb.kernel)
end

--- Returns when facade, shadow and the Python model hold all that was typed.
---@param buf? integer
function M.flush(buf)
  local nb = get(buf)
  if nb then
    require('ipynb.cells.actions').flush(nb)
  end
end

return M
