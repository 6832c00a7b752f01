-- Owns turning what LSP messages say of places, whatever their method, between Neovim's side and a
-- server's; must not know methods.
--
-- Messages are walked: a range, a position or a `uri` is one wherever it stands. What has no URI
-- of its own is about the document that was asked about.

local siblings = require('ipynb.lsp.servers.siblings')

local M = {}

--- A server's own, or text.
local OPAQUE = { data = true, arguments = true, documentation = true, contents = true }

--- What a thing cannot be without: outside of the asked buffer it is left out.
local NEEDED = { range = true, position = true, location = true }

---@param value any
---@return boolean
local function is_position(value)
  return type(value) == 'table'
    and type(value.line) == 'number'
    and type(value.character) == 'number'
end

---@param value any
---@return boolean
function M.is_range(value)
  return type(value) == 'table' and is_position(value.start) and is_position(value['end'])
end

---@class ipynb.LspSide
---@field range fun(range: lsp.Range, uri: string?): lsp.Range?
---@field uri fun(uri: string): string
---@field is_hidden fun(uri: string): boolean

local walk

---@param list any[]
---@param side ipynb.LspSide
---@param uri? string
---@return any[]
local function walk_list(list, side, uri)
  local result = {}
  for _, item in ipairs(list) do
    local walked = walk(item, side, uri)
    if walked ~= nil then
      result[#result + 1] = walked
    end
  end
  return result
end

---@param value any
---@param side ipynb.LspSide
---@param uri? string whose places these are; nil: the asked document's
---@return any value nil: it is elsewhere
function walk(value, side, uri)
  if type(value) ~= 'table' then
    return value
  elseif M.is_range(value) and next(value, next(value, next(value))) == nil then
    return side.range(value, uri)
  elseif is_position(value) then
    local range = side.range({ start = value, ['end'] = value }, uri)
    return range and range.start
  elseif vim.islist(value) then
    return #value == 0 and value or walk_list(value, side, uri)
  end
  local own = type(value.uri) == 'string' and value.uri or uri
  local named = type(value.targetUri) == 'string' and value.targetUri or own
  if named and side.is_hidden(named) then
    return nil
  end
  local result = {}
  for key, field in pairs(value) do
    if OPAQUE[key] then
      result[key] = field
    elseif (key == 'uri' or key == 'targetUri') and type(field) == 'string' then
      result[key] = side.uri(field)
    elseif key == 'targetRange' or key == 'targetSelectionRange' then
      result[key] = walk(field, side, value.targetUri)
    else
      result[key] = walk(field, side, own)
    end
    if result[key] == nil and NEEDED[key] then
      return nil
    end
  end
  return result
end

--- Parameters for the server: places of the asked buffer are those of `document.uri`.
---@param document ipynb.LspDocument
---@param params table
---@return table
function M.to_server(document, params)
  return walk(params, {
    range = function(range, uri)
      if uri and uri ~= document.asked_uri then
        return range
      end
      local first, last = document:to_server(range.start), document:to_server(range['end'])
      return { start = first, ['end'] = last }
    end,
    uri = function(uri)
      return uri == document.asked_uri and document.uri or uri
    end,
    is_hidden = function()
      return false
    end,
  })
end

--- A server's answer. Documents of notebooks are their facades where a place has a URI, as one goes
--- there.
---@param document ipynb.LspDocument
---@param result any
---@param options? { is_local: boolean? } also places with a URI are the asked buffer's
---@return any
function M.from_server(document, result, options)
  local is_local = options and options.is_local
  return walk(result, {
    range = function(range, uri)
      if not uri or is_local and document:is_own(uri) then
        return document:to_asked(range, uri)
      end
      local facade = siblings.facade(document, uri)
      if facade then
        local first = facade:to_facade(range.start, uri)
        return { start = first, ['end'] = facade:to_facade(range['end'], uri) }
      end
      local first = document:to_other(uri, range.start)
      return { start = first, ['end'] = document:to_other(uri, range['end']) }
    end,
    uri = function(uri)
      if is_local and document:is_own(uri) then
        return document.asked_uri
      end
      local facade = siblings.facade(document, uri)
      return facade and facade.facade_uri or uri
    end,
    is_hidden = function(uri)
      return siblings.is_hidden(document, uri)
    end,
  })
end

--- Keeps a server's own item inside of the one that Neovim gets, for the request that comes back
--- with it.
---@param mapped table
---@param original table
---@param document ipynb.LspDocument
---@return table mapped
function M.keep_original(mapped, original, document)
  mapped.data = { ipynb = original, uri = document.asked_uri, about = document.uri }
  return mapped
end

---@param mapped table
---@return table original
function M.original(mapped)
  return type(mapped.data) == 'table' and mapped.data.ipynb or mapped
end

return M
