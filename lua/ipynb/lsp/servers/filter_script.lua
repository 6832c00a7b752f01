-- Owns which diagnostics of TypeScript and JavaScript are false in a notebook; must not know what
-- they are shown in.
--
-- Kernels run each cell at the top level, asynchronously, and let a cell declare again what another
-- one has. What a cell declares is there for cells to come.

local M = {}

--- Top-level `await` where nothing is imported or exported; a file that could be a module.
local ALWAYS = { [1309] = true, [1375] = true, [1378] = true, [1431] = true, [1432] = true }
ALWAYS[80001], ALWAYS[80005] = true, true

--- Declared twice.
local TWICE = { [2300] = true, [2393] = true, [2403] = true, [2440] = true, [2451] = true }
TWICE[2528], TWICE[2567], TWICE[2813] = true, true, true

--- Declared and never used.
local UNUSED = { [6133] = true, [6196] = true, [6198] = true, [6199] = true }

local DECLARING = {
  class = true,
  const = true,
  enum = true,
  ['function'] = true,
  import = true,
  interface = true,
  let = true,
  namespace = true,
  type = true,
  var = true,
}

--- The names that a line of the top level declares.
---@param line string
---@return table<string, true>
local function declared(line)
  local names, is_declaring = {}, false
  local head = line:match('^%s') and '' or line:match('^[^=(<:]*')
  -- After these come the names of others.
  head = head:gsub('%f[%w]extends%f[%W].*', ''):gsub('%f[%w]implements%f[%W].*', '')
  for word in head:gmatch('[%w_$]+') do
    if is_declaring then
      names[word] = true
    end
    is_declaring = is_declaring or DECLARING[word] == true
  end
  return names
end

--- Whether what is declared twice is so by two cells; no kernel takes it from one.
---@param place ipynb.DiagnosticPlace
---@return boolean
local function is_in_two_cells(place)
  local range, count = place.range, 0
  local line = place.document:line(range.start.line)
  local name = line:sub(range.start.character + 1, range['end'].character)
  for row = place.first, place.end_row - 1 do
    if declared(place.document:line(row))[name] then
      count = count + 1
    end
  end
  return count == 1 and declared(line)[name] == true
end

--- Whether a declaration is for other cells: at the top level, which begins lines. An import is
--- for its own cell, as far as one can tell.
---@param place ipynb.DiagnosticPlace
---@return boolean
local function is_for_others(place)
  local line = place.document:line(place.range.start.line)
  return not line:match('^%s') and not line:match('^import%f[%W]') and not line:match('^}')
end

--- Whether the server is wrong, as this is a notebook.
---@param place ipynb.DiagnosticPlace
---@param diagnostic lsp.Diagnostic
---@return boolean
function M.is_false(place, diagnostic)
  local code = tonumber(diagnostic.code)
  if not code then
    return false
  end
  return ALWAYS[code] == true
    or TWICE[code] == true and is_in_two_cells(place)
    or UNUSED[code] == true and is_for_others(place)
end

return M
