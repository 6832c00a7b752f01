-- Owns the table of methods: how each request of facade or edit buffer is asked and its answer
-- mapped; must not know buffers or windows.

local code_action = require('ipynb.lsp.servers.code_action')
local completion = require('ipynb.lsp.servers.completion')
local format = require('ipynb.lsp.servers.format')
local rename = require('ipynb.lsp.servers.rename')
local semantic_tokens = require('ipynb.lsp.servers.semantic_tokens')
local translate = require('ipynb.lsp.servers.translate')
local typing = require('ipynb.lsp.servers.typing')

local M = {}

---@class ipynb.LspMethod
---@field is_local? boolean the answer is about the asked buffer alone
---@field ask? fun(document: ipynb.LspDocument, params: table): table? parameters for the server
---@field narrow? ipynb.LspNarrow asks for less than was asked for, where that is enough
---@field answer? fun(document: ipynb.LspDocument, result: any, params: table): any
---@field merge? fun(answers: any[]): any of several documents; default: lists, one after the other
---@field handle? ipynb.ServerHandler does all itself

--- Returns the method to ask for, if it is another one, and its parameters.
---@alias ipynb.LspNarrow
---| fun(server: ipynb.LspServer, asked: ipynb.LspDocument, params: table): string?, table

--- Called with the request and how to answer it, too.
---@alias ipynb.ServerHandler fun(server: ipynb.LspServer, document: ipynb.LspDocument, ...): fun()?

--- Items that come back to be resolved are sent as the server made them.
---@param options? { is_local: boolean? }
---@return fun(document: ipynb.LspDocument, result: any): any
local function items(options)
  return function(document, result)
    local mapped = {}
    for _, item in ipairs(result or {}) do
      local one = translate.from_server(document, item, options)
      if one then
        mapped[#mapped + 1] = translate.keep_original(one, item, document)
      end
    end
    return mapped
  end
end

---@param _ ipynb.LspDocument
---@param params table
---@return table
local function original(_, params)
  return translate.original(params)
end

---@param document ipynb.LspDocument
---@param resolved any
---@return any
local function resolved_item(document, resolved)
  local mapped = resolved and translate.from_server(document, resolved, { is_local = true })
  return mapped and translate.keep_original(mapped, resolved, document)
end

---@param _ ipynb.LspDocument
---@param params { item: table }
---@return table
local function original_of_item(_, params)
  return vim.tbl_extend('force', params, { item = translate.original(params.item) })
end

--- Calls: their ranges are in the caller's file.
---@param key 'from'|'to'
---@return fun(document: ipynb.LspDocument, result: any, params: table): any
local function calls(key)
  return function(document, result, params)
    local mapped = {}
    for _, call in ipairs(result or {}) do
      local caller = key == 'from' and call.from or translate.original(params.item)
      local ranges = translate.from_server(document, { uri = caller.uri, ranges = call.fromRanges })
      local item = translate.from_server(document, call[key])
      if item and ranges then
        translate.keep_original(item, call[key], document)
        mapped[#mapped + 1] = { [key] = item, fromRanges = ranges.ranges or {} }
      end
    end
    return mapped
  end
end

--- Folds have lines and no ranges.
---@param document ipynb.LspDocument
---@param result any
---@return any
local function folds(document, result)
  local mapped = {}
  for _, fold in ipairs(result or {}) do
    local first, last = document:asked_row(fold.startLine), document:asked_row(fold.endLine)
    local is_inside = first >= 0 and last < document.rows
    if is_inside and document:code_cell(first) == document:code_cell(last) then
      mapped[#mapped + 1] = { startLine = first, endLine = last, kind = fold.kind }
    end
  end
  return mapped
end

local LOCAL = { is_local = true }

--- What is on a line that the server sees otherwise has no place.
---@param document ipynb.LspDocument
---@param mapped table[]
---@return table[]
local function unmasked(document, mapped)
  return vim.tbl_filter(function(item)
    local position = item.position or item.range and item.range.start
    return not position or not document:is_masked(position.line)
  end, mapped)
end

--- Hints and lenses.
---@param document ipynb.LspDocument
---@param result any
---@return any
local function hints(document, result)
  return unmasked(document, items(LOCAL)(document, result))
end

---@param document ipynb.LspDocument
---@param result any
---@return any
local function colors(document, result)
  return unmasked(document, translate.from_server(document, result, LOCAL))
end

---@type table<string, ipynb.LspMethod>
M.all = {
  ['callHierarchy/incomingCalls'] = { ask = original_of_item, answer = calls('from') },
  ['callHierarchy/outgoingCalls'] = { ask = original_of_item, answer = calls('to') },
  ['codeLens/resolve'] = { ask = original, answer = resolved_item },
  ['completionItem/resolve'] = { ask = completion.original, answer = completion.resolved },
  ['documentLink/resolve'] = { ask = original, answer = resolved_item },
  ['inlayHint/resolve'] = { ask = original, answer = resolved_item },
  ['textDocument/codeAction'] = { handle = code_action.list },
  ['textDocument/codeLens'] = { answer = hints },
  ['textDocument/colorPresentation'] = { answer = typing.presentations },
  ['textDocument/completion'] = { answer = completion.answer },
  ['textDocument/declaration'] = {},
  ['textDocument/definition'] = {},
  ['textDocument/documentColor'] = { answer = colors },
  ['textDocument/documentHighlight'] = LOCAL,
  ['textDocument/documentLink'] = { answer = items(LOCAL) },
  ['textDocument/documentSymbol'] = LOCAL,
  ['textDocument/foldingRange'] = { answer = folds },
  ['textDocument/formatting'] = { handle = format.document },
  ['textDocument/hover'] = LOCAL,
  ['textDocument/implementation'] = {},
  ['textDocument/inlayHint'] = { answer = hints },
  ['textDocument/inlineCompletion'] = { answer = typing.inline },
  ['textDocument/linkedEditingRange'] = LOCAL,
  ['textDocument/onTypeFormatting'] = { answer = typing.edits },
  ['textDocument/prepareCallHierarchy'] = { answer = items() },
  ['textDocument/prepareRename'] = LOCAL,
  ['textDocument/prepareTypeHierarchy'] = { answer = items() },
  ['textDocument/rangeFormatting'] = { handle = format.range },
  ['textDocument/references'] = {},
  ['textDocument/rename'] = { handle = rename.handle },
  ['textDocument/selectionRange'] = LOCAL,
  ['textDocument/semanticTokens/full'] = semantic_tokens,
  ['textDocument/semanticTokens/range'] = semantic_tokens,
  ['textDocument/signatureHelp'] = LOCAL,
  ['textDocument/typeDefinition'] = {},
  ['typeHierarchy/subtypes'] = { ask = original_of_item, answer = items() },
  ['typeHierarchy/supertypes'] = { ask = original_of_item, answer = items() },
  ['workspace/executeCommand'] = { handle = code_action.execute },
  ['workspace/symbol'] = { answer = items() },
  ['workspaceSymbol/resolve'] = { ask = original, answer = resolved_item },
}

return M
