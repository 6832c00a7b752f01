-- Owns the marks of one cell's text, by line, while they are made; must not know what they mean.

---@class ipynb.MarkdownMark
---@field col integer
---@field opts vim.api.keyset.set_extmark ephemeral; `end_row` is set when it is drawn
---@field is_whole? boolean reaches to the window's edge

---@class ipynb.MarkdownCanvas
---@field lines string[]
---@field signs ipynb.MarkdownSigns
---@field can_hide boolean whether hidden text is not seen
---@field rows table<integer, ipynb.MarkdownMark[]> by 0-based line of the cell
---@field tables ipynb.MarkdownTable[]
---@field origin integer line at which the syntax tree that is visited starts
---@field private left integer marks that may still be added
local Canvas = {}
Canvas.__index = Canvas

--- Above the tree-sitter highlighter's 100, below the borders' 200.
local PRIORITY = 120
local MAX_MARKS = 20000

---@param lines string[]
---@param signs ipynb.MarkdownSigns
---@param can_hide boolean
---@return ipynb.MarkdownCanvas
function Canvas.new(lines, signs, can_hide)
  return setmetatable({
    lines = lines,
    signs = signs,
    can_hide = can_hide,
    rows = {},
    tables = {},
    origin = 0,
    left = MAX_MARKS,
  }, Canvas)
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

--- Hides text where 'conceallevel' says so.
---@param row integer
---@param col integer
---@param end_col integer
function Canvas:hide(row, col, end_col)
  if end_col > col then
    self:add(row, { col = col, opts = { end_col = end_col, conceal = '', priority = 3 } })
  end
end

--- Shows one character in place of a text, which starts with a character of one column. Not the
--- one that Neovim can show for hidden text: that has no background.
---@param row integer
---@param col integer
---@param end_col integer
---@param sign string
---@param group string
function Canvas:replace(row, col, end_col, sign, group)
  if self.can_hide then
    self:cover(row, col, sign, group)
    self:hide(row, col + 1, end_col)
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

---@param node TSNode
---@return integer row
---@return integer col
---@return integer end_row
---@return integer end_col
function Canvas:range(node)
  local row, col, end_row, end_col = node:range()
  return self.origin + row, col, self.origin + end_row, end_col
end

--- Calls `visit` with the part of a node on each of its lines.
---@param node TSNode
---@param visit fun(row: integer, col: integer, end_col: integer)
function Canvas:each_row(node, visit)
  local row, col, end_row, end_col = self:range(node)
  for line_row = row, math.min(end_row, #self.lines - 1) do
    local from = line_row == row and col or 0
    local to = line_row == end_row and end_col or #self.lines[line_row + 1]
    if to > from then
      visit(line_row, from, to)
    end
  end
end

return Canvas
