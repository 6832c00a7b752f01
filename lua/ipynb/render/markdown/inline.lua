-- Owns how the parts of a line of markdown look: emphasis, code, links, formulas; must not know
-- blocks, buffers or windows.

local math = require('ipynb.render.markdown.math')

local M = {}

---@alias ipynb.MarkdownHandler fun(canvas: ipynb.MarkdownCanvas, node: TSNode): boolean?

---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
local function hide_node(canvas, node)
  canvas:each_row(node, function(row, col, end_col)
    canvas:hide(row, col, end_col)
  end)
end

---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
---@param group string
---@param above? integer
local function colour_node(canvas, node, group, above)
  canvas:each_row(node, function(row, col, end_col)
    canvas:colour(row, col, end_col, group, above)
  end)
end

---@param group string
---@return ipynb.MarkdownHandler
local function coloured(group)
  return function(canvas, node)
    colour_node(canvas, node, group, 1)
  end
end

--- Hides all of a link but its text.
---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
---@param text TSNode
local function hide_around(canvas, node, text)
  local row, col, end_row, end_col = canvas:range(node)
  local _, text_col, _, text_end_col = canvas:range(text)
  if row ~= end_row then
    return -- broken over lines: its rows would be left empty
  end
  canvas:hide(row, col, text_col)
  canvas:hide(row, text_end_col, end_col)
end

---@param node TSNode
---@param kind string
---@return TSNode?
local function child_of(node, kind)
  for child in node:iter_children() do
    if child:type() == kind then
      return child
    end
  end
end

---@type ipynb.MarkdownHandler
local function on_link(canvas, node)
  local text = child_of(node, 'link_text')
  if text then
    hide_around(canvas, node, text)
    colour_node(canvas, text, 'NotebookLink', 1)
  end
end

---@type ipynb.MarkdownHandler
local function on_image(canvas, node)
  local sign, text = canvas.signs.image, child_of(node, 'image_description')
  local row, col, end_row, end_col = canvas:range(node)
  if row ~= end_row then
    return
  elseif not text then
    canvas:replace(row, col, end_col, sign, 'NotebookImage')
    return
  end
  local _, text_col, _, text_end_col = canvas:range(text)
  colour_node(canvas, text, 'NotebookImage', 1)
  canvas:replace(row, col, col + 1, sign, 'NotebookImage') -- `!`
  canvas:replace(row, col + 1, text_col, ' ', 'NotebookMarkup') -- `[`
  canvas:hide(row, text_end_col, end_col)
end

--- `[^1]`; other lone brackets are as often mathematics.
---@type ipynb.MarkdownHandler
local function on_shortcut(canvas, node)
  local row, col = canvas:range(node)
  if canvas.lines[row + 1]:sub(col + 1, col + 2) == '[^' then
    colour_node(canvas, node, 'NotebookLink', 1)
  end
end

---@type ipynb.MarkdownHandler
local function on_code(canvas, node)
  colour_node(canvas, node, 'NotebookCodeBlock', 1)
  colour_node(canvas, node, 'NotebookInlineCode', 2)
  return true
end

---@type ipynb.MarkdownHandler
local function on_code_span(canvas, node)
  on_code(canvas, node)
  for child in node:iter_children() do
    if child:type() == 'code_span_delimiter' then
      hide_node(canvas, child)
    end
  end
  return true
end

---@type ipynb.MarkdownHandler
local function on_autolink(canvas, node)
  local row, col, end_row, end_col = canvas:range(node)
  colour_node(canvas, node, 'NotebookLink', 1)
  if row == end_row then
    canvas:hide(row, col, col + 1)
    canvas:hide(row, end_col - 1, end_col)
  end
end

---@type ipynb.MarkdownHandler
local function on_escape(canvas, node)
  local row, col = canvas:range(node)
  canvas:hide(row, col, col + 1)
end

local ENTITIES = {
  ['&nbsp;'] = ' ',
  ['&lt;'] = '<',
  ['&gt;'] = '>',
  ['&amp;'] = '&',
  ['&quot;'] = '"',
  ['&ensp;'] = ' ',
  ['&emsp;'] = ' ',
}

---@type ipynb.MarkdownHandler
local function on_entity(canvas, node)
  local row, col, _, end_col = canvas:range(node)
  local sign = ENTITIES[canvas.lines[row + 1]:sub(col + 1, end_col)]
  if sign then
    canvas:replace(row, col, end_col, sign, 'NotebookEntity')
  end
end

---@type ipynb.MarkdownHandler
local function on_tag(canvas, node)
  local row, col = canvas:range(node)
  local is_comment = canvas.lines[row + 1]:sub(col + 1, col + 4) == '<!--'
  colour_node(canvas, node, is_comment and 'NotebookComment' or 'NotebookMarkup', 1)
end

---@type table<string, ipynb.MarkdownHandler>
M.handlers = {
  strong_emphasis = coloured('NotebookStrong'),
  emphasis = coloured('NotebookEmphasis'),
  strikethrough = coloured('NotebookStrike'),
  emphasis_delimiter = hide_node,
  code_span = on_code_span,
  inline_link = on_link,
  full_reference_link = on_link,
  collapsed_reference_link = on_link,
  image = on_image,
  shortcut_link = on_shortcut,
  uri_autolink = on_autolink,
  email_autolink = on_autolink,
  backslash_escape = on_escape,
  entity_reference = on_entity,
  html_tag = on_tag,
  latex_block = math.draw,
}

return M
