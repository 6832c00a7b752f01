-- Owns the marks of cells: borders, signs, backgrounds, the active cell; must not know kernels,
-- keys or text. The marks of a cell are kept by id in `nb.marks` and moved, never made twice:
--
--   row          top    sign, label, line     state  run state, right aligned
--   row..end_row fill   background
--   end_row - 1  bottom line

local active = require('ipynb.render.active')
local border = require('ipynb.render.border')
local resize = require('ipynb.render.resize')
local spinner = require('ipynb.render.spinner')
local style = require('ipynb.render.style')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.cells')
local CHUNK_MS = 5
local PRIORITY = { fill = 10, border = 200, state = 210 }

---@class ipynb.CellMarks
---@field top? integer extmark ids
---@field state? integer
---@field bottom? integer
---@field fill? integer
---@field output? integer in namespace `ipynb.outputs`

local FILL_HL = {
  code = 'NotebookCodeCell',
  markdown = 'NotebookMarkdownCell',
  raw = 'NotebookRawCell',
}

---@param nb ipynb.Notebook
---@param id string
---@return ipynb.CellMarks
local function marks_of(nb, id)
  local marks = nb.marks[id]
  if not marks then
    marks = {}
    nb.marks[id] = marks
  end
  return marks
end

---@param nb ipynb.Notebook
---@param marks ipynb.CellMarks
---@param row integer
---@param cell ipynb.Cell
---@param look ipynb.BorderStyle
local function draw_top(nb, marks, row, cell, look)
  marks.top = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    id = marks.top,
    sign_text = look.glyphs.signs[cell.cell_type] or look.glyphs.signs.raw,
    sign_hl_group = border.type_hl(cell),
    virt_text = border.top(cell, look),
    virt_text_win_col = 0,
    hl_mode = 'combine',
    priority = PRIORITY.border,
  })
  local state = border.state(cell, look)
  if state then
    marks.state = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
      id = marks.state,
      virt_text = state,
      virt_text_pos = 'right_align',
      hl_mode = 'combine',
      priority = PRIORITY.state,
    })
  elseif marks.state then
    vim.api.nvim_buf_del_extmark(nb.buf, NS, marks.state)
    marks.state = nil
  end
end

---@param nb ipynb.Notebook
---@param marks ipynb.CellMarks
---@param end_row integer
---@param look ipynb.BorderStyle
local function draw_bottom(nb, marks, end_row, look)
  marks.bottom = vim.api.nvim_buf_set_extmark(nb.buf, NS, end_row - 1, 0, {
    id = marks.bottom,
    virt_text = border.bottom(look),
    virt_text_win_col = 0,
    hl_mode = 'replace',
    priority = PRIORITY.border,
  })
end

---@param nb ipynb.Notebook
---@param id string
---@param row integer
---@param end_row integer
---@param look ipynb.BorderStyle
local function draw_one(nb, id, row, end_row, look)
  local cell, marks = nb.cells[id], marks_of(nb, id)
  look.is_active = nb.active_cell == id
  draw_top(nb, marks, row, cell, look)
  draw_bottom(nb, marks, end_row, look)
  if cell.execution_state == 'busy' then
    spinner.add(nb, id, M.draw_border)
  end
  -- Ends behind column 0 of the end marker: text put in front of it stays inside.
  marks.fill = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    id = marks.fill,
    end_row = end_row - 1,
    end_col = 1,
    line_hl_group = FILL_HL[cell.cell_type] or FILL_HL.raw,
    priority = PRIORITY.fill,
  })
end

---@param nb ipynb.Notebook
---@param ids string[]
---@param first integer index into `ids`
---@param deadline_ns? integer `vim.uv.hrtime()` after which to stop
---@return integer next index that was not drawn
local function draw_until(nb, ids, first, deadline_ns)
  local look = style.of(nb)
  for i = first, #ids do
    local id = ids[i]
    -- A cell may have gone between two chunks.
    if nb.layout:index(id) then
      local row, end_row = nb.layout:range(id)
      draw_one(nb, id, row, end_row, look)
    end
    if deadline_ns and i % 16 == 0 and vim.uv.hrtime() > deadline_ns then
      return i + 1
    end
  end
  return #ids + 1
end

--- Draws borders, sign and background of some cells, where the layout has them.
---@param nb ipynb.Notebook
---@param ids string[]
function M.draw(nb, ids)
  draw_until(nb, ids, 1)
  if vim.list_contains(ids, nb.active_cell) then
    active.draw(nb, nb.active_cell)
  end
end

--- Removes all marks of some cells, also of cells the layout no longer has.
---@param nb ipynb.Notebook
---@param ids string[]
function M.erase(nb, ids)
  for _, id in ipairs(ids) do
    local marks = nb.marks[id] or {}
    for _, kind in ipairs({ 'top', 'state', 'bottom', 'fill' }) do
      if marks[kind] then
        vim.api.nvim_buf_del_extmark(nb.buf, NS, marks[kind])
        marks[kind] = nil
      end
    end
    if id == nb.active_cell then
      nb.active_cell = nil
      active.draw(nb, nil)
    end
  end
end

--- Draws a cell's top border again: its run state, count or time changed.
---@param nb ipynb.Notebook
---@param id string
function M.draw_border(nb, id)
  if not nb.layout:index(id) then
    return
  end
  local look = style.of(nb)
  look.is_active = nb.active_cell == id
  local row = nb.layout:range(id)
  draw_top(nb, marks_of(nb, id), row, nb.cells[id], look)
  if nb.cells[id].execution_state == 'busy' then
    spinner.add(nb, id, M.draw_border)
  end
end

---@param nb ipynb.Notebook
---@param id string
local function draw_both_borders(nb, id)
  local _, end_row = nb.layout:range(id)
  local look = style.of(nb)
  look.is_active = nb.active_cell == id
  M.draw_border(nb, id)
  draw_bottom(nb, marks_of(nb, id), end_row, look)
end

--- Makes a cell the active one; call it again when editing starts or ends.
---@param nb ipynb.Notebook
---@param id? string
function M.set_active(nb, id)
  local before = nb.active_cell
  local is_editing = nb.edit ~= nil
  if before == id and nb.active_is_editing == is_editing then
    return
  end
  nb.active_cell, nb.active_is_editing = id, is_editing
  if before and before ~= id and nb.layout:index(before) then
    draw_both_borders(nb, before)
  end
  if id and before ~= id and nb.layout:index(id) then
    draw_both_borders(nb, id)
  end
  active.draw(nb, id)
end

---@param nb ipynb.Notebook
---@return string[] ids of the cells in view, in any window
local function visible_ids(nb)
  local ids = {}
  for _, win in ipairs(vim.fn.win_findbuf(nb.buf)) do
    local info = vim.fn.getwininfo(win)[1]
    local _, first = nb.layout:at(info.topline - 1)
    -- Before the first redraw of a window `botline` is not known.
    local _, last = nb.layout:at(math.max(info.botline, info.topline + info.height) - 1)
    for index = first or 1, last or 0 do
      ids[#ids + 1] = nb.layout:id_at(index)
    end
  end
  return ids
end

--- Draws all cells: those in view at once, the others in short turns of the event loop.
---@param nb ipynb.Notebook
function M.redraw_all(nb)
  resize.watch(nb, M.redraw_all)
  M.draw(nb, visible_ids(nb))
  active.draw(nb, nb.active_cell)
  local ids = vim.list_slice(nb.layout:ids())
  nb.draw_turn = (nb.draw_turn or 0) + 1
  local turn, next_index = nb.draw_turn, 1
  local function draw_chunk()
    if nb.draw_turn ~= turn or not vim.api.nvim_buf_is_loaded(nb.buf) then
      return
    end
    next_index = draw_until(nb, ids, next_index, vim.uv.hrtime() + CHUNK_MS * 1e6)
    if next_index <= #ids then
      vim.defer_fn(draw_chunk, 1)
    end
  end
  vim.defer_fn(draw_chunk, 1)
end

return M
