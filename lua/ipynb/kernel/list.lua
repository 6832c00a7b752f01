-- Owns showing and choosing kernels, and what the host says of the one that runs; must not know
-- how they are found.

local facts_window = require('ipynb.facts_window')
local host = require('ipynb.host')
local report = require('ipynb.report')

local M = {}

---@class ipynb.KernelRow
---@field name string what asks for it
---@field title string
---@field language string
---@field path string
---@field note string how it was found
---@field is_used boolean

---@param nb ipynb.Notebook
---@param name string kernelspec, or a Python's path
local function set(nb, name)
  host.notify(nb, 'set_kernel', name)
end

--- Names another kernel; one that runs makes room for it, which is asked first.
---@param nb ipynb.Notebook
---@param name string
---@param is_forced boolean
function M.set(nb, name, is_forced)
  local state = nb.kernel.execution_state
  if is_forced or not (nb.kernel.connected or state == 'starting') then
    set(nb, name)
    return
  end
  local prompt = ('%s runs; its variables go with it'):format(nb.kernel.display_name)
  vim.ui.select({ 'Replace it', 'Keep it' }, { prompt = prompt }, function(_, index)
    if index == 1 then
      set(nb, name)
    end
  end)
end

---@param row ipynb.KernelRow
---@return string
local function describe(row)
  local mark = row.is_used and '* ' or '  '
  return ('%s%s, %s: %s'):format(mark, row.title, row.language, row.note)
end

--- Lists the kernels, to choose one or to read. They come when the host has looked for them.
---@param nb ipynb.Notebook
---@param purpose 'set'|'list'
function M.ask(nb, purpose)
  host.notify(nb, 'list_kernels', purpose)
end

---@param rows ipynb.KernelRow[]
local function show(rows)
  local facts = {}
  for _, row in ipairs(rows) do
    local mark = row.is_used and '* ' or '  '
    facts[#facts + 1] = { mark .. row.title, row.note, is_marked = row.is_used }
    facts[#facts + 1] = { '', row.path }
  end
  facts_window.open('Kernels (* is used)', facts)
end

---@param nb ipynb.Notebook
---@param rows ipynb.KernelRow[]
---@param purpose 'set'|'list'
function M.on_list(nb, rows, purpose)
  if #rows == 0 then
    report.info('no kernel is installed; :checkhealth ipynb says what to do')
  elseif purpose == 'list' then
    show(rows)
  else
    local options = { prompt = 'Kernel', kind = 'ipynb_kernel', format_item = describe }
    vim.ui.select(rows, options, function(row)
      if row then
        M.set(nb, row.name, false)
      end
    end)
  end
end

---@param facts ipynb.Fact[]
function M.on_status(facts)
  facts_window.open('Kernel', facts)
end

return M
