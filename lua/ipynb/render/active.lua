-- Owns the marks of the active cell: one set per notebook, moved from cell to cell; must not
-- decide which cell that is.

local border = require('ipynb.render.border')
local config = require('ipynb.config')
local highlights = require('ipynb.render.highlights')
local hints = require('ipynb.render.hints')
local style = require('ipynb.render.style')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.cells')
-- The bar gives way to signs of diagnostics, which Neovim sets at 10.
local PRIORITY = { bar = 5, fill = 20, hints = 220 }

--- Columns of line that must be left beside the hints.
local MIN_LINE = 6

---@class ipynb.ActiveMarks
---@field fill? integer extmark ids
---@field bar? integer
---@field hints? integer

---@param nb ipynb.Notebook
---@return integer width of the text in the narrowest window on the facade
local function narrowest(nb)
  local width = vim.o.columns
  for _, win in ipairs(vim.fn.win_findbuf(nb.buf)) do
    local info = vim.fn.getwininfo(win)[1]
    width = math.min(width, info.width - info.textoff)
  end
  return width
end

---@param cell ipynb.Cell
---@param is_editing boolean
---@param look ipynb.BorderStyle
---@param room integer columns
---@return ipynb.Chunk[]? chunks as many hints as there is room for
local function fit_hints(cell, is_editing, look, room)
  local list = hints.list(cell, is_editing, config.get(), look.is_ascii)
  while #list > 0 do
    local chunks = border.hints(list, look)
    if hints.width(chunks) <= room then
      return chunks
    end
    list[#list] = nil
  end
end

--- The hints of a cell, made once for all cells in the same situation.
---@param nb ipynb.Notebook
---@param cell ipynb.Cell
---@param look ipynb.BorderStyle
---@return ipynb.Chunk[]?
local function hints_of(nb, cell, look)
  local known, room = nb.known_hints, narrowest(nb) - MIN_LINE
  if not known or known.options ~= config.get() or known.room ~= room then
    known = { options = config.get(), room = room, chunks = {} }
    nb.known_hints = known
  end
  local is_editing = nb.edit ~= nil
  local state, has_output = cell.execution_state, cell.output_count > 0
  local key = ('%s %s %s %s'):format(cell.cell_type, state, has_output, is_editing)
  if known.chunks[key] == nil then
    known.chunks[key] = fit_hints(cell, is_editing, look, room) or false
  end
  return known.chunks[key] or nil
end

--- Puts the marks on a cell, or takes them off the screen.
---@param nb ipynb.Notebook
---@param id? string
function M.draw(nb, id)
  nb.active_marks = nb.active_marks or {}
  if not id or not nb.layout:index(id) then
    for kind, mark in pairs(nb.active_marks) do
      vim.api.nvim_buf_del_extmark(nb.buf, NS, mark)
      nb.active_marks[kind] = nil
    end
    return
  end
  highlights.restore()
  local row, end_row = nb.layout:range(id)
  local look = style.of(nb)
  look.is_active = true
  nb.active_marks.fill = vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    id = nb.active_marks.fill,
    end_row = end_row - 1,
    end_col = 1,
    line_hl_group = 'NotebookActiveCell',
    priority = PRIORITY.fill,
  })
  -- Beside the text alone, as the borders have signs of their own; grows with the text.
  nb.active_marks.bar = vim.api.nvim_buf_set_extmark(nb.buf, NS, row + 1, 0, {
    id = nb.active_marks.bar,
    end_row = end_row - 1,
    end_col = 0,
    right_gravity = false,
    end_right_gravity = true,
    sign_text = look.glyphs.bar,
    sign_hl_group = 'NotebookActiveBorder',
    priority = PRIORITY.bar,
  })
  nb.active_marks.hints = vim.api.nvim_buf_set_extmark(nb.buf, NS, end_row - 1, 0, {
    id = nb.active_marks.hints,
    sign_text = look.glyphs.corner,
    sign_hl_group = 'NotebookActiveBorder',
    virt_text = hints_of(nb, nb.cells[id], look),
    virt_text_pos = 'right_align',
    hl_mode = 'replace',
    priority = PRIORITY.hints,
  })
end

return M
