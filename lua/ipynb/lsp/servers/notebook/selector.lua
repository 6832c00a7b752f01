-- Owns which cells of a notebook a server wants, by the selectors that it announces (LSP 3.17,
-- NotebookDocumentSyncOptions); pure.
--
-- A selector that names no cells would be all of them, but markdown is then read as code by
-- servers that forgot it: it means code cells here. One that names languages is taken at its word.

local M = {}

M.TYPE = 'jupyter-notebook'

---@class ipynb.CellFilter
---@field languages table<string, true>
---@field has_code boolean all code cells, whatever their language

---@param pattern any a glob, or one relative to a folder (LSP 3.18)
---@param path string
---@return boolean
local function matches_pattern(pattern, path)
  local glob = type(pattern) == 'table' and pattern.pattern or pattern
  if type(glob) ~= 'string' then
    return false
  end
  -- Fails on a glob that is none.
  local ok, compiled = pcall(vim.glob.to_lpeg, glob)
  return ok and compiled:match(path) ~= nil
end

---@param filter any NotebookDocumentFilter, or a type of notebooks
---@param path string
---@return boolean
local function matches_notebook(filter, path)
  if filter == nil or filter == vim.NIL then
    return true
  elseif type(filter) == 'string' then
    return filter == '*' or filter == M.TYPE
  elseif type(filter) ~= 'table' then
    return false
  end
  local is_type = filter.notebookType == nil or filter.notebookType == M.TYPE
  local is_scheme = filter.scheme == nil or filter.scheme == 'file'
  return is_type and is_scheme and (filter.pattern == nil or matches_pattern(filter.pattern, path))
end

---@param options any[] NotebookDocumentSyncOptions: announced, and registered later
---@param path string of the notebook
---@return ipynb.CellFilter? filter nil: the server does not want this notebook
function M.filter(options, path)
  local filter
  for _, one in ipairs(options) do
    for _, selector in ipairs(type(one) == 'table' and one.notebookSelector or {}) do
      if matches_notebook(selector.notebook, path) then
        filter = filter or { languages = {}, has_code = false }
        filter.has_code = filter.has_code or type(selector.cells) ~= 'table'
        for _, cell in ipairs(type(selector.cells) == 'table' and selector.cells or {}) do
          filter.languages[cell.language] = true
        end
      end
    end
  end
  return filter
end

---@param filter ipynb.CellFilter
---@param language string of the cell
---@param is_code boolean
---@return boolean
function M.wants(filter, language, is_code)
  return filter.languages[language] == true or filter.has_code and is_code
end

--- Whether the server wants to hear of saves.
---@param options any[]
---@return boolean
function M.wants_saves(options)
  return vim.iter(options):any(function(one)
    return type(one) == 'table' and one.save == true
  end)
end

return M
