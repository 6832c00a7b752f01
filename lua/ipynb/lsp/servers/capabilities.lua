-- Owns what a notebook's client announces for a server: what the server can do, as far as it is
-- carried; must not know how.

local real = require('ipynb.lsp.servers.real')

local M = {}

--- Carried as the server announces it.
local PROVIDERS = {
  callHierarchyProvider = 'textDocument/prepareCallHierarchy',
  codeLensProvider = 'textDocument/codeLens',
  colorProvider = 'textDocument/documentColor',
  completionProvider = 'textDocument/completion',
  declarationProvider = 'textDocument/declaration',
  definitionProvider = 'textDocument/definition',
  documentHighlightProvider = 'textDocument/documentHighlight',
  documentLinkProvider = 'textDocument/documentLink',
  documentSymbolProvider = 'textDocument/documentSymbol',
  foldingRangeProvider = 'textDocument/foldingRange',
  hoverProvider = 'textDocument/hover',
  implementationProvider = 'textDocument/implementation',
  inlineCompletionProvider = 'textDocument/inlineCompletion',
  inlayHintProvider = 'textDocument/inlayHint',
  linkedEditingRangeProvider = 'textDocument/linkedEditingRange',
  referencesProvider = 'textDocument/references',
  renameProvider = 'textDocument/rename',
  selectionRangeProvider = 'textDocument/selectionRange',
  signatureHelpProvider = 'textDocument/signatureHelp',
  typeDefinitionProvider = 'textDocument/typeDefinition',
  typeHierarchyProvider = 'textDocument/prepareTypeHierarchy',
  workspaceSymbolProvider = 'workspace/symbol',
}

--- Announced and of no use: ruff's hover has words for `noqa` only, and Neovim 0.10 prints a
--- message for each answer without any.
local IGNORED = { ruff = { 'hoverProvider' } }

--- Renames, but says of files that are not on disk that there is nothing to rename.
local NOT_PREPARING = { ty = true }

-- Applies the edit of a code action, which Neovim could not: the facade is not modifiable.
M.APPLY_COMMAND = 'ipynb.apply'

---@param client vim.lsp.Client
---@param buf integer
---@return boolean can_format
---@return boolean can_format_ranges
function M.formats(client, buf)
  return real.supports(client, 'textDocument/formatting', buf),
    real.supports(client, 'textDocument/rangeFormatting', buf)
end

---@param value any
---@return table
local function as_table(value)
  return type(value) == 'table' and value or {}
end

---@param client vim.lsp.Client
---@param buf integer shadow
---@param announced table
local function add_code_actions(client, buf, announced)
  if real.supports(client, 'textDocument/codeAction', buf) then
    local own = as_table(client.server_capabilities.codeActionProvider)
    announced.codeActionProvider =
      { codeActionKinds = own.codeActionKinds, resolveProvider = false }
  end
  local commands = as_table(client.server_capabilities.executeCommandProvider).commands or {}
  announced.executeCommandProvider = { commands = vim.list_extend({ M.APPLY_COMMAND }, commands) }
end

---@param client vim.lsp.Client
---@param announced table
local function add_tokens(client, announced)
  local own = as_table(client.server_capabilities.semanticTokensProvider)
  if own.legend and own.full then
    announced.semanticTokensProvider = {
      legend = own.legend,
      full = true,
      range = own.range and true or nil,
    }
  end
end

---@param server ipynb.LspServer
---@return table
function M.announce(server)
  local client, buf = server.client, server.nb.shadow
  local announced = {
    positionEncoding = 'utf-8',
    textDocumentSync = { openClose = false, change = 0 },
  }
  for name, method in pairs(PROVIDERS) do
    if real.supports(client, method, buf) then
      -- Registered later, it is not among these.
      announced[name] = client.server_capabilities[name] or true
    end
  end
  add_code_actions(client, buf, announced)
  add_tokens(client, announced)
  local can_format, can_format_ranges = M.formats(client, buf)
  announced.documentFormattingProvider = can_format or nil
  announced.documentRangeFormattingProvider = can_format and can_format_ranges or nil
  -- With what triggers it, so not where it is registered later.
  announced.documentOnTypeFormattingProvider =
    client.server_capabilities.documentOnTypeFormattingProvider
  if NOT_PREPARING[server.name] and announced.renameProvider then
    announced.renameProvider = true
  end
  for _, name in ipairs(IGNORED[server.name] or {}) do
    announced[name] = nil
  end
  return announced
end

return M
