-- Owns a kernel's sections as markdown for LSP clients; must not know who shows them.

local M = {}

-- A menu's preview has little room, and nobody reads a source there.
local MAX_LINES = 60
local WANTED = { Signature = true, ['Init signature'] = true, ['Call signature'] = true }

---@class ipynb.Section
---@field title string '' where the kernel names none
---@field lines ipynb.Chunk[][] chunks of text and highlight group

---@param lines ipynb.Chunk[][]
---@return string[]
function M.plain(lines)
  return vim.tbl_map(function(chunks)
    return table.concat(vim.tbl_map(function(chunk)
      return chunk[1]
    end, chunks))
  end, lines)
end

---@param lines string[]
---@param language string
---@return string text in a fence that no line of it can close
local function fenced(lines, language)
  local fence = '```'
  for _, line in ipairs(lines) do
    local run = line:match('^%s*(`+)') or ''
    if #run >= #fence then
      fence = run .. '`'
    end
  end
  local shown = vim.list_slice(lines, 1, MAX_LINES)
  if #lines > MAX_LINES then
    shown[#shown + 1] = '…'
  end
  return ('%s%s\n%s\n%s'):format(fence, language, table.concat(shown, '\n'), fence)
end

--- Signature first, as code; then the rest in the kernel's order.
---@param sections ipynb.Section[]
---@param language string of the signature
---@return string? markdown nil: nothing to say
function M.of_sections(sections, language)
  local parts, rest = {}, {}
  for _, section in ipairs(sections) do
    local lines = M.plain(section.lines)
    if WANTED[section.title] then
      parts[#parts + 1] = fenced(lines, language)
    elseif section.title:match('[Dd]ocstring$') or section.title == '' then
      parts[#parts + 1] = fenced(lines, 'text')
    elseif #lines == 1 then
      rest[#rest + 1] = ('%s: %s'):format(section.title, lines[1])
    end
  end
  if #rest > 0 then
    parts[#parts + 1] = fenced(rest, 'text')
  end
  return #parts > 0 and table.concat(parts, '\n\n') or nil
end

return M
