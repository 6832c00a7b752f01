-- Owns what stands in the window of a kernel's variables; must not know when it changes.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local layout = require('ipynb.inspect.variables_table')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.variables')
local MAX_HEIGHT_PART = 0.35
M.MIN_HEIGHT = 4

---@class ipynb.VariablesWindow
---@field buf integer
---@field win integer
---@field order ipynb.VariableOrder
---@field filter string
---@field is_all boolean also functions, classes and modules
---@field answer? table the kernel's latest
---@field shown ipynb.Variable[] by line
---@field cancel? fun() the question under way

---@param nb ipynb.Notebook
---@return string? note why there is nothing to show
local function note_of(nb)
  local answer = nb.variables.answer
  if not ask.is_possible(nb) then
    return ask.problem(nb)
  elseif not answer then
    return nb.variables.cancel and '…' or 'the kernel did not answer; r asks again'
  elseif answer.note then
    return answer.note
  end
  return #answer.rows == 0 and 'no variables yet' or nil
end

---@param view ipynb.VariablesWindow
---@param header string
local function set_header(view, header)
  local separator = config.get().ascii and '  ' or ' · '
  local state = { 's sort: ' .. view.order, '/ filter' }
  if view.filter ~= '' then
    state[2] = '/ ' .. view.filter
  end
  state[3] = view.is_all and 'a fewer' or 'a all'
  state[4] = 'CR inspect'
  state[5] = 'q close'
  local hint = table.concat(state, separator)
  local room = vim.api.nvim_win_get_width(view.win) - vim.fn.strdisplaywidth(header) - 2
  hint = vim.fn.strdisplaywidth(hint) <= room and hint or ''
  local function escaped(text)
    return (text:gsub('%%', '%%%%'))
  end
  vim.wo[view.win].winbar = ('%%#NotebookVariableHeader#%s%%=%%#NotebookHint#%s '):format(
    escaped(header),
    escaped(hint)
  )
end

--- Makes the window as high as its lines need, within bounds.
---@param nb ipynb.Notebook
function M.fit(nb)
  local view = nb.variables
  local most = math.max(M.MIN_HEIGHT, math.floor(vim.o.lines * MAX_HEIGHT_PART))
  local wanted = vim.api.nvim_buf_line_count(view.buf) + 1 -- the winbar
  vim.api.nvim_win_set_height(view.win, math.max(M.MIN_HEIGHT, math.min(most, wanted)))
end

--- Writes the kernel's latest answer into the window.
---@param nb ipynb.Notebook
function M.draw(nb)
  local view = nb.variables
  local note = note_of(nb)
  local rows = not note and view.answer.rows or {}
  local text = layout.lay_out(rows, view.order, view.filter)
  view.shown = text.variables
  local lines = text.lines
  if note or #lines == 0 then
    lines = { ' ' .. (note or ('nothing matches "%s"'):format(view.filter)) }
    text.marks = { { row = 0, col = 0, end_col = #lines[1], hl = 'NotebookHint' } }
  elseif view.answer.left > 0 then
    lines[#lines + 1] = (' … %d more'):format(view.answer.left)
  end
  vim.bo[view.buf].modifiable = true
  vim.api.nvim_buf_set_lines(view.buf, 0, -1, false, lines)
  vim.bo[view.buf].modifiable = false
  vim.bo[view.buf].modified = false
  vim.api.nvim_buf_clear_namespace(view.buf, NS, 0, -1)
  for _, mark in ipairs(text.marks) do
    vim.api.nvim_buf_set_extmark(view.buf, NS, mark.row, mark.col, {
      end_col = mark.end_col,
      hl_group = mark.hl,
    })
  end
  set_header(view, text.header)
end

return M
