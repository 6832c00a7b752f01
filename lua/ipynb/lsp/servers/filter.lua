-- Owns which diagnostics are false in a notebook, by language, and those of Python; must not know
-- what they are shown in.

local places = require('ipynb.lsp.servers.rule_places')
local rules = require('ipynb.lsp.servers.rules')
local script = require('ipynb.lsp.servers.filter_script')

local M = {}

---@param code string
---@param codes string[]
---@return boolean
local function has_code(code, codes)
  for _, one in ipairs(codes) do
    if one == code or one:sub(1, 1) == '^' and code:match(one) then
      return true
    end
  end
  return false
end

---@param diagnostic lsp.Diagnostic
---@param code string
---@param message string
---@return boolean
local function is_about_undefined(diagnostic, code, message)
  if has_code(code, rules.UNDEFINED) then
    return true
  end
  for _, pattern in ipairs(rules.UNDEFINED_MESSAGES) do
    if diagnostic.code == nil and message:match(pattern) then
      return true
    end
  end
  return false
end

---@class ipynb.MagicNames
---@field names table<string, true>
---@field is_any boolean any name may be one

--- Names of one answer's documents: an answer may have thousands of undefined names. The whole
--- mutable state of this module.
---@type table<ipynb.LspDocument, ipynb.MagicNames>
local known = setmetatable({}, { __mode = 'k' })

---@param line string
---@param found ipynb.MagicNames
---@return boolean is_body_meant its cell is of another language whose names come to Python
local function add_line(line, found)
  local magic, arguments = line:match('^%s*%%+([%a_][%w_]*)(.*)$')
  if not magic then
    return false
  end
  local is_store_all = magic == 'store' and vim.trim(arguments) == '-r'
  found.is_any = found.is_any or is_store_all or vim.list_contains(rules.DEFINING_MAGICS, magic)
  for name in arguments:gmatch('[%a_][%w_]*') do
    found.names[name] = true
  end
  return vim.list_contains(rules.DEFINING_CELLS, magic)
end

---@param lines string[] of a cell
---@param found ipynb.MagicNames
local function add_cell(lines, found)
  for i, line in ipairs(lines) do
    if add_line(line, found) then
      for name in table.concat(lines, '\n', i):gmatch('[%a_][%w_]*') do
        found.names[name] = true
      end
      return
    end
  end
end

--- Names that magics may define: whatever they name.
---@param document ipynb.LspDocument
---@return ipynb.MagicNames
local function magic_names(document)
  local found = known[document]
  if not found then
    local nb = document.nb
    found = { names = {}, is_any = false }
    known[document] = found
    for id in pairs(nb.masked or {}) do
      if nb.layout:index(id) then
        local first, end_row = nb.layout:content(id)
        add_cell(vim.api.nvim_buf_get_lines(nb.buf, first, end_row, false), found)
      end
    end
  end
  return found
end

--- Whether magics use what is called unused.
---@param place ipynb.DiagnosticPlace
---@return boolean
local function is_used_by_magic(place)
  local range, names = place.range, magic_names(place.document).names
  local line = place.document:line(range.start.line)
  for name in line:sub(range.start.character + 1, range['end'].character):gmatch('[%w_]+') do
    if names[name] then
      return true
    end
  end
  return false
end

---@param place ipynb.DiagnosticPlace
---@return boolean
local function is_known_name(place)
  local range, nb = place.range, place.document.nb
  local line = vim.api.nvim_buf_get_lines(nb.buf, range.start.line, range.start.line + 1, false)[1]
  local from, to = range.start.character + 1, range['end'].character
  local name = (line or ''):sub(from, to > from and to or from):match('^[%w_]+')
    or (line or ''):sub(from):match('^[%w_]+')
  if not name or rules.NAMES[name] or name:match('^_i*%d*$') then
    return true
  end
  local found = magic_names(place.document)
  return found.is_any or found.names[name] == true
end

---@param place ipynb.DiagnosticPlace
---@param diagnostic lsp.Diagnostic
---@return boolean
local function is_false_in_python(place, diagnostic)
  local range = place.range
  local last = range['end'].line == range.start.line and range['end'].character or math.huge
  if not place.document:is_kept(range.start.line, range.start.character, last) then
    return true
  end
  local is_masked = place.document:is_masked(range.start.line)
  if is_masked and (diagnostic.severity or 1) > vim.diagnostic.severity.ERROR then
    return true -- about what stands there for the magic
  end
  local code, message = tostring(diagnostic.code or ''), diagnostic.message:lower()
  local knows_cells = place.document.texts.knows_cells
  for _, rule in ipairs(rules.rules) do
    local is_meant = rule.codes and has_code(code, rule.codes)
      or rule.message and message:match(rule.message)
    local is_known = knows_cells and not vim.startswith(rule.place, 'top_level')
    if is_meant and not is_known and places[rule.place](place, diagnostic) then
      return true
    end
  end
  if has_code(code, rules.UNUSED) then
    return is_used_by_magic(place)
  end
  return is_about_undefined(diagnostic, code, message) and is_known_name(place)
end

--- Which rules are those of a language.
---@type table<string, fun(place: ipynb.DiagnosticPlace, diagnostic: lsp.Diagnostic): boolean>
local LANGUAGES = {
  javascript = script.is_false,
  python = is_false_in_python,
  typescript = script.is_false,
}

--- Whether a server is wrong, as this is a notebook.
---@param place ipynb.DiagnosticPlace
---@param diagnostic lsp.Diagnostic
---@return boolean
function M.is_false(place, diagnostic)
  local is_false = LANGUAGES[place.document.nb.language]
  return is_false ~= nil and is_false(place, diagnostic)
end

return M
