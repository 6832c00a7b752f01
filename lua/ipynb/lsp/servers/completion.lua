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
---@return lsp.TextEdit[] here
---@return lsp.TextEdit[] elsewhere
local function split(document, edits)
  local here, elsewhere = {}, {}
  for _, edit in ipairs(edits) do
    local mapped = document.cell_id and document:to_asked(edit.range)
    if mapped then
      here[#here + 1] = { range = mapped, newText = edit.newText }
    elseif document.cell_id and is_import(edit) then
      local at = { line = import_row(document), character = 0 }
      local text = vim.trim(edit.newText) .. '\n'
      here[#here + 1] = { range = { start = at, ['end'] = at }, newText = text }
    else
      elsewhere[#elsewhere + 1] = edit
    end
  end
  return here, elsewhere
end

---@param document ipynb.LspDocument
---@param item lsp.CompletionItem
---@param mapped lsp.CompletionItem
local function add_other_edits(document, item, mapped)
  local edits = item.additionalTextEdits
  if type(edits) ~= 'table' or #edits == 0 then
    return
  end
  local here, elsewhere = split(document, edits)
  mapped.additionalTextEdits = here
  if #elsewhere > 0 then
    local action = { title = item.label, edit = { changes = { [document.uri] = elsewhere } } }
    mapped.command = {
      title = item.label,
      command = capabilities.APPLY_COMMAND,
      arguments = { { action = action, home = document.cell_id } },
    }
  end
end

---@param document ipynb.LspDocument
---@param item lsp.CompletionItem
---@return lsp.CompletionItem
local function map_item(document, item)
  local mapped = {}
  for key, value in pairs(item) do
    mapped[key] = value
  end
  if type(item.textEdit) == 'table' then
    mapped.textEdit = translate.from_server(document, item.textEdit)
  end
  add_other_edits(document, item, mapped)
  return translate.keep_original(mapped, item, document)
end

---@param document ipynb.LspDocument
---@param result any list of items, or a list with a head
---@return any
function M.answer(document, result)
  local items = vim.islist(result) and result or result.items or {}
  local defaults, mapped = result.itemDefaults, {}
  for i, item in ipairs(items) do
    if type(defaults) == 'table' and item.data == nil then
      item.data = defaults.data
    end
    mapped[i] = map_item(document, item)
  end
  if type(defaults) == 'table' then
    defaults = vim.tbl_extend('force', defaults, {
      editRange = defaults.editRange and translate.from_server(document, defaults.editRange),
    })
  end
  return { isIncomplete = result.isIncomplete or false, items = mapped, itemDefaults = defaults }
end

---@param document ipynb.LspDocument
---@param result lsp.CompletionItem
---@return lsp.CompletionItem
function M.resolved(document, result)
  return map_item(document, result)
end

return M
