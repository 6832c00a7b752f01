-- Owns where in a notebook a rule about places in a file is false, by name; must not know which
-- rules there are.

---@class ipynb.DiagnosticPlace
---@field document ipynb.LspDocument
---@field cell_id string
---@field first integer facade row of the cell's text
---@field end_row integer
---@field range lsp.Range rows of the facade, columns in bytes

---@type table<string, fun(place: ipynb.DiagnosticPlace, diagnostic: lsp.Diagnostic): boolean>
local places = {}

--- Whether a row is in no function.
---@param place ipynb.DiagnosticPlace
---@return boolean
local function is_top_level(place)
  local row = place.range.start.line
  local indent = #place.document:line(row):match('^%s*')
  for above = row, place.first, -1 do
    local line = place.document:line(above)
    local own = #line:match('^%s*')
    local is_outer = above == row or line:find('%S') and own < indent
    if is_outer then
      local is_def = line:match('^%s*def%s') or line:match('^%s*async%s+def%s')
      if is_def or above == row and line:match('lambda') then
        return false
      end
      indent = math.min(indent, own)
    end
  end
  return true
end

--- The row of a cell's first or last line that has text.
---@param place ipynb.DiagnosticPlace
---@param step 1|-1
---@return integer
local function edge_row(place, step)
  local row = step == 1 and place.first or place.end_row - 1
  while row >= place.first and row < place.end_row do
    local line = vim.api.nvim_buf_get_lines(place.document.nb.buf, row, row + 1, false)[1] or ''
    if line:find('%S') and (step == 1 or not line:find('^%s*#')) then
      return row
    end
    row = row + step
  end
  return row
end

function places.anywhere()
  return true
end

function places.cell_start(place)
  return place.range.start.line <= edge_row(place, 1)
end

function places.cell_end(place)
  return place.range['end'].line >= edge_row(place, -1)
end

places.top_level = is_top_level

function places.top_level_await(place)
  local line = place.document:line(place.range.start.line)
  return line:match('%f[%w_]await%f[^%w_]') ~= nil and is_top_level(place)
end

--- What is named with it, as the name's other definition, is in another cell.
function places.of_other_cell(place, diagnostic)
  local related = (diagnostic.relatedInformation or {})[1]
  local row = tonumber(diagnostic.message:match('from line (%d+)$'))
  local at = row and { line = row - 1, character = 0 } or related and related.location.range.start
  local uri = not row and related and related.location.uri or place.document.uri
  if not at or not place.document:is_own(uri) then
    return false
  end
  row = place.document:to_facade(at, uri).line
  return row < place.first or row >= place.end_row
end

function places.document_start(place)
  return place.range.start.character == 0 and place.range['end'].character == 0
end

return places
