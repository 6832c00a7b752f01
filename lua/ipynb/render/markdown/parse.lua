-- Owns reading one cell's markdown into marks; must not know buffers, windows or when that is
-- done.

local Canvas = require('ipynb.render.markdown.canvas')
local block = require('ipynb.render.markdown.block')
local bounds = require('ipynb.render.markdown.bounds')
local grid = require('ipynb.render.markdown.grid')
local inline = require('ipynb.render.markdown.inline')
local spans = require('ipynb.render.markdown.spans')

local M = {}

--- Blocks and the parts of lines are parsed one after the other; no HTML, no code in fences.
local PARSER_OPTIONS = { injections = { markdown = '', markdown_inline = '' } }

--- Whether the bundled parsers are there; some distributions leave them out.
---@return boolean
function M.is_available()
  return vim.iter({ 'markdown', 'markdown_inline' }):all(function(language)
    -- Without the parser it fails before 0.11, and returns nil since.
    local ok, is_found = pcall(vim.treesitter.language.add, language)
    return ok and (is_found or vim.fn.has('nvim-0.11') == 0)
  end)
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

---@param text string
---@param language string
---@return TSNode
local function root_of(text, language)
  local parser = vim.treesitter.get_string_parser(text, language, PARSER_OPTIONS)
  return parser:parse()[1]:root()
end

--- Reads a cell's text. An empty result is that of a text which is left plain.
---@param lines string[]
---@param signs ipynb.MarkdownSigns
---@param can_hide boolean whether hidden text does not count in tables
---@return ipynb.MarkdownCanvas
function M.read(lines, signs, can_hide)
  local canvas = Canvas.new(lines, signs, can_hide)
  if not bounds.is_sane(lines) then
    return canvas
  end
  local budget = spans.new_budget()
  local by_type = vim.tbl_extend('error', { pipe_table = grid.read }, block.handlers)
  local function read_spans(_, node)
    local text = spans.text(canvas, node, budget)
    if text then
      canvas.origin = (node:range())
      walk(canvas, root_of(text, 'markdown_inline'), inline.handlers)
      canvas.origin = 0
    end
  end
  by_type.inline, by_type.pipe_table_cell = read_spans, read_spans
  walk(canvas, root_of(table.concat(lines, '\n') .. '\n', 'markdown'), by_type)
  grid.measure(canvas)
  return canvas
end

return M
