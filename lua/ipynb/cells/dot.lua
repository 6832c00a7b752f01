-- Owns `.` for operations on cells: they run as an operator over the character at the cursor,
-- which is what Vim repeats, with its count and register; must not know what they do.

local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

---@class ipynb.Motion what an operator was given
---@field line1 integer
---@field line2 integer
---@field register string
---@field is_text boolean a cell's text alone, by `ic`

---@alias ipynb.OnMotion fun(nb: ipynb.Notebook, motion: ipynb.Motion)

---@class ipynb.Repeatable
---@field on_motion? ipynb.OnMotion an operator
---@field register? string it was given
---@field run? fun(nb: ipynb.Notebook, call: ipynb.Call) all else
---@field call? ipynb.Call
---@field is_new? boolean

--- The whole mutable state of this module: the operation that `.` repeats; whether text was
--- typed after it, which is then what `.` repeats; whether the operator that waits gets a
--- cell's text alone.
---@type ipynb.Repeatable?
local last
local is_text_newer = false
local is_text_object = false

--- Vim calls this for `g@`.
function M.operate()
  local nb = notebook.get()
  if not last or not nb or vim.api.nvim_get_current_buf() ~= nb.buf then
    report.info('the last change was to cells: `.` repeats it in the notebook')
    return
  end
  is_text_newer = false
  if last.on_motion then
    local is_text = is_text_object
    is_text_object = false
    -- A text object's own keys make Neovim forget the register.
    local register = vim.v.register ~= '"' and vim.v.register or last.register
    last.on_motion(nb, {
      line1 = vim.fn.line("'["),
      line2 = vim.fn.line("']"),
      register = register,
      is_text = is_text,
    })
    return
  end
  local call = last.call
  if not last.is_new then
    call = vim.tbl_extend('force', call, { register = vim.v.register })
    call.range = nil
    call.count = vim.v.count > 0 and vim.v.count or call.count
    last.call = vim.tbl_extend('force', last.call, { count = call.count })
  end
  last.is_new = false
  last.run(nb, call)
end

--- `...` is this module's own name.
local OPERATORFUNC = ("v:lua.require'%s'.operate"):format((...))

--- The keys that run an operation now, and again at each `.`; for an <expr> map.
---@param call ipynb.Call
---@param run fun(nb: ipynb.Notebook, call: ipynb.Call)
---@return string keys
function M.keys(call, run)
  last = { run = run, call = call, is_new = true }
  vim.go.operatorfunc = OPERATORFUNC
  if call.range then -- leaves Visual mode; a register named there would be lost with it
    local register = call.register ~= '"' and '"' .. call.register or ''
    return '\27' .. register .. 'g@l'
  end
  return 'g@l'
end

--- The keys of an operator: Vim waits for the motion and tells the lines it covers.
---@param on_motion ipynb.OnMotion
---@return string keys
function M.operator_keys(on_motion)
  last, is_text_object = { on_motion = on_motion, register = vim.v.register }, false
  vim.go.operatorfunc = OPERATORFUNC
  return 'g@'
end

--- The motion that an operator waits for is the text of a cell.
function M.note_text_object()
  is_text_object = true
end

--- Text was typed into a cell.
function M.note_text()
  is_text_newer = true
end

---@return boolean is_text what `.` repeats was done to text
function M.is_text()
  return is_text_newer or not last
end

return M
