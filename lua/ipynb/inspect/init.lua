-- Owns the float that shows what a kernel says of a name; must not know how a kernel is asked for
-- other things.
--
-- It is as those of vim.lsp.buf.hover(): it goes when the cursor moves, the second call
-- goes into it.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local highlights = require('ipynb.render.highlights')
local inspector_float = require('ipynb.inspect.float')
local inspector_text = require('ipynb.inspect.text')
local name = require('ipynb.inspect.name')
local place = require('ipynb.lsp.place')
local report = require('ipynb.report')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.inspector')

---@param starts integer[]
---@param step 1|-1
local function jump(starts, step)
  local row, target = vim.api.nvim_win_get_cursor(0)[1] - 1, nil
  for _, start in ipairs(starts) do
    if step == 1 and start > row and not target or step == -1 and start < row then
      target = start
    end
  end
  target = target or (step == 1 and starts[1] or starts[#starts])
  vim.api.nvim_win_set_cursor(0, { target + 1, 0 })
end

---@param buf integer
---@param text ipynb.InspectorText
local function paint(buf, text)
  for _, mark in ipairs(text.marks) do
    highlights.ensure(mark.hl)
    vim.api.nvim_buf_set_extmark(buf, NS, mark.row, mark.col, {
      end_col = mark.end_col,
      hl_group = mark.hl,
    })
  end
end

---@param buf integer
---@param win integer
---@param text ipynb.InspectorText
local function map_keys(buf, win, text)
  local function map(lhs, desc, rhs)
    vim.keymap.set('n', lhs, rhs, { buffer = buf, nowait = true, desc = desc })
  end
  map('<Tab>', 'Next section', function()
    jump(text.starts, 1)
  end)
  map('<S-Tab>', 'Previous section', function()
    jump(text.starts, -1)
  end)
  for _, lhs in ipairs({ 'q', '<Esc>' }) do
    map(lhs, 'Close the inspector', function()
      inspector_float.leave(win)
    end)
  end
end

--- Shows text in the float at the cursor.
---@param title string
---@param text ipynb.InspectorText
---@return integer buf
---@return integer win
function M.show(title, text)
  local buf, win = inspector_float.open(title, text.lines)
  paint(buf, text)
  map_keys(buf, win, text)
  return buf, win
end

--- Goes into the float, if there is one.
---@return boolean
function M.enter()
  local win = inspector_float.find()
  if not win then
    return false
  end
  vim.api.nvim_set_current_win(win)
  return true
end

---@class ipynb.InspectOptions
---@field detail_level? 0|1
---@field is_quiet? boolean nothing is said where there is nothing to show

--- Where the cursor is: its window, buffer and position, to see whether it still is there.
---@return string
local function cursor_key()
  local cursor = vim.api.nvim_win_get_cursor(0)
  local win, buf = vim.api.nvim_get_current_win(), vim.api.nvim_get_current_buf()
  return ('%d:%d:%d:%d'):format(win, buf, cursor[1], cursor[2])
end

--- Asks about a name; shows the answer unless the cursor has moved meanwhile.
---@param nb ipynb.Notebook
---@param about { lines: string[], row: integer, offset: integer }
---@param title string
---@param options ipynb.InspectOptions
---@return fun() cancel
function M.inspect(nb, about, title, options)
  local key = cursor_key()
  about.detail_level = options.detail_level or 0
  local timeout_ms = config.get().inspect.timeout_ms
  local question = { kind = 'inspect', about = about, timeout_ms = timeout_ms }
  return ask.kernel(nb, question, function(answer)
    if key ~= cursor_key() then
      return
    elseif answer and #answer.sections > 0 then
      M.show(title, inspector_text.lay_out(answer.sections))
    elseif not options.is_quiet then
      local unknown = ('the kernel knows nothing of %s'):format(title)
      report.info(answer and unknown or 'the kernel did not answer')
    end
  end)
end

--- The name at the cursor of facade or float.
---@param nb ipynb.Notebook
---@return string? name
---@return ipynb.LspPlace?
function M.name_at_cursor(nb)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local at = place.at(nb, vim.api.nvim_get_current_buf(), cursor[1] - 1, cursor[2])
  return at and name.at(at.lines, at.row, at.col, nb.language), at
end

--- Inspects the name at the cursor; goes into the float where that is shown already.
---@param nb ipynb.Notebook
---@param options? ipynb.InspectOptions
---@return fun()? cancel
function M.at_cursor(nb, options)
  options = options or {}
  if not options.is_quiet and M.enter() then
    return nil
  end
  local found, at = M.name_at_cursor(nb)
  if not found or not at then
    return not options.is_quiet and report.info('no name here') or nil
  elseif not ask.is_possible(nb) then
    return not options.is_quiet and report.info(ask.problem(nb)) or nil
  end
  at:flush()
  local about = { lines = { found }, row = 0, offset = vim.fn.strchars(found) }
  if nb.language ~= 'python' then
    about = at:about() -- other kernels find the name their own way
  end
  return M.inspect(nb, about, found, options)
end

return M
