-- Owns what a yank in the notebook means when it touches a border: lines are whole cells, less
-- than lines is text without markers; must not know which key or command yanked.
--
-- Inside TextYankPost no text may change, so registers are set and nothing is yanked again.

local registers = require('ipynb.cells.registers')
local splice = require('ipynb.cells.splice')

local M = {}

---@class ipynb.Yank
---@field register string as for `registers.put`
---@field first integer 0-based row
---@field last integer 0-based row

---@param event table `v:event`
---@return string
local function register_of(event)
  if event.regname ~= '' then
    return event.regname
  end
  local clipboard = vim.opt.clipboard:get()
  if vim.list_contains(clipboard, 'unnamedplus') then
    return '+'
  end
  return vim.list_contains(clipboard, 'unnamed') and '*' or '"'
end

--- Where Vim put it.
---@param register string
---@return string
local function place_of(register)
  return register == '"' and '0' or register:lower()
end

---@param nb ipynb.Notebook
---@param row integer
---@return boolean
local function is_marker(nb, row)
  local first, end_row = nb.layout:range((nb.layout:at(row)))
  return row == first or row == end_row - 1
end

---@param nb ipynb.Notebook
---@param yank ipynb.Yank
---@return boolean
local function has_marker(nb, yank)
  local first, last = nb.layout:at(yank.first), nb.layout:at(yank.last)
  return first ~= last or is_marker(nb, yank.first) or is_marker(nb, yank.last)
end

--- Takes the cells in place of the lines; what `"A` appended to is there again first.
---@param nb ipynb.Notebook
---@param yank ipynb.Yank
local function take_cells(nb, yank)
  local name, register = place_of(yank.register), yank.register
  local held = vim.fn.getreg(name, 1, true) --[[@as string[] ]]
  local before = #held - (yank.last - yank.first + 1)
  if before > 0 then -- neither the event's name nor its text tells `"A` from `"a`
    register = name:upper()
    vim.fn.setreg(name, vim.list_slice(held, 1, before), 'V')
  end
  local _, first = nb.layout:at(yank.first)
  local _, last = nb.layout:at(yank.last)
  local cells = splice.cells(nb, first, last - first + 1)
  registers.put(nb, register, cells, false, function(into, lines)
    vim.fn.setreg(into, lines, 'V')
  end)
end

--- The text of a marker line that was yanked, at most: it begins in the line.
---@param nb ipynb.Notebook
---@param yank ipynb.Yank
---@return string
local function first_text(nb, yank)
  local line = vim.api.nvim_buf_get_lines(nb.buf, yank.first, yank.first + 1, true)[1]
  local last = yank.last == yank.first and vim.fn.col("']") or #line
  return line:sub(vim.fn.col("'["), last)
end

--- Takes the marker lines out of what was yanked, also where `"A` joined its first line to what
--- the register held.
---@param nb ipynb.Notebook
---@param yank ipynb.Yank
local function drop_markers(nb, yank)
  local name = place_of(yank.register)
  local kind = vim.fn.getregtype(name):sub(1, 1)
  local lines = vim.fn.getreg(name, 1, true) --[[@as string[] ]]
  local count = yank.last - yank.first + 1
  if kind == 'v' and #lines > count and lines[#lines] == '' then
    count = count + 1 -- `v$` takes the line's end, too
  end
  local before = #lines - count
  for i = yank.last - yank.first + 1, 1, -1 do
    if is_marker(nb, yank.first + i - 1) then
      local line, own = lines[before + i], first_text(nb, yank)
      if i == 1 and kind == 'v' and #line > #own and vim.endswith(line, own) then
        lines[before + i] = line:sub(1, #line - #own)
      else
        table.remove(lines, before + i)
      end
    end
  end
  vim.fn.setreg(name, lines, kind)
end

---@param nb ipynb.Notebook
local function on_yank(nb)
  local event = vim.v.event
  if event.operator ~= 'y' or nb.layout:count() == 0 or nb.take_rest then
    return
  end
  local yank = {
    register = register_of(event),
    first = vim.fn.line("'[") - 1,
    last = vim.fn.line("']") - 1,
  }
  if yank.register == registers.NONE or not has_marker(nb, yank) then
    return
  elseif event.regtype == 'V' then
    take_cells(nb, yank)
  else
    drop_markers(nb, yank)
  end
end

---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  vim.api.nvim_create_autocmd('TextYankPost', {
    group = group,
    buffer = nb.buf,
    callback = function()
      on_yank(nb)
    end,
  })
end

return M
