-- Owns the renderers that users and plugins add for MIME types; must not know outputs or cells.

local M = {}

-- What a renderer gives is bounded before it crosses the channel.
local MAX_LINES, MAX_LINE = 10000, 2000

---@alias ipynb.Renderer fun(data: any, metadata: table): (string|{ [1]: string, [2]: string }[])[]

--- All state: the renderers by type, and the types, the latest added first.
---@type table<string, ipynb.Renderer>
local renderers = {}
---@type string[]
local mimes = {}

---@param mime string
---@param renderer? ipynb.Renderer nil: takes it away
function M.set(mime, renderer)
  renderers[mime] = renderer
  mimes = vim.tbl_filter(function(one)
    return one ~= mime
  end, mimes)
  if renderer then
    table.insert(mimes, 1, mime)
  end
end

---@return string[] types, best first
function M.mimes()
  return vim.deepcopy(mimes)
end

---@param line any
---@return string|table
local function bounded(line)
  if type(line) ~= 'table' then
    return tostring(line):sub(1, MAX_LINE)
  end
  local chunks = {}
  for i, chunk in ipairs(line) do
    local text = type(chunk) == 'table' and chunk[1] or chunk
    local group = type(chunk) == 'table' and chunk[2] or 'NotebookOutput'
    chunks[i] = { tostring(text):sub(1, MAX_LINE), tostring(group) }
  end
  return chunks
end

--- Draws a value.
---@param mime string
---@param data any text, or a table where the type is JSON
---@param metadata table
---@return table? lines
---@return string? problem one line
function M.draw(mime, data, metadata)
  if not renderers[mime] then
    return nil, 'its renderer was removed'
  end
  -- Fails where the user's function does.
  local ok, result = pcall(renderers[mime], data, metadata)
  if not ok then
    return nil, 'its renderer failed: ' .. tostring(result):gsub('\n.*', '')
  elseif type(result) ~= 'table' then
    return nil, 'its renderer gave no list of lines'
  end
  local lines = {}
  for i = 1, math.min(#result, MAX_LINES) do
    lines[i] = bounded(result[i])
  end
  return lines
end

return M
