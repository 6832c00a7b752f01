-- Owns the colours of the facade's visible rows, as a decoration provider; must not know files.
--
-- Only what Neovim draws is coloured, with marks that last for that drawing. The rows of the cell
-- under the float are left alone: the float covers them.

local markdown = require('ipynb.render.markdown')
local spans = require('ipynb.highlight.spans')
local trees = require('ipynb.highlight.trees')

local M = {}

local ns = vim.api.nvim_create_namespace('ipynb.highlight')

---@class ipynb.PaintedRange a visible cell's content in the window that is drawn
---@field row integer
---@field end_row integer
---@field cell ipynb.CellTree

---@class ipynb.Painting
---@field nb ipynb.Notebook
---@field cells table<string, ipynb.CellTree> by id
---@field ranges ipynb.PaintedRange[] in the window that is being drawn
---@field at integer index of the range of the row before
---@field next_row integer rows before it are painted
---@field is_rendered boolean markdown is, which hides its own marks

--- Facade buffers that are painted; the whole mutable state of this module.
---@type table<integer, ipynb.Painting>
local painted = {}

---@param nb ipynb.Notebook
---@param win integer
---@param id string
---@return boolean
local function is_covered(nb, win, id)
  local edit = nb.edit
  return edit ~= nil
    and edit.parent == win
    and edit.cell_id == id
    and vim.wo[edit.win].winblend == 0
end

--- The cells between two rows, with their trees.
---@param painting ipynb.Painting
---@param win integer
---@param top integer
---@param bottom integer
---@return ipynb.PaintedRange[]
local function visible(painting, win, top, bottom)
  local nb, ranges = painting.nb, {}
  local id = nb.layout:at(top)
  local index = id and nb.layout:index(id) or 1
  local count = nb.layout:count()
  local line_count = vim.api.nvim_buf_line_count(nb.buf)
  while index <= count do
    id = nb.layout:id_at(index)
    local row, end_row = nb.layout:content(id)
    if row > bottom or end_row > line_count then
      break
    end
    if not is_covered(nb, win, id) then
      local cell = trees.get(nb, id, painting.cells, { row = row, end_row = end_row })
      if cell then
        ranges[#ranges + 1] = { row = row, end_row = end_row, cell = cell }
      end
    end
    index = index + 1
  end
  return ranges
end

---@param buf integer
---@param row integer
---@param span ipynb.Span
---@param is_rendered boolean
local function mark(buf, row, span, is_rendered)
  -- E: the text changed since it was parsed, in this very redraw.
  pcall(vim.api.nvim_buf_set_extmark, buf, ns, row, span.col, {
    end_row = span.end_col == -1 and row + 1 or row,
    end_col = span.end_col == -1 and 0 or span.end_col,
    hl_group = span.hl,
    priority = span.priority,
    conceal = not (is_rendered and span.is_markup) and span.conceal or nil,
    spell = span.spell,
    ephemeral = true,
    strict = false,
  })
end

---@param painting ipynb.Painting
---@param row integer
local function paint_row(painting, row)
  local ranges, at = painting.ranges, painting.at
  while ranges[at] and ranges[at].end_row <= row do
    at = at + 1
  end
  painting.at = at
  local range = ranges[at]
  if range and range.row <= row then
    for _, span in ipairs(spans.of_row(range.cell, row - range.row) or {}) do
      mark(painting.nb.buf, row, span, painting.is_rendered)
    end
  end
end

---@param win integer
---@param buf integer
---@param top integer
---@param bottom integer
---@return boolean
local function on_win(_, win, buf, top, bottom)
  local painting = painted[buf]
  if not painting then
    return false
  end
  painting.ranges = visible(painting, win, top, bottom)
  painting.at, painting.next_row = 1, 0
  painting.is_rendered = markdown.is_rendered(painting.nb)
  return #painting.ranges > 0
end

--- Rows come in rising order, and up to 0.11 one by one.
---@param buf integer
---@param row integer
---@param end_row integer
local function on_rows(buf, row, end_row)
  local painting = painted[buf]
  if painting then
    for at = math.max(row, painting.next_row), end_row - 1 do
      paint_row(painting, at)
    end
    painting.next_row = math.max(painting.next_row, end_row)
  end
end

local function provide()
  local provider = { on_win = on_win }
  if vim.fn.has('nvim-0.12') == 1 then
    provider.on_range = function(_, _, buf, row, _, end_row, end_col)
      on_rows(buf, row, end_row + (end_col > 0 and 1 or 0))
    end
  else
    provider.on_line = function(_, _, buf, row)
      on_rows(buf, row, row + 1)
    end
  end
  vim.api.nvim_set_decoration_provider(ns, provider)
end

---@param nb ipynb.Notebook
function M.attach(nb)
  if not next(painted) then
    provide()
  end
  painted[nb.buf] = { nb = nb, cells = {}, ranges = {}, at = 1, next_row = 0, is_rendered = true }
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    buffer = nb.buf,
    once = true,
    callback = function()
      painted[nb.buf] = nil
    end,
  })
  M.redraw(nb.buf)
end

---@param buf integer facade
---@return boolean
function M.is_painted(buf)
  return painted[buf] ~= nil
end

--- Draws all of a buffer's windows again.
---@param buf integer
function M.redraw(buf)
  if vim.api.nvim_buf_is_loaded(buf) then
    -- A mark over all lines that comes and goes: Neovim draws again what it covered.
    local over_all =
      { end_row = vim.api.nvim_buf_line_count(buf), hl_group = 'Normal', strict = false }
    vim.api.nvim_buf_del_extmark(buf, ns, vim.api.nvim_buf_set_extmark(buf, ns, 0, 0, over_all))
  end
end

return M
