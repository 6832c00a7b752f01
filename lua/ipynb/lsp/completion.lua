-- Owns completion from the kernel as LSP has it; must not know how it is asked or shown.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local markup = require('ipynb.lsp.markup')

local M = {}

--- Announced for all languages; `is_meant` says where each begins something.
M.TRIGGERS = { '.', '%', '/', '"', "'", '$' }

local MAX_DETAIL_COLUMNS = 50
local TRIGGERED_BY_CHARACTER = 2
local PLAIN_TEXT = 1

local KINDS = {
  ['function'] = 3,
  method = 2,
  class = 7,
  module = 9,
  property = 10,
  instance = 6,
  statement = 6,
  param = 5,
  keyword = 14,
  path = 17,
  magic = 3,
  ['dict key'] = 5,
}

-- What a kernel has words about.
local DOCUMENTED = {
  ['function'] = true,
  method = true,
  class = true,
  module = true,
  property = true,
  instance = true,
  statement = true,
  magic = true,
}

--- Whether a trigger character begins something here: `%` a magic and not a remainder, `/` a path
--- and not a division, a quote a key.
---@param place ipynb.LspPlace
---@param char string
---@return boolean
local function is_meant(place, char)
  local before = place:before()
  if char == '.' then
    return not before:match('%d%.$') or before:match('[%a_]%w*%.$') ~= nil
  elseif char == '%' then
    return before:match('^%s*%%+$') ~= nil
  elseif char == '"' or char == "'" then
    return before:match('%[[\'"]$') ~= nil
  elseif char == '/' then
    return before:match('[\'"][^\'"]*/$') ~= nil or before:match('^%s*[!%%]') ~= nil
  end
  return place.nb.language ~= 'python'
end

---@param place ipynb.LspPlace
---@param candidate any[] text, kind, signature, row, start, end
---@param index integer
---@param ranges table<string, lsp.Range>
---@return lsp.CompletionItem?
local function item(place, candidate, index, ranges)
  local text, kind, signature, row, from, to = unpack(candidate)
  local key = ('%d:%d:%d'):format(row, from, to)
  ranges[key] = ranges[key] or place:range(row, from, to)
  if row ~= place.row or not ranges[key] then
    return nil
  end
  local detail = vim.fn.strcharpart(signature, 0, MAX_DETAIL_COLUMNS)
  local head = place:line():sub(1, ranges[key].start.character)
  local owner = head:match('[%w_.\128-\255]*$')
  return {
    label = text,
    kind = KINDS[kind] or 1,
    detail = detail ~= '' and detail or nil,
    sortText = ('%05d'):format(index),
    insertTextFormat = PLAIN_TEXT, -- else Neovim 0.10 reads `$name` as a snippet's variable
    textEdit = { range = ranges[key], newText = text },
    data = DOCUMENTED[kind] and { name = owner .. text } or nil,
  }
end

---@type ipynb.LspHandler
function M.complete(request, respond)
  local place = request.captured ---@type ipynb.LspPlace?
  local context = request.params.context or {}
  if
    not place
    or not ask.is_possible(place.nb)
    or context.triggerKind == TRIGGERED_BY_CHARACTER
      and not is_meant(place, context.triggerCharacter or '.')
  then
    respond({ isIncomplete = false, items = {} })
    return
  end
  place:flush()
  return ask.kernel(place.nb, {
    kind = 'complete',
    about = place:about(),
    timeout_ms = config.get().completion.timeout_ms,
  }, function(answer)
    if not answer then -- too late: the next key may ask again
      respond({ isIncomplete = true, items = {} })
      return
    end
    local items, ranges = {}, {}
    for index, candidate in ipairs(answer.items) do
      items[#items + 1] = item(place, candidate, index, ranges)
    end
    respond({ isIncomplete = answer.is_cut, items = items })
  end)
end

--- Adds what the kernel says of the chosen candidate.
---@param nb ipynb.Notebook
---@return ipynb.LspHandler
function M.resolver(nb)
  return function(request, respond)
    local chosen = request.params ---@type lsp.CompletionItem
    local name = type(chosen.data) == 'table' and chosen.data.name
    if type(name) ~= 'string' or not ask.is_possible(nb) then
      respond(chosen)
      return
    end
    return ask.kernel(nb, {
      kind = 'inspect',
      about = { lines = { name }, row = 0, offset = vim.fn.strchars(name) },
      timeout_ms = config.get().completion.timeout_ms,
    }, function(answer)
      local value = answer and markup.of_sections(answer.sections, nb.language)
      if value then
        chosen.documentation = { kind = 'markdown', value = value }
      end
      respond(chosen)
    end)
  end
end

return M
