-- Owns what a server's edits of its documents mean for cells: new text of each, or no edit at all;
-- must not know how it is put.
--
-- What lies in no code cell, or where the server saw another text than the user has, is refused:
-- never is an edit made elsewhere than meant. Imports that the server adds at the document's head
-- go to the head of the cell that they are for.

local shadow_edit = require('ipynb.lsp.servers.shadow_edit')

local M = {}

---@param document ipynb.LspDocument
---@param row integer
---@return string? cell_id the code cell that has this row or ends there
---@return integer first
---@return integer end_row
local function cell_at(document, row)
  local layout = document.nb.layout
  local id = layout:at(row)
  if not id or document.nb.cells[id].cell_type ~= 'code' then
    return nil, 0, 0
  end
  local first, end_row = layout:content(id)
  if row < first or row > end_row then
    return nil, 0, 0
  end
  return id, first, end_row
end

---@param lines string[]
---@return boolean
local function are_imports(lines)
  local has_any = false
  for _, line in ipairs(lines) do
    if line:match('^import%s') or line:match('^from%s+%S+%s+import%s') then
      has_any = true
    elseif line:match('%S') then
      return false
    end
  end
  return has_any
end

---@param document ipynb.LspDocument
---@param edit ipynb.ShadowEdit
---@return boolean
local function is_visible(document, edit)
  if edit.row == edit.end_row then
    return document:is_kept(edit.row, edit.col, edit.end_col)
  end
  for row = edit.row, edit.end_row do
    if document:is_masked(row - document.origin) then
      return false
    end
  end
  return true
end

---@class ipynb.CellEdits
---@field by_cell table<string, ipynb.ShadowEdit[]>
---@field document ipynb.LspDocument
---@field home? string cell that imports are for

---@param edits ipynb.CellEdits
---@param id string
---@param edit ipynb.ShadowEdit
local function add(edits, id, edit)
  edits.by_cell[id] = edits.by_cell[id] or {}
  table.insert(edits.by_cell[id], edit)
end

--- An import at the head of another cell, or of the document, goes to its own cell's.
---@param edits ipynb.CellEdits
---@param edit ipynb.ShadowEdit
---@param id? string
---@return boolean is_moved
local function move_import(edits, edit, id)
  local is_insert = edit.row == edit.end_row and edit.col == edit.end_col
  if not edits.home or id == edits.home or not is_insert or not are_imports(edit.lines) then
    return false
  end
  local first, end_row = edits.document.nb.layout:content(edits.home)
  local row = first
  while edits.document:line(row):match('^%s*#') do
    row = row + 1 -- below magics and comments
  end
  row = row < end_row and row or first
  local lines = vim.tbl_filter(function(line)
    return line:match('%S') ~= nil
  end, edit.lines)
  lines[#lines + 1] = ''
  add(edits, edits.home, { row = row, col = 0, end_row = row, end_col = 0, lines = lines })
  return true
end

---@param edits ipynb.CellEdits
---@param edit ipynb.ShadowEdit
---@return boolean ok
local function place(edits, edit)
  local document = edits.document
  local id, first, end_row = cell_at(document, edit.row)
  if move_import(edits, edit, id) then
    return true
  elseif not id or not shadow_edit.close_end(document, edit, first, end_row) then
    return false
  elseif not is_visible(document, edit) then
    return false
  end
  add(edits, id, edit)
  return true
end

---@param edits ipynb.CellEdits
---@param edit ipynb.ShadowEdit
---@return boolean ok
local function place_lines(edits, edit)
  for _, piece in ipairs(shadow_edit.pieces(edits.document, edit)) do
    local id, _, end_row = cell_at(edits.document, piece.row)
    local is_outside = not id or piece.row == end_row
    local is_nothing = is_outside and shadow_edit.changes_blanks_only(edits.document, piece)
    if not is_nothing and not place(edits, piece) then
      return false
    end
  end
  return true
end

--- What becomes of the cells.
---@param document ipynb.LspDocument
---@param server_edits ipynb.ShadowEdit[]
---@param home? string cell for which the edit was asked
---@return ipynb.CellChange[]? changes nil: they cannot be made here
function M.resolve(document, server_edits, home)
  local edits = { by_cell = {}, document = document, home = home }
  for _, edit in ipairs(server_edits) do
    if not place(edits, vim.deepcopy(edit)) and not place_lines(edits, edit) then
      return nil
    end
  end
  local changes = {}
  for id, cell_edits in pairs(edits.by_cell) do
    local lines = shadow_edit.made(document, id, cell_edits)
    if not lines then
      return nil
    end
    changes[#changes + 1] = { cell_id = id, lines = lines }
  end
  return changes
end

return M
