-- Owns applying a server's workspace edit: cells here, as one undo step, other files by Neovim;
-- must not know who asked for it.
--
-- All or nothing in the notebook: an edit that has no place in it refuses the whole.

local change = require('ipynb.text.change')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local documents = require('ipynb.lsp.servers.document')
local edits = require('ipynb.lsp.servers.edits')
local report = require('ipynb.report')
local shadow_edit = require('ipynb.lsp.servers.shadow_edit')

local M = {}

--- What Neovim has when there is nothing for it to do; nil would be an error.
M.DONE = { documentChanges = {} }

--- Servers that read notebooks from disk have edits for them, too, by cells of their own.
---@param named? { uri: string }
---@return boolean
local function is_of_notebook(named)
  return named ~= nil and documents.is_notebook_file(named.uri)
end

---@class ipynb.OwnEdits
---@field edits ipynb.ShadowEdit[]
---@field is_late boolean the server made them for a text that has changed

---@param document ipynb.LspDocument
---@param own ipynb.OwnEdits
---@param about { uri: string, version: any }
---@param text_edits lsp.TextEdit[]
local function take(document, own, about, text_edits)
  for _, text_edit in ipairs(text_edits) do
    table.insert(own.edits, shadow_edit.read(document, about.uri, text_edit))
  end
  local version = about.version
  local is_late = type(version) == 'number' and not document.texts:is_current(about.uri, version)
  own.is_late = own.is_late or is_late
end

---@param edit lsp.WorkspaceEdit
---@param document ipynb.LspDocument
---@return ipynb.OwnEdits
---@return lsp.WorkspaceEdit? rest nil: there is none
local function split(edit, document)
  local own = { edits = {}, is_late = false }
  if edit.documentChanges and edit.documentChanges ~= vim.NIL then
    local rest = {}
    for _, one in ipairs(edit.documentChanges) do
      if one.textDocument and document:is_own(one.textDocument.uri) then
        take(document, own, one.textDocument, one.edits)
      elseif not is_of_notebook(one.textDocument) then
        rest[#rest + 1] = one
      end
    end
    local others = { documentChanges = rest, changeAnnotations = edit.changeAnnotations }
    return own, #rest > 0 and others or nil
  end
  local rest = {}
  for one_uri, text_edits in pairs(edit.changes or {}) do
    if document:is_own(one_uri) then
      take(document, own, { uri = one_uri }, text_edits)
    elseif not is_of_notebook({ uri = one_uri }) then
      rest[one_uri] = text_edits
    end
  end
  return own, next(rest) and { changes = rest } or nil
end

---@class ipynb.EditOrder
---@field tick? integer the shadow's when the server was asked
---@field home? string cell that it was asked for

--- Applies an edit.
---@param document ipynb.LspDocument
---@param edit lsp.WorkspaceEdit
---@param order ipynb.EditOrder
---@return boolean ok
---@return string? problem said already
function M.apply(document, edit, order)
  local nb, name = document.nb, document.name
  local own, rest = split(edit, document)
  local tick = vim.api.nvim_buf_get_changedtick(nb.shadow)
  local problem, changes
  if #own.edits > 0 and (own.is_late or order.tick and order.tick ~= tick) then
    problem = name .. ': the text has changed since; nothing was edited'
  else
    changes = edits.resolve(document, own.edits, order.home)
    problem = not changes and name .. ': its edit has no place in code cells; nothing was edited'
      or nil
  end
  if not changes then
    report.warn(problem or '')
    return false, problem
  end
  diagnostics.while_many(nb, #changes, function()
    change.apply(nb, changes)
  end)
  if rest then
    -- Fails where another file cannot be changed.
    local ok, why = pcall(vim.lsp.util.apply_workspace_edit, rest, document.encoding)
    if not ok then
      report.error(('%s: other files: %s'):format(name, why))
    end
  end
  return true
end

return M
