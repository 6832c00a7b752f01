-- Owns where an LSP position of facade or edit buffer stands in a cell, and back; must not know
-- what it is asked for. Reads only.
--
-- Neovim is told utf-8, so `character` is a byte here; a kernel counts code points.

local facade = require('ipynb.text.facade')
local mirror = require('ipynb.text.mirror')

local M = {}

---@class ipynb.LspPlace
---@field nb ipynb.Notebook
---@field buf integer the buffer that was asked about
---@field cell_id string
---@field lines string[] the cell's text when it was asked
---@field origin integer row of the cell's first line in `buf`
---@field row integer 0-based line in the cell
---@field col integer 0-based byte in that line
local Place = {}
Place.__index = Place

---@param nb ipynb.Notebook
---@param uri string
---@return integer? buf
local function buffer_of(nb, uri)
  local current = vim.api.nvim_get_current_buf()
  local candidates = { current, nb.buf }
  vim.list_extend(candidates, vim.tbl_values(nb.edit_bufs))
  for _, buf in ipairs(candidates) do
    local is_ours = buf == nb.buf or nb.mirrors[buf] ~= nil
    if is_ours and vim.api.nvim_buf_is_loaded(buf) and vim.uri_from_bufnr(buf) == uri then
      return buf
    end
  end
  return nil
end

---@param nb ipynb.Notebook
---@param buf integer
---@param row integer 0-based line of the buffer
---@param col integer 0-based byte
---@return ipynb.LspPlace? place nil outside of code
function M.at(nb, buf, row, col)
  local cell_id, origin, lines
  if buf == nb.buf then
    cell_id = nb.layout:at(row)
    origin = cell_id and nb.layout:content(cell_id)
    lines = cell_id and facade.content(nb, cell_id)
  else
    cell_id, origin = nb.mirrors[buf] and nb.mirrors[buf].cell_id, 0
    lines = cell_id and vim.api.nvim_buf_get_lines(buf, 0, -1, true)
  end
  local line = lines and lines[row - origin + 1]
  if not line or nb.cells[cell_id].cell_type ~= 'code' then
    return nil
  end
  return setmetatable({
    nb = nb,
    buf = buf,
    cell_id = cell_id,
    lines = lines,
    origin = origin,
    row = row - origin,
    col = math.min(col, #line),
  }, Place)
end

---@param nb ipynb.Notebook
---@param params? table of a request, maybe about a position
---@return ipynb.LspPlace?
function M.of_params(nb, params)
  if not params or not params.textDocument or not params.position then
    return nil
  end
  local buf = buffer_of(nb, params.textDocument.uri)
  return buf and M.at(nb, buf, params.position.line, params.position.character)
end

---@return string line that it stands in
function Place:line()
  return self.lines[self.row + 1]
end

---@return string text before it in its line
function Place:before()
  return self:line():sub(1, self.col)
end

--- What to ask the kernel about: the cell as it is on screen, and where.
---@return { lines: string[], row: integer, offset: integer }
function Place:about()
  return { lines = self.lines, row = self.row, offset = vim.fn.strchars(self:before()) }
end

--- A range in one line of the cell, as LSP has it.
---@param row integer
---@param from integer code points
---@param to integer code points, exclusive
---@return lsp.Range?
function Place:range(row, from, to)
  local line = self.lines[row + 1]
  local first, last = vim.fn.byteidxcomp(line or '', from), vim.fn.byteidxcomp(line or '', to)
  if first < 0 or last < 0 then
    return nil
  end
  local lnum = row + self.origin
  return {
    start = { line = lnum, character = first },
    ['end'] = { line = lnum, character = last },
  }
end

--- Facade, shadow and host get what was typed before an answer depends on it.
function Place:flush()
  if self.nb.mirrors[self.buf] then
    mirror.flush(self.nb)
  end
end

return M
