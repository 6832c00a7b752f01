-- Owns whether an answer has the shape that Neovim relies on, so that nonsense ends here; pure.

local M = {}

---@param value any
---@return boolean
local function is_range(value)
  local first = type(value) == 'table' and value.start
  local last = type(value) == 'table' and value['end']
  return type(first) == 'table'
    and type(last) == 'table'
    and type(first.line) == 'number'
    and type(last.line) == 'number'
    and first.line >= 0
    and type(first.character) == 'number'
    and type(last.character) == 'number'
end

---@param one any
---@return boolean
local function is_location(one)
  return type(one.uri) == 'string' and is_range(one.range)
    or type(one.targetUri) == 'string' and is_range(one.targetSelectionRange)
end

---@param one any
---@return boolean
local function has_range(one)
  return is_range(one.range)
end

---@param one any
---@return boolean
local function is_symbol(one)
  local location = type(one.location) == 'table' and one.location or {}
  local is_flat = type(location.uri) == 'string'
  local has_own = is_range(one.range) and is_range(one.selectionRange)
  return type(one.name) == 'string' and (has_own or is_flat)
end

--- What each item of a list must be; a location may stand alone.
---@type table<string, fun(one: any): boolean>
local ITEMS = {
  ['textDocument/codeLens'] = has_range,
  ['textDocument/declaration'] = is_location,
  ['textDocument/definition'] = is_location,
  ['textDocument/documentColor'] = function(one)
    return is_range(one.range) and type(one.color) == 'table'
  end,
  ['textDocument/documentHighlight'] = has_range,
  ['textDocument/documentLink'] = has_range,
  ['textDocument/documentSymbol'] = is_symbol,
  ['textDocument/implementation'] = is_location,
  ['textDocument/prepareCallHierarchy'] = is_symbol,
  ['textDocument/prepareTypeHierarchy'] = is_symbol,
  ['textDocument/references'] = is_location,
  ['textDocument/selectionRange'] = has_range,
  ['textDocument/typeDefinition'] = is_location,
  ['workspace/symbol'] = is_symbol,
}

--- What an answer that is no list must be.
---@type table<string, fun(answer: table): boolean>
local WHOLE = {
  ['textDocument/hover'] = function(answer)
    return answer.contents ~= nil
  end,
  ['textDocument/semanticTokens/full'] = function(answer)
    return type(answer.data) == 'table' and #answer.data % 5 == 0
  end,
  ['textDocument/signatureHelp'] = function(answer)
    return type(answer.signatures) == 'table'
  end,
}

--- An answer that Neovim can take.
---@param method string
---@param answer any
---@return any answer without items that are none; nil: none at all
function M.sound(method, answer)
  local is_item = ITEMS[method]
  if type(answer) ~= 'table' then
    return nil
  elseif WHOLE[method] then
    return WHOLE[method](answer) and answer or nil
  elseif not is_item then
    return answer
  elseif not vim.islist(answer) then
    return is_item(answer) and answer or nil
  end
  return vim.tbl_filter(function(one)
    return type(one) == 'table' and is_item(one)
  end, answer)
end

return M
