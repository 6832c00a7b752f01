-- Owns answers whose text Neovim itself puts into the edit buffer: on-type formatting, inline
-- completion, presentations of a colour; must not know when it is asked.
--
-- What reaches beyond the cell, or to a line that the server sees otherwise, is not put at all. The
-- facade is not modifiable: there is nothing for it.

local M = {}

--- A range in the edit buffer, whole.
---@param document ipynb.LspDocument
---@param range any
---@return lsp.Range? range nil: a part of it is elsewhere
local function inside(document, range)
  local first, last = document:to_facade(range.start), document:to_facade(range['end'])
  first.line, last.line = first.line - document.origin, last.line - document.origin
  local is_end = last.line == document.rows and last.character == 0
  if first.line < 0 or first.line >= document.rows or last.line >= document.rows and not is_end then
    return nil
  end
  for row = first.line, math.min(last.line, document.rows - 1) do
    if document:is_masked(row) then
      return nil
    end
  end
  return { start = first, ['end'] = last }
end

---@param document ipynb.LspDocument
---@param list any
---@return lsp.TextEdit[]? edits nil: not all of them can be made
local function edits_of(document, list)
  local edits = {}
  for i, edit in ipairs(type(list) == 'table' and list or {}) do
    local range = type(edit.newText) == 'string' and inside(document, edit.range)
    if not range then
      return nil
    end
    edits[i] = { range = range, newText = edit.newText }
  end
  return edits
end

--- Edits after a character was typed.
---@param document ipynb.LspDocument
---@param result any
---@return lsp.TextEdit[]?
function M.edits(document, result)
  return document.cell_id and edits_of(document, result) or nil
end

--- What may be completed, shown behind the cursor.
---@param document ipynb.LspDocument
---@param result any list of items, or a list with a head
---@return table[]?
function M.inline(document, result)
  local items = {}
  for _, item in ipairs(result.items or result) do
    local text = item.insertText
    text = type(text) == 'table' and text.value or text -- of a snippet
    local range = item.range and inside(document, item.range)
    if type(text) == 'string' and (range or not item.range) then
      items[#items + 1] = vim.tbl_extend('force', item, { range = range })
    end
  end
  return document.cell_id and items or nil
end

--- How a colour may be written.
---@param document ipynb.LspDocument
---@param result any
---@return table[]
function M.presentations(document, result)
  local items = {}
  for _, item in ipairs(document.cell_id and result or {}) do
    local own = edits_of(document, item.textEdit and { item.textEdit })
    local others = edits_of(document, item.additionalTextEdits)
    if type(item.label) == 'string' and own and others then
      local placed = { textEdit = own[1], additionalTextEdits = others }
      items[#items + 1] = vim.tbl_extend('force', item, placed)
    end
  end
  return items
end

return M
