-- Owns the marks of a cell's tables: what is drawn with the line and what is put into it; must
-- not know when that is done.

local arrange = require('ipynb.render.markdown.table').arrange

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.markdown')

---@param signs ipynb.MarkdownSigns
---@param line ipynb.MarkdownTableRow the ruled one
---@param col integer of a bar
---@return string
local function joint(signs, line, col)
  if col < line.cells[1].col then
    return signs.joints.left
  end
  return col > line.cells[#line.cells].col and signs.joints.right or signs.joints.middle
end

---@param canvas ipynb.MarkdownCanvas
---@param line ipynb.MarkdownTableRow
---@param is_ruled boolean
---@param brought table<integer, true> bars that come with the blank before them
local function draw_bars(canvas, line, is_ruled, brought)
  for _, col in ipairs(line.bars) do
    local sign = is_ruled and canvas.can_hide and joint(canvas.signs, line, col) or canvas.signs.bar
    if not brought[col] then
      canvas:cover(line.row, col, sign, 'NotebookMarkup')
    elseif canvas.can_hide then
      canvas:hide(line.row, col, col + 1)
    end
  end
end

---@param layout ipynb.TableLayout
---@param row integer
---@return table<integer, true> cols
local function bars_with_blanks(layout, row)
  local cols = {}
  for _, pad in ipairs(layout.pads) do
    if pad.row == row and pad.is_at_bar then
      cols[pad.col] = true
    end
  end
  return cols
end

---@param canvas ipynb.MarkdownCanvas
---@param layout ipynb.TableLayout
---@param ruled ipynb.MarkdownTableRow
local function draw_layout(canvas, layout, ruled)
  for _, hide in ipairs(layout.hides) do
    canvas:hide(hide.row, hide.col, hide.col + hide.width)
  end
  for _, rule in ipairs(layout.rules) do
    canvas:cover(rule.row, rule.col, canvas.signs.joints.line:rep(rule.width), 'NotebookMarkup')
  end
  for _, pad in ipairs(layout.pads) do
    local filler = canvas.can_hide and canvas.signs.joints.line or '-'
    pad.text = (pad.row == ruled.row and filler or ' '):rep(pad.width)
    if pad.is_at_bar and canvas.can_hide then
      pad.text = pad.text .. canvas.signs.bar
    end
  end
end

--- Draws the tables; what does not fit into `limit` columns keeps its widths.
---@param canvas ipynb.MarkdownCanvas
---@param limit integer columns that a line may take
---@return ipynb.TablePad[] pads
function M.draw(canvas, limit)
  local pads = {}
  for _, found in ipairs(canvas.tables) do
    local layout = arrange(found, canvas.can_hide)
    local fits = layout.width <= limit
    for i, line in ipairs(found.rows) do
      draw_bars(canvas, line, i == 2 and fits, fits and bars_with_blanks(layout, line.row) or {})
      if i == 1 then
        canvas:colour(line.row, 0, #canvas.lines[line.row + 1], 'NotebookTableHead')
      end
    end
    if fits then
      draw_layout(canvas, layout, found.rows[2])
      vim.list_extend(pads, layout.pads)
    end
  end
  return pads
end

--- Puts blanks into the lines. These marks stay: only such marks can widen a line.
---@param buf integer
---@param row integer of the cell's first line
---@param pads ipynb.TablePad[]
---@return integer[] ids
function M.place(buf, row, pads)
  local ids = {}
  for i, pad in ipairs(pads) do
    ids[i] = vim.api.nvim_buf_set_extmark(buf, NS, row + pad.row, pad.col, {
      virt_text = { { pad.text, 'NotebookMarkup' } },
      virt_text_pos = 'inline',
      hl_mode = 'combine',
      undo_restore = false,
      strict = false,
    })
  end
  return ids
end

---@param buf integer
---@param ids integer[]
function M.erase(buf, ids)
  for _, id in ipairs(ids) do
    vim.api.nvim_buf_del_extmark(buf, NS, id)
  end
end

return M
