-- Owns what Lua knows of a notebook's kernel, for the statusline and the user; must not know
-- how a kernel is run.

local report = require('ipynb.report')

local M = {}

local HIGHLIGHTS = {
  idle = 'NotebookStateOk',
  busy = 'NotebookStateBusy',
  starting = 'NotebookStateQueued',
  dead = 'NotebookStateError',
}

---@param nb ipynb.Notebook
---@param kernel ipynb.Kernel
---@param record? table
function M.update(nb, kernel, record)
  local is_same = vim.deep_equal(nb.kernel, kernel)
  nb.kernel = kernel
  nb.kernel_record = record
  if not is_same then
    -- As in :h 'statusline'. `:redrawstatus` would draw now, with the cursor in the last line.
    vim.bo[nb.buf].readonly = vim.bo[nb.buf].readonly
  end
end

--- Cells that were running or queued will not hear of their results any more.
---@param nb ipynb.Notebook
local function cancel_cells(nb)
  local changed = {}
  for id, cell in pairs(nb.cells) do
    if cell.execution_state == 'busy' or cell.execution_state == 'queued' then
      cell.execution_state = 'cancelled'
      if nb.layout:index(id) then
        changed[#changed + 1] = id
      end
    end
  end
  require('ipynb.question').revoke(nb.buf)
  if #changed > 0 then
    require('ipynb.render.cell').draw(nb, changed)
  end
end

---@param nb ipynb.Notebook
function M.on_host_death(nb)
  nb.kernel.connected = false
  nb.kernel.execution_state = nb.kernel.execution_state ~= '' and 'unknown' or ''
  cancel_cells(nb)
end

---@param nb ipynb.Notebook
---@return string text
---@return string highlight
function M.statusline(nb)
  local kernel = nb.kernel
  if kernel.execution_state == '' then
    return 'no kernel', 'NotebookHint'
  end
  local name = kernel.display_name ~= '' and kernel.display_name or kernel.name
  local text = ('%s: %s'):format(name, kernel.execution_state)
  return text, HIGHLIGHTS[kernel.execution_state] or 'NotebookHint'
end

---@param nb ipynb.Notebook
function M.show_status(nb)
  report.info((M.statusline(nb)))
end

return M
