-- Owns the rendered cells of a notebook and the blanks in their tables, as long as the text is
-- the one they were made from; must not know windows.

local bounds = require('ipynb.render.markdown.bounds')
local epoch = require('ipynb.text.epoch')
local parse = require('ipynb.render.markdown.parse')
local signs = require('ipynb.render.markdown.signs')
local tables = require('ipynb.render.markdown.tables')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.markdown')

--- Cells kept when the view has left them.
local MAX_CELLS = 200

---@class ipynb.RenderedCell
---@field epoch integer when the text was last compared
---@field text string
---@field rows table<integer, ipynb.MarkdownMark[]>
---@field pads integer[] ids of the blanks in tables
---@field places ipynb.TablePad[] where they belong

---@class ipynb.MarkdownState
---@field epoch integer of the text that the cells were last compared with
---@field view? ipynb.MarkdownView what the cells were rendered for
---@field limit? number of the view, once a table was rendered for it
---@field cells table<string, ipynb.RenderedCell>
---@field count integer of them
---@field owners table<integer, string> cell by id of a blank
---@field source_row? integer of the window that is drawn

---@param state ipynb.MarkdownState
---@param buf integer
---@param id string
function M.forget(state, buf, id)
  local cell = state.cells[id]
  if cell then
    tables.erase(buf, cell.pads)
    for _, pad in ipairs(cell.pads) do
      state.owners[pad] = nil
    end
    state.cells[id] = nil
    state.count = state.count - 1
  end
end

---@param state ipynb.MarkdownState
---@param buf integer
function M.forget_all(state, buf)
  for id in pairs(state.cells) do
    M.forget(state, buf, id)
  end
end

--- Says what to render for; nothing made for another view is kept, nor what is too much.
---@param state ipynb.MarkdownState
---@param buf integer
---@param view ipynb.MarkdownView
function M.set_view(state, buf, view)
  local old = state.view
  local is_same = old
    and (state.limit == nil or state.limit == view.limit())
    and old.can_hide == view.can_hide
    and old.is_ascii == view.is_ascii
  if not is_same or state.count > MAX_CELLS then
    M.forget_all(state, buf)
    state.view, state.limit = view, nil
  end
end

---@param buf integer
---@param first integer
---@param last integer
---@return table[] marks on these rows: id, row, col
local function marks_between(buf, first, last)
  local is_end = last >= vim.api.nvim_buf_line_count(buf)
  local from = { math.min(first, vim.api.nvim_buf_line_count(buf) - 1), 0 }
  return vim.api.nvim_buf_get_extmarks(buf, NS, from, is_end and -1 or { last, -1 }, {})
end

--- Text that goes leaves the blanks in it to its neighbours, where they could make a line wrap.
---@param state ipynb.MarkdownState
---@param buf integer
---@param first integer
---@param last integer
local function erase_displaced(state, buf, first, last)
  if next(state.owners) then
    for _, mark in ipairs(marks_between(buf, first, last)) do
      M.forget(state, buf, state.owners[mark[1]] or '')
    end
  end
end

---@param nb ipynb.Notebook
---@return ipynb.MarkdownState
function M.of(nb)
  if not nb.markdown then
    local state = { epoch = 0, cells = {}, count = 0, owners = {} }
    nb.markdown = state
    vim.api.nvim_buf_attach(nb.buf, false, {
      on_lines = function(_, buf, _, first, old_last, last)
        if nb.markdown ~= state then
          return true
        end
        -- While Neovim undoes, marks are still where they were.
        erase_displaced(state, buf, first, math.max(old_last, last))
      end,
    })
  end
  return nb.markdown
end

--- Takes notice of changed text, but in the cell in hand, which shows its source.
---@param nb ipynb.Notebook
---@param state ipynb.MarkdownState
function M.take_changes(nb, state)
  local now = epoch.of(nb)
  if state.epoch == now then
    return
  end
  state.epoch = now
  for id, cell in pairs(state.cells) do
    local known = nb.layout:index(id) and nb.cells[id]
    if #cell.pads > 0 and not (known and known.cell_type == 'markdown') then
      M.forget(state, nb.buf, id)
    end
  end
end

---@param nb ipynb.Notebook
---@param id string
---@param row integer
---@param lines string[]
---@return ipynb.RenderedCell
local function render(nb, id, row, lines)
  local state = nb.markdown
  local view = state.view
  local canvas = parse.read(lines, signs.get(view.is_ascii), view.can_hide)
  if #canvas.tables > 0 then
    state.limit = view.limit()
  end
  local pads = tables.draw(canvas, state.limit or math.huge)
  local ids = tables.place(nb.buf, row, pads)
  for _, pad in ipairs(ids) do
    state.owners[pad] = id
  end
  state.count = state.count + 1
  state.cells[id] = { rows = canvas.rows, pads = ids, places = pads }
  return state.cells[id]
end

---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@return boolean
local function is_small(nb, row, end_row)
  local first = vim.api.nvim_buf_get_offset(nb.buf, row)
  return bounds.is_small(vim.api.nvim_buf_get_offset(nb.buf, end_row) - first, end_row - row)
end

--- Whether all blanks are where they belong; moved text and undo may take them elsewhere.
---@param nb ipynb.Notebook
---@param cell ipynb.RenderedCell
---@param row integer
---@param end_row integer
---@return boolean
local function is_in_place(nb, cell, row, end_row)
  local at, found = {}, marks_between(nb.buf, row, end_row - 1)
  for _, mark in ipairs(found) do
    at[mark[1]] = mark
  end
  for i, id in ipairs(cell.pads) do
    local mark, place = at[id], cell.places[i]
    if not mark or mark[2] ~= row + place.row or mark[3] ~= place.col then
      return false
    end
  end
  return #found == #cell.pads
end

--- Brings what is known of a cell up to date.
---@param nb ipynb.Notebook
---@param id string
function M.prepare(nb, id)
  local state = nb.markdown
  local cell = state.cells[id]
  if cell and cell.epoch == state.epoch then
    return
  end
  local row, end_row = nb.layout:content(id)
  local text, lines = '', {}
  if is_small(nb, row, end_row) then
    lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, false)
    text = table.concat(lines, '\n')
  end
  if not cell or cell.text ~= text or not is_in_place(nb, cell, row, end_row) then
    M.forget(state, nb.buf, id)
    cell = render(nb, id, row, lines)
    cell.text = text
  end
  cell.epoch = state.epoch
end

return M
