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

--- Bars are hidden behind their signs: what covers a column would come before a blank put there.
---@param canvas ipynb.MarkdownCanvas
---@param line ipynb.MarkdownTableRow
---@param is_ruled boolean
local function draw_bars(canvas, line, is_ruled)
  for _, col in ipairs(line.bars) do
    local sign = is_ruled and joint(canvas.signs, line, col) or canvas.signs.bar
    canvas:colour(line.row, col, col + 1, 'NotebookMarkup', 2)
    canvas:hide(line.row, col, col + 1, sign, 'NotebookMarkup')
  end
end

---@param canvas ipynb.MarkdownCanvas
---@param layout ipynb.TableLayout
local function draw_layout(canvas, layout)
  for _, hide in ipairs(layout.hides) do
    canvas:hide(hide.row, hide.col, hide.col + hide.width)
  end
  for _, rule in ipairs(layout.rules) do
    canvas:cover(rule.row, rule.col, canvas.signs.joints.line:rep(rule.width), 'NotebookMarkup')
  end
end

--- Draws the tables; what does not fit into `limit` columns keeps its widths.
---@param canvas ipynb.MarkdownCanvas
---@param limit integer columns that a line may take
---@param can_hide boolean
---@return ipynb.TablePad[] pads
---@return table<integer, true> ruled rows, whose pads are lines
function M.draw(canvas, limit, can_hide)
  local pads, ruled = {}, {}
  for _, found in ipairs(canvas.tables) do
    local layout = arrange(found, can_hide)
    local fits = layout.width <= limit
    for i, line in ipairs(found.rows) do
      draw_bars(canvas, line, i == 2 and fits)
      if i == 1 then
        canvas:colour(line.row, 0, #canvas.lines[line.row + 1], 'NotebookTableHead')
      end
    end
    ruled[found.rows[2].row] = true
    if fits then
      draw_layout(canvas, layout)
      vim.list_extend(pads, layout.pads)
    end
  end
  return pads, ruled
end

--- Puts blanks into the lines. These marks stay: only such marks can widen a line.
---@param buf integer
---@param row integer of the cell's first line
---@param pads ipynb.TablePad[]
---@param ruled table<integer, true>
---@param signs ipynb.MarkdownSigns
---@return integer[] ids
function M.place(buf, row, pads, ruled, signs)
  local ids = {}
  for i, pad in ipairs(pads) do
    local filler = ruled[pad.row] and signs.joints.line or ' '
    ids[i] = vim.api.nvim_buf_set_extmark(buf, NS, row + pad.row, pad.col, {
      virt_text = { { filler:rep(pad.width), 'NotebookMarkup' } },
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
