-- Owns the marks of one cell's text, by line, while they are made; must not know what they mean.

---@class ipynb.MarkdownMark
---@field col integer
---@field opts vim.api.keyset.set_extmark ephemeral; `end_row` is set when it is drawn
---@field is_whole? boolean reaches to the window's edge

---@class ipynb.MarkdownCanvas
---@field lines string[]
---@field signs ipynb.MarkdownSigns
---@field rows table<integer, ipynb.MarkdownMark[]> by 0-based line of the cell
---@field tables ipynb.MarkdownTable[]
---@field private left integer marks that may still be added
local Canvas = {}
Canvas.__index = Canvas

--- Above the tree-sitter highlighter's 100, below the borders' 200.
local PRIORITY = 120
local MAX_MARKS = 20000

---@param lines string[]
---@param signs ipynb.MarkdownSigns
---@return ipynb.MarkdownCanvas
function Canvas.new(lines, signs)
  local self = { lines = lines, signs = signs, rows = {}, tables = {}, left = MAX_MARKS }
  return setmetatable(self, Canvas)
end

---@param row integer
---@param mark ipynb.MarkdownMark
function Canvas:add(row, mark)
  if self.left == 0 or not self.lines[row + 1] then
    return
  end
  self.left = self.left - 1
  mark.opts.ephemeral = true
  mark.opts.strict = false
  mark.opts.priority = PRIORITY + (mark.opts.priority or 0)
  local marks = self.rows[row]
  if marks then
    marks[#marks + 1] = mark
  else
    self.rows[row] = { mark }
  end
end

---@param row integer
---@param col integer
---@param end_col integer
---@param group string
---@param above? integer priority over other marks
function Canvas:colour(row, col, end_col, group, above)
  if end_col > col then
    self:add(row, { col = col, opts = { end_col = end_col, hl_group = group, priority = above } })
  end
end

--- Colours a line to the window's edge.
---@param row integer
---@param col integer
---@param group string
---@param above? integer
function Canvas:colour_line(row, col, group, above)
  local opts = { end_col = 0, hl_group = group, hl_eol = true, priority = above }
  self:add(row, { col = col, opts = opts, is_whole = true })
end

--- Hides text where 'conceallevel' says so, behind at most one character.
---@param row integer
---@param col integer
---@param end_col integer
---@param sign? string
---@param group? string of the sign
function Canvas:hide(row, col, end_col, sign, group)
  if end_col > col then
    local opts = { end_col = end_col, conceal = sign or '', hl_group = group, priority = 3 }
    self:add(row, { col = col, opts = opts })
  end
end

--- Draws a text over as many columns of the line.
---@param row integer
---@param col integer
---@param text string
---@param group string
function Canvas:cover(row, col, text, group)
  local opts = { virt_text = { { text, group } }, virt_text_pos = 'overlay', hl_mode = 'combine' }
  self:add(row, { col = col, opts = opts })
end

--- Draws a text over the whole line, from the window's first column on.
---@param row integer
---@param chunks ipynb.Chunk[]
function Canvas:cover_line(row, chunks)
  local opts = { virt_text = chunks, virt_text_win_col = 0, hl_mode = 'combine' }
  self:add(row, { col = 0, opts = opts })
end

--- Calls `visit` with the part of a node on each of its lines.
---@param node TSNode
---@param visit fun(row: integer, col: integer, end_col: integer)
function Canvas:each_row(node, visit)
  local row, col, end_row, end_col = node:range()
  for line_row = row, math.min(end_row, #self.lines - 1) do
    local from = line_row == row and col or 0
    local to = line_row == end_row and end_col or #self.lines[line_row + 1]
    if to > from then
      visit(line_row, from, to)
    end
  end
end

return Canvas
