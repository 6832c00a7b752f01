-- Owns how an action was asked for: count, register, selected cells, arguments; must not know
-- which action it is.

local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

---@class ipynb.Call
---@field count? integer as typed or given; nil: none
---@field register string
---@field range? ipynb.Range cells of a command's lines or of a visual selection
---@field selected? integer how many cells were selected; `.` means as many from the one in hand
---@field line1? integer the lines themselves
---@field line2? integer
---@field is_text? boolean a motion covered the cell's text alone, as `ic` does
---@field lines? integer[] first and last line of a command's range in the current buffer
---@field is_one_line? boolean a command's range was one line: its count is of cells from there
---@field arguments string[]
---@field bang boolean
---@field is_silent boolean

--- The cells that lines of the facade belong to.
---@param nb ipynb.Notebook
---@param line1 integer
---@param line2 integer
---@return ipynb.Range? range nil: no cells
local function range_of_lines(nb, line1, line2)
  local _, first = nb.layout:at(math.min(line1, line2) - 1)
  local _, last = nb.layout:at(math.max(line1, line2) - 1)
  return first and { index = first, count = last - first + 1 }
end

--- Takes count and register out of a command's arguments; the rest is the action's.
---@param fargs string[]
---@return string[] arguments
---@return integer? count
---@return string? register
local function sort_arguments(fargs)
  local rest, count, register = {}, nil, nil
  for _, argument in ipairs(fargs) do
    if argument:match('^%d+$') then
      count = tonumber(argument)
    elseif argument:match('^["%w*+_-]$') then
      register = argument
    else
      rest[#rest + 1] = argument
    end
  end
  return rest, count, register
end

--- A command's call.
---@param nb ipynb.Notebook
---@param args vim.api.keyset.create_user_command.command_args
---@param is_on_cells boolean its plain arguments may be a count and a register
---@param is_counted boolean the number before it is a count and no line
---@return ipynb.Call
function M.of_command(nb, args, is_on_cells, is_counted)
  local call = {
    register = vim.v.register,
    arguments = args.fargs,
    bang = args.bang,
    is_silent = args.smods.silent,
    lines = args.range > 0 and { args.line1, args.line2 } or nil,
  }
  if is_on_cells then
    local register
    call.arguments, call.count, register = sort_arguments(args.fargs)
    call.register = register or call.register
  end
  if is_counted then
    call.count = args.count > 0 and args.count or call.count
  elseif args.range > 0 and args.line1 and vim.api.nvim_get_current_buf() == nb.buf then
    call.line1, call.line2 = args.line1, args.line2
    call.range = range_of_lines(nb, args.line1, args.line2)
    call.is_one_line = args.range == 1
  end
  return call
end

--- A normal-mode key's call.
---@return ipynb.Call
function M.of_key()
  return {
    count = vim.v.count > 0 and vim.v.count or nil,
    register = vim.v.register,
    arguments = {},
    bang = false,
    is_silent = false,
  }
end

--- The call of an operator over lines.
---@param nb ipynb.Notebook
---@param motion ipynb.Motion
---@return ipynb.Call
function M.of_motion(nb, motion)
  local call = vim.tbl_extend('force', M.of_key(), motion)
  call.range = range_of_lines(nb, motion.line1, motion.line2)
  return call
end

--- The call of a key in Visual mode, which still is on.
---@param nb ipynb.Notebook
---@return ipynb.Call
function M.of_selection(nb)
  local call = M.of_key()
  call.line1 = math.min(vim.fn.line('v'), vim.fn.line('.'))
  call.line2 = math.max(vim.fn.line('v'), vim.fn.line('.'))
  if vim.api.nvim_get_current_buf() == nb.buf then
    call.range = range_of_lines(nb, call.line1, call.line2)
    call.selected = call.range and call.range.count
  end
  return call
end

--- The cells a call means: those selected, else as many as its count says from the one in hand.
---@param nb ipynb.Notebook
---@param call ipynb.Call
---@return ipynb.Range? range nil: none, which is said
function M.range(nb, call)
  if call.range and call.is_one_line and call.count then
    return { index = call.range.index, count = call.count }
  elseif call.range then
    return call.range
  end
  local index = notebook.current_index(nb)
  if not index then
    report.info('no cell here')
    return nil
  end
  return { index = index, count = call.selected or call.count or 1 }
end

return M
