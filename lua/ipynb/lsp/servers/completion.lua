-- Owns completion by servers: items with their edits in the asked buffer; must not know menus.
--
-- What an item changes beside the text at the cursor, an import nearly always, goes to the head of
-- this cell where the server means the document's.

local capabilities = require('ipynb.lsp.servers.capabilities')
local translate = require('ipynb.lsp.servers.translate')

local M = {}

---@param edit lsp.TextEdit
---@return boolean
local function is_import(edit)
  local text = vim.trim(edit.newText or '')
  return text:match('^import%s') ~= nil or text:match('^from%s+%S+%s+import%s') ~= nil
end

--- The row of the asked buffer where an import may stand.
---@param document ipynb.LspDocument
---@return integer
local function import_row(document)
  local row = document.origin
  while document:line(row):match('^%s*#') and row < document.origin + document.rows - 1 do
    row = row + 1
  end
  return row - document.origin
end

--- Edits beside the cursor: those of this cell are Neovim's to make; one of another cell comes as
--- a command.
---@param document ipynb.LspDocument
---@param edits lsp.TextEdit[]
---@param to_asked fun(range: lsp.Range): lsp.Range?
---@param first_row fun(): integer where an import may stand
---@return lsp.TextEdit[] here
---@return lsp.TextEdit[] elsewhere
local function split(document, edits, to_asked, first_row)
  local here, elsewhere = {}, {}
  for _, edit in ipairs(edits) do
    local mapped = document.cell_id and to_asked(edit.range)
    if mapped then
      here[#here + 1] = { range = mapped, newText = edit.newText }
    elseif document.cell_id and is_import(edit) then
      local at = { line = first_row(), character = 0 }
      local text = vim.trim(edit.newText) .. '\n'
      here[#here + 1] = { range = { start = at, ['end'] = at }, newText = text }
    else
      elsewhere[#elsewhere + 1] = edit
    end
  end
  return here, elsewhere
end

--- Ranges in the asked buffer: most items of an answer have the same one.
---@param document ipynb.LspDocument
---@return fun(range: lsp.Range): lsp.Range?
local function range_mapper(document)
  local known = {}
  return function(range)
    local first, last = range.start, range['end']
    local key = ('%d:%d:%d:%d'):format(first.line, first.character, last.line, last.character)
    if known[key] == nil then
      known[key] = document:to_asked(range) or false
    end
    local mapped = known[key]
    return mapped
      and {
        start = { line = mapped.start.line, character = mapped.start.character },
        ['end'] = { line = mapped['end'].line, character = mapped['end'].character },
      }
  end
end

--- Turns the items of one answer into Neovim's, in place: there may be thousands of them.
---@param document ipynb.LspDocument
---@return fun(item: lsp.CompletionItem)
local function mapper(document)
  local to_asked, uri, row = range_mapper(document), document.asked_uri, nil
  local function first_row()
    row = row or import_row(document)
    return row
  end
  return function(item)
    local edit, others = item.textEdit, item.additionalTextEdits
    item.data = {
      uri = uri,
      original = {
        data = item.data,
        textEdit = edit,
        additionalTextEdits = others,
        command = item.command,
      },
    }
    if type(edit) == 'table' then
      item.textEdit = {
        newText = edit.newText,
        range = edit.range and to_asked(edit.range) or nil,
        insert = edit.insert and to_asked(edit.insert) or nil,
        replace = edit.replace and to_asked(edit.replace) or nil,
      }
    end
    if type(others) == 'table' and #others > 0 then
      local here, elsewhere = split(document, others, to_asked, first_row)
      item.additionalTextEdits = here
      if #elsewhere > 0 then
        local action = { title = item.label, edit = { changes = { [document.uri] = elsewhere } } }
        item.command = {
          title = item.label,
          command = capabilities.APPLY_COMMAND,
          arguments = { { action = action, home = document.cell_id } },
        }
      end
    end
  end
end

---@param document ipynb.LspDocument
---@param result any list of items, or a list with a head
---@return any
function M.answer(document, result)
  local items = vim.islist(result) and result or result.items or {}
  local defaults, map = result.itemDefaults, mapper(document)
  for _, item in ipairs(items) do
    if type(defaults) == 'table' and item.data == nil then
      item.data = defaults.data
    end
    map(item)
  end
  if type(defaults) == 'table' then
    defaults = vim.tbl_extend('force', defaults, {
      editRange = defaults.editRange and translate.from_server(document, defaults.editRange),
    })
  end
  return { isIncomplete = result.isIncomplete or false, items = items, itemDefaults = defaults }
end

--- An item as the server made it.
---@param _ ipynb.LspDocument
---@param item lsp.CompletionItem
---@return lsp.CompletionItem
function M.original(_, item)
  local original = type(item.data) == 'table' and item.data.original
  if not original then
    return item
  end
  local sent = vim.tbl_extend('force', item, original)
  sent.data, sent.command = original.data, original.command
  return sent
end

---@param document ipynb.LspDocument
---@param item lsp.CompletionItem
---@return lsp.CompletionItem
function M.resolved(document, item)
  mapper(document)(item)
  return item
end

return M
