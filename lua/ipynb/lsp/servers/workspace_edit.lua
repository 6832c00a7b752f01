-- Owns applying a server's workspace edit: cells here, as one undo step in each notebook, other
-- files by Neovim; must not know who asked for it.
--
-- All or nothing: an edit that has no place in a notebook refuses the whole.

local change = require('ipynb.text.change')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local edits = require('ipynb.lsp.servers.edits')
local report = require('ipynb.report')
local shadow_edit = require('ipynb.lsp.servers.shadow_edit')
local siblings = require('ipynb.lsp.servers.siblings')

local M = {}

--- What Neovim has when there is nothing for it to do; nil would be an error.
M.DONE = { documentChanges = {} }

---@class ipynb.OwnEdits of one notebook
---@field document ipynb.LspDocument
---@field edits ipynb.ShadowEdit[]
---@field is_late boolean the server made them for a text that has changed

---@class ipynb.SplitEdit
---@field document ipynb.LspDocument that was asked about
---@field own table<ipynb.Notebook, ipynb.OwnEdits>
---@field is_lost boolean a part is for cells of a notebook that is not open

--- Takes the edits of one document, if it is a notebook's.
---@param split ipynb.SplitEdit
---@param about { uri: string, version: any }
---@param text_edits lsp.TextEdit[]
---@return boolean is_taken
local function take(split, about, text_edits)
  local document = siblings.facade(split.document, about.uri)
  if not document then
    -- Servers that read notebooks from disk have edits for them, too, by cells of their own.
    split.is_lost = split.is_lost or siblings.is_cell(about.uri)
    return siblings.is_hidden(split.document, about.uri)
  end
  local own = split.own[document.nb] or { document = document, edits = {}, is_late = false }
  split.own[document.nb] = own
  for _, text_edit in ipairs(text_edits) do
    table.insert(own.edits, shadow_edit.read(document, about.uri, text_edit))
  end
  local version = about.version
  local is_late = type(version) == 'number' and not document.texts:is_current(about.uri, version)
  own.is_late = own.is_late or is_late
  return true
end

---@param edit lsp.WorkspaceEdit
---@param document ipynb.LspDocument
---@return ipynb.SplitEdit
---@return lsp.WorkspaceEdit? rest nil: there is none
local function split_edit(edit, document)
  local split = { document = document, own = {}, is_lost = false }
  if edit.documentChanges and edit.documentChanges ~= vim.NIL then
    local rest = {}
    for _, one in ipairs(edit.documentChanges) do
      if not one.textDocument or not take(split, one.textDocument, one.edits) then
        rest[#rest + 1] = one
      end
    end
    local others = { documentChanges = rest, changeAnnotations = edit.changeAnnotations }
    return split, #rest > 0 and others or nil
  end
  local rest = {}
  for uri, text_edits in pairs(edit.changes or {}) do
    if not take(split, { uri = uri }, text_edits) then
      rest[uri] = text_edits
    end
  end
  return split, next(rest) and { changes = rest } or nil
end

---@class ipynb.EditOrder
---@field ticks? table<integer, integer> the shadows' when the server was asked
---@field home? string cell that it was asked for

--- Which texts a server knows now, for `EditOrder.ticks`.
---@param client_id integer
---@return table<integer, integer> ticks by shadow
function M.ticks(client_id)
  local ticks = {}
  siblings.each(client_id, function(server)
    local shadow = server.nb.shadow
    ticks[shadow] = vim.api.nvim_buf_get_changedtick(shadow)
  end)
  return ticks
end

--- What becomes of the notebooks' cells.
---@param split ipynb.SplitEdit
---@param order ipynb.EditOrder
---@return table<ipynb.Notebook, ipynb.CellChange[]>? changes
---@return string? problem
local function resolve(split, order)
  local asked, changes = split.document, {}
  for nb, own in pairs(split.own) do
    local tick = order.ticks and order.ticks[nb.shadow]
    if own.is_late or tick and tick ~= vim.api.nvim_buf_get_changedtick(nb.shadow) then
      return nil, 'the text has changed since'
    end
    changes[nb] = edits.resolve(own.document, own.edits, nb == asked.nb and order.home or nil)
    if not changes[nb] then
      return nil, 'its edit has no place in code cells'
    end
  end
  if split.is_lost then
    return nil, 'its edit is for a notebook that is not open'
  end
  return changes
end

--- Applies an edit.
---@param document ipynb.LspDocument
---@param edit lsp.WorkspaceEdit
---@param order ipynb.EditOrder
---@return boolean ok
---@return string? problem said already
function M.apply(document, edit, order)
  local split, rest = split_edit(edit, document)
  local changes, problem = resolve(split, order)
  if not changes then
    problem = ('%s: %s; nothing was edited'):format(document.name, problem)
    report.warn(problem)
    return false, problem
  end
  for nb, cell_changes in pairs(changes) do
    diagnostics.while_many(nb, #cell_changes, function()
      change.apply(nb, cell_changes)
    end)
  end
  if rest then
    -- Fails where another file cannot be changed.
    local ok, why = pcall(vim.lsp.util.apply_workspace_edit, rest, document.encoding)
    if not ok then
      report.error(('%s: other files: %s'):format(document.name, why))
    end
  end
  return true
end

return M
