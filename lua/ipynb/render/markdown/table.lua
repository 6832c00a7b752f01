-- Owns how the columns of a table are aligned; pure: knows cells' widths, no buffer or window.
--
--   |a|  `b`  |      │ a    │ b │     pads: inserted columns
--   |-|:-----:|  ->  ├──────┼───┤     hides: blanks that are too many
--   |long|c|         │ long │ c │

local M = {}

---@class ipynb.MarkdownTableCell
---@field col integer behind the bar before it
---@field text_col integer
---@field text_end integer same as `text_col` in an empty cell
---@field end_col integer of the bar behind it, or of the line
---@field width integer columns that the text takes as it is shown
---@field is_closed boolean has a bar behind it

---@class ipynb.MarkdownTableRow
---@field row integer line of the cell
---@field cells ipynb.MarkdownTableCell[]
---@field bars integer[] their byte columns
---@field width integer columns of the whole line in the source

---@class ipynb.MarkdownTable
---@field rows ipynb.MarkdownTableRow[] header, ruled row, others
---@field aligns ('left'|'right'|'center')[] by column

---@class ipynb.TablePad
---@field row integer
---@field col integer
---@field width integer
---@field is_at_bar? boolean brings the bar behind it along
---@field text? string what it shows

---@class ipynb.TableLayout
---@field pads ipynb.TablePad[]
---@field hides ipynb.TablePad[] blanks (one byte each) to hide
---@field rules ipynb.TablePad[] what the ruled row shows in place of its text
---@field width integer of the widest line, hidden text included

local RULED = 2

---@param cell ipynb.MarkdownTableCell
---@return integer lead blanks before the text
---@return integer trail blanks behind it
local function blanks(cell)
  return cell.text_col - cell.col, cell.end_col - cell.text_end
end

---@param cell ipynb.MarkdownTableCell
---@param can_hide boolean
---@return integer lead least blanks before the text
---@return integer trail
local function least(cell, can_hide)
  local lead, trail = blanks(cell)
  if can_hide then
    return 1, 1
  end
  return math.max(lead, 1), math.max(trail, 1)
end

---@param source ipynb.MarkdownTable
---@param can_hide boolean
---@return integer[] widths of the columns between two bars
local function column_widths(source, can_hide)
  local widths = {}
  for i, line in ipairs(source.rows) do
    for column, cell in ipairs(line.cells) do
      local lead, trail = least(cell, can_hide)
      local width = i == RULED and 3 or lead + cell.width + trail
      if i == RULED and not can_hide then
        width = cell.end_col - cell.col
      end
      widths[column] = math.max(widths[column] or 0, width)
    end
  end
  return widths
end

---@class ipynb.TableLayout
local Layout = {}
Layout.__index = Layout

--- Widens a blank at its start, or hides what is too much of it.
---@param row integer
---@param col integer
---@param have integer
---@param want integer
---@return integer added columns
function Layout:resize(row, col, have, want)
  if want > have then
    self.pads[#self.pads + 1] = { row = row, col = col, width = want - have }
    return want - have
  elseif want < have then
    self.hides[#self.hides + 1] = { row = row, col = col, width = have - want }
  end
  return 0
end

--- Makes the ruled row's part of a column as wide as the column: its last dash gives way to a
--- longer line, as a covered column cannot have a pad in front.
---@param row integer
---@param cell ipynb.MarkdownTableCell
---@param width integer of the column
---@param can_hide boolean
---@return integer added columns
function Layout:rule(row, cell, width, can_hide)
  local have = cell.end_col - cell.col
  local last = cell.end_col - 1
  if not can_hide then
    return self:resize(row, math.max(cell.text_end - 1, cell.col), have, width)
  end
  local shown = width <= have and width or have - 1
  self.rules[#self.rules + 1] = { row = row, col = cell.col, width = shown }
  if width <= have then
    return self:resize(row, cell.col + shown, have, width)
  end
  self.hides[#self.hides + 1] = { row = row, col = last, width = 1 }
  return self:resize(row, last, shown, width)
end

---@param row integer
---@param cell ipynb.MarkdownTableCell
---@param width integer of the column
---@param align 'left'|'right'|'center'
---@param can_hide boolean
---@return integer added columns
function Layout:align(row, cell, width, align, can_hide)
  local lead, trail = blanks(cell)
  local want, min_trail = least(cell, can_hide)
  local room = width - cell.width
  if align == 'right' then
    want = room - min_trail
  elseif align == 'center' then
    want = math.max(math.min(math.floor(room / 2), room - min_trail), want)
  end
  local added = self:resize(row, cell.col, lead, want)
  if cell.is_closed then
    local pads = #self.pads
    added = added + self:resize(row, cell.text_end, trail, room - want)
    if #self.pads > pads and trail == 0 then
      self.pads[#self.pads].is_at_bar = true
      added = added + 1 -- the bar comes with the blank, its own column is hidden
    end
  end
  return added
end

---@param source ipynb.MarkdownTable
---@param can_hide boolean whether text may be hidden
---@return ipynb.TableLayout
function M.arrange(source, can_hide)
  local layout = setmetatable({ pads = {}, hides = {}, rules = {}, width = 0 }, Layout)
  local widths = column_widths(source, can_hide)
  for i, line in ipairs(source.rows) do
    local width = line.width
    for column, cell in ipairs(line.cells) do
      local align = source.aligns[column] or 'left'
      if i == RULED then
        width = width + layout:rule(line.row, cell, widths[column], can_hide)
      else
        width = width + layout:align(line.row, cell, widths[column], align, can_hide)
      end
    end
    layout.width = math.max(layout.width, width)
  end
  return layout
end

return M
