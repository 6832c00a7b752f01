-- Owns which texts inside of blocks are worth parsing, and that hostile ones are not; must not
-- know what comes of it.

local M = {}

-- The parser takes 10 microseconds for a sign, some pairs of signs take the square of their count.
local MAX_SIGNS, MAX_PAIRING = 1500, 300

---@class ipynb.SpanBudget what may still be parsed of one cell
---@field signs integer
---@field pairing integer

---@return ipynb.SpanBudget
function M.new_budget()
  return { signs = 4 * MAX_SIGNS, pairing = 10 * MAX_PAIRING }
end

--- Blanks what does not belong to a node at the start of its further lines, such as `> `.
---@param node TSNode
---@param row integer
---@param lines string[]
local function blank_prefixes(node, row, lines)
  for child in node:iter_children() do
    local child_row, child_col, _, child_end = child:range()
    local i = child_row - row + 1
    if child:type() == 'block_continuation' and lines[i] and child_col == 0 then
      lines[i] = (' '):rep(child_end) .. lines[i]:sub(child_end + 1)
    end
  end
end

---@param text string
---@param budget ipynb.SpanBudget
---@return boolean
local function take(text, budget)
  local _, signs = text:gsub('%p', '')
  local _, pairing = text:gsub('[*_`~%[<&$]', '')
  local max_signs = math.min(budget.signs, MAX_SIGNS)
  if signs > max_signs or pairing > math.min(budget.pairing, MAX_PAIRING) then
    return false
  end
  budget.signs, budget.pairing = budget.signs - signs, budget.pairing - pairing
  return true
end

--- The text to parse, each thing in its column; nil when there is nothing to find in it, or too
--- much.
---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
---@param budget ipynb.SpanBudget
---@return string?
function M.text(canvas, node, budget)
  local row, col, end_row, end_col = node:range()
  local lines = vim.list_slice(canvas.lines, row + 1, end_row + 1)
  if end_row < #canvas.lines then
    lines[#lines] = lines[#lines]:sub(1, end_col)
  end
  lines[1] = lines[1]:sub(col + 1)
  local text = table.concat(lines, '\n')
  if not text:find('[*_`~%[<&\\$]') or not take(text, budget) then
    return nil
  end
  lines[1] = (' '):rep(col) .. lines[1]
  blank_prefixes(node, row, lines)
  return table.concat(lines, '\n')
end

return M
