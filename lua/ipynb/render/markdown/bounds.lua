-- Owns what markdown is parsed at all; pure.
--
-- A notebook is not to be trusted, and the parser's time grows with the square of how deep blocks
-- are nested: of 100,000 quotes in one line it overflows its stack, and Neovim ends.

local M = {}

-- What is larger stays plain: parsing takes its time on the way to the screen.
local MAX_BYTES, MAX_LINES = 65536, 1000
local MAX_DEPTH, MAX_INDENT, MAX_PUNCTUATION = 12, 60, 16000

--- Whether the size is one that is rendered.
---@param bytes integer
---@param lines integer
---@return boolean
function M.is_small(bytes, lines)
  return bytes <= MAX_BYTES and lines <= MAX_LINES
end

--- Whether blocks are nested as people nest them: the parser's time grows with the square.
---@param line string
---@return boolean
local function is_shallow(line)
  local depth, at = 0, 1
  repeat
    at = line:match('^[ \t]*>()', at)
      or line:match('^[ \t]*[-+*][ \t]()', at)
      or line:match('^[ \t]*%d+[.)][ \t]()', at)
    depth = depth + 1
  until not at or depth > MAX_DEPTH
  local indent = #line:match('^[ \t]*')
  return depth <= MAX_DEPTH and (indent <= MAX_INDENT or not line:find('^[-+*>%d]', indent + 1))
end

--- Whether the parser survives a text, however long it takes.
---@param lines string[]
---@return boolean
function M.is_survived(lines)
  return vim.iter(lines):all(is_shallow)
end

--- Whether a text is one that people write: it may be given to the parser.
---@param lines string[]
---@return boolean
function M.is_sane(lines)
  local punctuation = 0
  for _, line in ipairs(lines) do
    punctuation = punctuation + select(2, line:gsub('%p', ''))
    if punctuation > MAX_PUNCTUATION or not is_shallow(line) then
      return false
    end
  end
  return true
end

return M
