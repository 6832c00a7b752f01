-- Owns what Lua knows of a notebook's kernel, for the statusline and the user; must not know
-- how a kernel is run.

local notebook = require('ipynb.notebook')
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
  nb.kernel = kernel
  nb.kernel_record = record
  vim.cmd.redrawstatus({ bang = true })
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

--- The kernel asks the user (`input()`, a password); leaving the prompt interrupts.
---@param buf integer
---@param prompt string
---@param is_password boolean
function M.ask(buf, prompt, is_password)
  local nb = notebook.get(buf)
  if not nb then
    return
  end
  local host = require('ipynb.host')
  local function answer(text)
    if text == nil then
      host.notify(nb, 'interrupt')
    else
      host.notify(nb, 'reply_input', text)
    end
  end
  if is_password then
    -- E: Vim:Interrupt, CTRL-C at the prompt.
    local ok, text = pcall(vim.fn.inputsecret, { prompt = prompt, cancelreturn = vim.NIL })
    answer(ok and text ~= vim.NIL and text or nil)
  else
    -- E: Keyboard interrupt, CTRL-C at the prompt.
    local ok = pcall(vim.ui.input, { prompt = prompt }, answer)
    if not ok then
      answer(nil)
    end
  end
end

return M
