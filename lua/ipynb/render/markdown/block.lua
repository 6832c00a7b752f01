-- Owns how blocks of markdown look: headings, lists, quotes, fences, rules; must not know what
-- stands inside of a line, buffers or windows.

local M = {}

---@param group string
---@return ipynb.MarkdownHandler
local function coloured(group)
  return function(canvas, node)
    canvas:each_row(node, function(row, col, end_col)
      canvas:colour(row, col, end_col, group)
    end)
  end
end

---@param canvas ipynb.MarkdownCanvas
---@param row integer
---@param level integer
local function colour_heading(canvas, row, level)
  canvas:colour_line(row, 0, 'NotebookHeading' .. level)
  if level <= 2 then
    canvas:colour_line(row, 0, 'NotebookHeadingRule' .. level, 4)
  end
end

---@type ipynb.MarkdownHandler
local function on_heading(canvas, node)
  local marker = node:child(0)
  local level = marker and tonumber(marker:type():match('^atx_h(%d)_marker$'))
  if not level then
    return
  end
  local row, col, _, end_col = canvas:range(marker)
  colour_heading(canvas, row, level)
  local sign = canvas.signs.heading[level]
  if sign == '' then
    local text = canvas.lines[row + 1]:match('^%s+()', end_col + 1) or end_col + 1
    canvas:hide(row, col, text - 1)
  elseif sign then
    canvas:replace(row, col, end_col, sign, 'NotebookHeading' .. level)
  end
end

---@type ipynb.MarkdownHandler
local function on_setext_heading(canvas, node)
  local row, _, end_row = canvas:range(node)
  local level = 2
  for child in node:iter_children() do
    local underline = tonumber(child:type():match('^setext_h(%d)_underline$'))
    if underline then
      level, end_row = underline, (canvas:range(child))
    end
  end
  local group = 'NotebookHeading' .. level
  for text_row = row, end_row - 1 do
    canvas:colour_line(text_row, 0, group)
  end
  canvas:cover_line(end_row, { { canvas.signs.rule:rep(vim.o.columns), 'NotebookMarkup' } })
end

---@type ipynb.MarkdownHandler
local function on_rule(canvas, node)
  canvas:cover_line(
    (canvas:range(node)),
    { { canvas.signs.rule:rep(vim.o.columns), 'NotebookMarkup' } }
  )
end

---@param node TSNode
---@return integer level of the list around a marker
local function list_level(node)
  local level, parent = 0, node:parent()
  while parent and level < 10 do
    if parent:type() == 'list' then
      level = level + 1
    end
    parent = parent:parent()
  end
  return math.max(level, 1)
end

---@type ipynb.MarkdownHandler
local function on_bullet(canvas, node)
  local row, col, _, end_col = canvas:range(node)
  local at = canvas.lines[row + 1]:find('[-*+]', col + 1)
  if not at or at > end_col then
    return
  end
  local sibling = node:next_named_sibling()
  if sibling and vim.startswith(sibling:type(), 'task_list_marker') then
    canvas:hide(row, at - 1, end_col)
    return
  end
  local bullets = canvas.signs.bullet
  canvas:cover(row, at - 1, bullets[(list_level(node) - 1) % #bullets + 1], 'NotebookBullet')
end

---@param is_done boolean
---@return ipynb.MarkdownHandler
local function task(is_done)
  return function(canvas, node)
    local row, col, _, end_col = canvas:range(node)
    local sign = is_done and canvas.signs.done or canvas.signs.todo
    local group = is_done and 'NotebookTaskDone' or 'NotebookTask'
    canvas:colour(row, col, end_col, group)
    canvas:replace(row, col, end_col, sign, group)
  end
end

--- Of a continued block, only quotes have something to show.
---@type ipynb.MarkdownHandler
local function on_quote_mark(canvas, node)
  canvas:each_row(node, function(row, col, end_col)
    for at in canvas.lines[row + 1]:sub(col + 1, end_col):gmatch('()>') do
      canvas:cover(row, col + at - 1, canvas.signs.quote, 'NotebookQuoteMark')
    end
  end)
end

---@param canvas ipynb.MarkdownCanvas
---@param row integer
---@param col integer
---@param label? string
local function draw_fence(canvas, row, col, label)
  local line = canvas.lines[row + 1]
  if line then
    canvas:hide(row, col, #line)
    if label then
      local opts = {
        virt_text = { { label .. ' ', 'NotebookCodeLabel' } },
        virt_text_pos = 'right_align',
        hl_mode = 'combine',
      }
      canvas:add(row, { col = #line, opts = opts })
    end
  end
end

--- The info string comes from the notebook, which is not trusted.
---@param info string
---@return string? label
local function language_label(info)
  local name = info:match('^{?%.?([%w_+#.-]+)')
  return name and name:sub(1, 20)
end

---@type ipynb.MarkdownHandler
local function on_fence(canvas, node)
  local row, col, end_row, end_col = canvas:range(node)
  if end_col == 0 then
    end_row = end_row - 1
  end
  for code_row = row, math.min(end_row, #canvas.lines - 1) do
    canvas:colour_line(code_row, math.min(col, #canvas.lines[code_row + 1]), 'NotebookCodeBlock')
  end
  for child in node:iter_children() do
    if child:type() == 'fenced_code_block_delimiter' then
      local at, at_col, _, at_end = canvas:range(child)
      local info = at == row and canvas.lines[at + 1]:sub(at_end + 1):match('^%s*(.*)') or ''
      draw_fence(canvas, at, at_col, language_label(info))
    end
  end
end

---@type ipynb.MarkdownHandler
local function on_indented_code(canvas, node)
  canvas:each_row(node, function(row, col, _)
    canvas:colour_line(row, col, 'NotebookCodeBlock')
  end)
end

---@type ipynb.MarkdownHandler
local function on_html(canvas, node)
  local row, col = canvas:range(node)
  local is_comment = canvas.lines[row + 1]:find('^%s*<!%-%-', col + 1)
  coloured(is_comment and 'NotebookComment' or 'NotebookMarkup')(canvas, node)
end

---@type table<string, ipynb.MarkdownHandler>
M.handlers = {
  atx_heading = on_heading,
  setext_heading = on_setext_heading,
  thematic_break = on_rule,
  list_marker_minus = on_bullet,
  list_marker_star = on_bullet,
  list_marker_plus = on_bullet,
  list_marker_dot = coloured('NotebookBullet'),
  list_marker_parenthesis = coloured('NotebookBullet'),
  task_list_marker_unchecked = task(false),
  task_list_marker_checked = task(true),
  block_quote = coloured('NotebookQuote'),
  block_quote_marker = on_quote_mark,
  block_continuation = on_quote_mark,
  fenced_code_block = on_fence,
  indented_code_block = on_indented_code,
  html_block = on_html,
  link_reference_definition = coloured('NotebookComment'),
}

return M
