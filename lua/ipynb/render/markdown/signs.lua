-- Owns the characters that rendered markdown is drawn with; must not know where they stand.

local M = {}

---@class ipynb.MarkdownSigns
---@field heading string[] by level; '' hides the number signs, nil keeps them
---@field bullet string[] by level, one column each
---@field todo string one column
---@field done string
---@field quote string
---@field rule string
---@field bar string between the columns of a table
---@field joints { left: string, middle: string, right: string, line: string } of its ruled row
---@field image string
---@field has_math boolean symbols may stand for TeX commands

---@type ipynb.MarkdownSigns
local UNICODE = {
  heading = { '', '', '▪', '▪', '▫', '▫' },
  bullet = { '•', '◦', '▪', '▫' },
  todo = '☐',
  done = '☑',
  quote = '▌',
  rule = '─',
  bar = '│',
  joints = { left = '├', middle = '┼', right = '┤', line = '─' },
  image = '▣',
  has_math = true,
}

---@type ipynb.MarkdownSigns
local ASCII = {
  heading = {},
  bullet = { '*', '-', '+', '-' },
  todo = '_',
  done = 'x',
  quote = '|',
  rule = '-',
  bar = '|',
  joints = { left = '|', middle = '+', right = '|', line = '-' },
  image = '#',
  has_math = false,
}

---@param is_ascii boolean
---@return ipynb.MarkdownSigns
function M.get(is_ascii)
  return is_ascii and ASCII or UNICODE
end

return M
