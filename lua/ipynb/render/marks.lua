-- Owns the marks of a cell, by id in `nb.marks`: moved, never made twice; must not know when
-- they are to be drawn, nor of other cells.
--
--   row          top    sign, label, line     state  run state, right aligned
--   row..end_row fill   background
--   end_row - 1  bottom line

local border = require('ipynb.render.border')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.cells')
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

--- Draws the run state, or takes it off where there is none.
---@param nb ipynb.Notebook
---@param id string
---@param look ipynb.BorderStyle
function M.draw_state(nb, id, look)
  local marks, state = marks_of(nb, id), border.state(nb.cells[id], look)
  if state then
    local row = nb.layout:range(id)
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

--- Draws sign, label and run state over the start marker.
---@param nb ipynb.Notebook
---@param id string
---@param look ipynb.BorderStyle
function M.draw_top(nb, id, look)
  local cell, marks, row = nb.cells[id], marks_of(nb, id), nb.layout:range(id)
  marks.top = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    id = marks.top,
    sign_text = look.glyphs.signs[cell.cell_type] or look.glyphs.signs.raw,
    sign_hl_group = border.type_hl(cell),
    virt_text = border.top(cell, look),
    virt_text_win_col = 0,
    hl_mode = 'combine',
    priority = PRIORITY.border,
  })
  M.draw_state(nb, id, look)
end

--- Draws the line over the end marker. It covers the background, so that the row parts cells.
---@param nb ipynb.Notebook
---@param id string
---@param look ipynb.BorderStyle
function M.draw_bottom(nb, id, look)
  local marks, _, end_row = marks_of(nb, id), nb.layout:range(id)
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
function M.draw_fill(nb, id)
  local marks, row, end_row = marks_of(nb, id), nb.layout:range(id)
  -- Ends behind column 0 of the end marker: text put in front of it stays inside.
  marks.fill = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    id = marks.fill,
    end_row = end_row - 1,
    end_col = 1,
    line_hl_group = FILL_HL[nb.cells[id].cell_type] or FILL_HL.raw,
    priority = PRIORITY.fill,
  })
end

---@param nb ipynb.Notebook
---@param id string of a cell the layout may no longer have
function M.erase(nb, id)
  local marks = nb.marks[id] or {}
  for _, kind in ipairs({ 'top', 'state', 'bottom', 'fill' }) do
    if marks[kind] then
      vim.api.nvim_buf_del_extmark(nb.buf, NS, marks[kind])
      marks[kind] = nil
    end
  end
end

return M
