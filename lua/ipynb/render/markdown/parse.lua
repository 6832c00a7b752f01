-- Owns reading one cell's markdown into marks; must not know buffers, windows or when that is
-- done.

local Canvas = require('ipynb.render.markdown.canvas')
local block = require('ipynb.render.markdown.block')
local grid = require('ipynb.render.markdown.grid')
local inline = require('ipynb.render.markdown.inline')

local M = {}

-- What is larger stays plain: parsing takes its time on the way to the screen.
local MAX_BYTES, MAX_LINES, MAX_LINE_BYTES = 65536, 3000, 8192
local MAX_DEPTH = 12
local MAX_BRACKETS = 400

--- Only what is drawn is parsed: no HTML, no code in fences.
local INJECTIONS = {
  markdown = [[
    ([(inline) (pipe_table_cell)] @injection.content
      (#set! injection.language "markdown_inline"))
  ]],
  markdown_inline = '',
}

---@type table<string, table<string, ipynb.MarkdownHandler>>
local handlers = {
  markdown = vim.tbl_extend('error', { pipe_table = grid.read }, block.handlers),
  markdown_inline = inline.handlers,
}

--- Whether the bundled parsers are there; some distributions leave them out.
---@return boolean
function M.is_available()
  return vim.iter({ 'markdown', 'markdown_inline' }):all(function(language)
    -- Without the parser it fails before 0.11, and returns nil since.
    local ok, is_found = pcall(vim.treesitter.language.add, language)
    return ok and (is_found or vim.fn.has('nvim-0.11') == 0)
  end)
end

--- Whether the size is one that is rendered.
---@param bytes integer
---@param lines integer
---@return boolean
function M.is_small(bytes, lines)
  return bytes <= MAX_BYTES and lines <= MAX_LINES
end

--- Whether a text is one that people write: the parser takes seconds for some that no one does.
---@param lines string[]
---@return boolean
local function is_sane(lines)
  local brackets = 0
  for _, line in ipairs(lines) do
    if #line > MAX_LINE_BYTES then
      return false
    end
    local _, quotes = line:match('^[%s>]*'):gsub('>', '')
    local _, opening = line:gsub('[%[%*_~`<$]', '')
    brackets = brackets + opening
    if quotes > MAX_DEPTH then
      return false
    end
  end
  return brackets <= math.max(MAX_BRACKETS, #lines * 40)
end

--- Visits the nodes without recursion: a hostile tree may be as deep as the text is long.
---@param canvas ipynb.MarkdownCanvas
---@param root TSNode
---@param by_type table<string, ipynb.MarkdownHandler>
local function walk(canvas, root, by_type)
  local stack, top = { root }, 1
  while top > 0 do
    local node = stack[top]
    stack[top] = nil
    top = top - 1
    local handler = by_type[node:type()]
    if not (handler and handler(canvas, node)) then
      for child in node:iter_children() do
        if child:named() then
          top = top + 1
          stack[top] = child
        end
      end
    end
  end
end

--- Reads a cell's text. An empty result is that of a text which is left plain.
---@param lines string[]
---@param signs ipynb.MarkdownSigns
---@param can_hide boolean whether hidden text does not count in tables
---@return ipynb.MarkdownCanvas
function M.read(lines, signs, can_hide)
  local canvas = Canvas.new(lines, signs)
  if not is_sane(lines) then
    return canvas
  end
  local text = table.concat(lines, '\n') .. '\n'
  local parser = vim.treesitter.get_string_parser(text, 'markdown', { injections = INJECTIONS })
  parser:parse(true)
  parser:for_each_tree(function(tree, language_tree)
    local by_type = handlers[language_tree:lang()]
    if by_type then
      walk(canvas, tree:root(), by_type)
    end
  end)
  grid.measure(canvas, can_hide)
  return canvas
end

return M
