-- Owns the table of all actions: what a command, a key and a <Plug> map of one name do; must not
-- know which keys lead there. `plugin/ipynb.lua` defines the commands and comes here on first use.

local calls = require('ipynb.commands.call')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

---@class ipynb.Action
---@field name string command and <Plug> map, after "Notebook"
---@field run fun(nb: ipynb.Notebook, call: ipynb.Call)
---@field key? string option under `keymaps` that names its keys
---@field where? 'facade'|'edit'|'both' buffers in which its keys are mapped; default: both
---@field modes? string[] of its keys; default: normal; 'V' is linewise Visual mode only
---@field is_motion? boolean it moves the cursor, also in Visual and Operator-pending mode
---@field is_operator? boolean its keys wait for a motion; the cells it touches are meant
---@field is_repeatable? boolean `.` repeats it
---@field is_on_cells? boolean its command takes a count and a register among its arguments
---@field is_counted? boolean the number before its command is a count and no line
---@field is_anywhere? boolean its command needs no notebook
---@field complete? fun(nb: ipynb.Notebook?, lead: string): string[]

---@type ipynb.Action[]
M.all = {}

---@type table<string, ipynb.Action>
local by_name = {}

for _, group in ipairs({ 'file', 'cells', 'find', 'edit', 'run', 'ask', 'format', 'kernel' }) do
  for _, action in ipairs(require('ipynb.commands.' .. group)) do
    M.all[#M.all + 1] = action
    by_name[action.name] = action
  end
end

--- Runs a command by its name after "Notebook".
---@param name string
---@param args vim.api.keyset.create_user_command.command_args
function M.run(name, args)
  local action, nb = by_name[name], notebook.get()
  if not nb and not action.is_anywhere then
    report.error(('Notebook%s: this buffer is no notebook'):format(name))
    return
  end
  local call = calls.of_command(nb, args, action.is_on_cells or false, action.is_counted or false)
  action.run(nb, call)
end

--- Completes a command's argument.
---@param name string
---@param lead string
---@return string[]
function M.complete(name, lead)
  local complete = by_name[name].complete
  local candidates = complete and complete(notebook.get(), lead) or {}
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, candidates)
end

return M
