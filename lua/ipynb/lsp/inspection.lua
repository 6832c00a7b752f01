-- Owns hover and signature help from the kernel as LSP has them; must not know how they are shown.
--
-- Where another client of the buffer does the same, the kernel has nothing to say.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local markup = require('ipynb.lsp.markup')
local name = require('ipynb.inspect.name')

local M = {}

local MAX_ROWS_BACK = 50

-- Says of each client that has nothing that there is nothing, whatever the others have.
local SAYS_EACH = vim.fn.has('nvim-0.11') == 0

---@param request ipynb.LspRequest
---@param respond ipynb.LspRespond
local function say_nothing(request, respond)
  local place = request.captured
  local others = { bufnr = place and place.buf or 0, method = request.method }
  if SAYS_EACH and #vim.lsp.get_clients(others) > 1 then
    request.drop()
  else
    respond(nil)
  end
end

---@param place ipynb.LspPlace
---@param method string
---@return boolean
local function is_asked(place, method)
  local clients = vim.lsp.get_clients({ bufnr = place.buf, method = method })
  return #clients <= 1 and config.get().inspect.lsp and ask.is_possible(place.nb)
end

---@param place ipynb.LspPlace
---@param text string
---@param on_sections fun(sections: ipynb.Section[])
---@return fun() cancel
local function inspect(place, text, on_sections)
  place:flush()
  return ask.kernel(place.nb, {
    kind = 'inspect',
    about = { lines = { text }, row = 0, offset = vim.fn.strchars(text) },
    timeout_ms = config.get().inspect.timeout_ms,
  }, function(answer)
    on_sections(answer and answer.sections or {})
  end)
end

---@type ipynb.LspHandler
function M.hover(request, respond)
  local place = request.captured ---@type ipynb.LspPlace?
  local at = place
    and is_asked(place, request.method)
    and name.at(place.lines, place.row, place.col, place.nb.language)
  if not place or not at then
    say_nothing(request, respond)
    return
  end
  return inspect(place, at, function(sections)
    local value = markup.of_sections(sections, place.nb.language)
    respond(value and { contents = { kind = 'markdown', value = value } } or nil)
  end)
end

--- The call whose arguments a place is in: its name, and how many arguments end before it. Text in
--- strings counts as code, which is wrong only for brackets and commas in them.
---@param place ipynb.LspPlace
---@return string? name
---@return integer argument 0-based
local function call_at(place)
  local depth, argument = 0, 0
  for row = place.row, math.max(0, place.row - MAX_ROWS_BACK), -1 do
    local line = row == place.row and place:before() or place.lines[row + 1]
    for at = #line, 1, -1 do
      local char = line:sub(at, at)
      if char == ')' or char == ']' or char == '}' then
        depth = depth + 1
      elseif char == '(' and depth == 0 then
        return at > 1 and name.by_pattern(line:sub(1, at - 1), at - 2) or nil, argument
      elseif char == '(' or char == '[' or char == '{' then
        depth = math.max(0, depth - 1)
      elseif char == ',' and depth == 0 then
        argument = argument + 1
      end
    end
  end
  return nil, 0
end

--- The parameters of a signature, at the commas that are in its own brackets.
---@param label string
---@return lsp.ParameterInformation[]
local function parameters(label)
  local inside = label:match('%((.*)%)') or ''
  local found, depth, from = {}, 0, 1
  for at = 1, #inside + 1 do
    local char = inside:sub(at, at)
    if char:match('[%(%[{]') then
      depth = depth + 1
    elseif char:match('[%)%]}]') then
      depth = depth - 1
    elseif (char == ',' and depth == 0) or at > #inside then
      local text = vim.trim(inside:sub(from, at - 1))
      if text ~= '' and text ~= '/' and text ~= '*' then
        found[#found + 1] = { label = text }
      end
      from = at + 1
    end
  end
  return found
end

---@type ipynb.LspHandler
function M.signature(request, respond)
  local place = request.captured ---@type ipynb.LspPlace?
  local called, argument = nil, 0
  if place and is_asked(place, request.method) then
    called, argument = call_at(place)
  end
  if not place or not called then
    say_nothing(request, respond)
    return
  end
  return inspect(place, called, function(sections)
    for _, section in ipairs(sections) do
      if section.title:match('[Ss]ignature$') then
        local pieces = vim.tbl_map(vim.trim, markup.plain(section.lines))
        local label = table.concat(pieces, ' ')
        local known = parameters(label)
        local active = math.max(0, math.min(argument, #known - 1))
        local signature = { label = label, parameters = known, activeParameter = active }
        respond({ signatures = { signature }, activeSignature = 0, activeParameter = active })
        return
      end
    end
    respond(nil)
  end)
end

return M
