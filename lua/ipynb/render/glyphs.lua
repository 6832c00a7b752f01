-- Owns the characters a notebook is drawn with; must not know cells or colours.

local M = {}

---@class ipynb.Glyphs
---@field top_start string before the label
---@field top string filler of the top border, one column
---@field bottom string filler of the bottom border, one column
---@field signs table<string, string> by cell type, at most two columns
---@field bar string beside the active cell
---@field corner string below the bar, two columns
---@field gutter string in front of output
---@field separator string between key hints
---@field closed string in front of what is folded
---@field queued string
---@field ok string
---@field error string
---@field cancelled string
---@field edited string its text is not what was run
---@field spinner string[]

---@type ipynb.Glyphs
local UNICODE = {
  top_start = '╶─ ',
  top = '─',
  bottom = '▔',
  signs = { code = '{}', markdown = 'M↓', raw = '≡ ' },
  bar = '▎',
  corner = '▔▔',
  gutter = '│ ',
  separator = ' · ',
  closed = '▸',
  queued = '◌',
  ok = '✓',
  error = '✗',
  cancelled = '⊘',
  edited = '●',
  spinner = { '⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏' },
}

---@type ipynb.Glyphs
local ASCII = {
  top_start = '-- ',
  top = '-',
  bottom = '-',
  signs = { code = '{}', markdown = 'M ', raw = '= ' },
  bar = '|',
  corner = '--',
  gutter = '| ',
  separator = ', ',
  closed = '+',
  queued = '.',
  ok = '+',
  error = 'x',
  cancelled = 'o',
  edited = '~',
  spinner = { '|', '/', '-', '\\' },
}

--- Whether only ASCII is drawn: by the option, or where lines and blocks are two columns wide.
---@param options table
---@return boolean
function M.is_ascii(options)
  return options.ascii or vim.o.ambiwidth == 'double'
end

---@param is_ascii boolean
---@return ipynb.Glyphs
function M.get(is_ascii)
  return is_ascii and ASCII or UNICODE
end

return M
