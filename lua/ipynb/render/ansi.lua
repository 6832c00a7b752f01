-- Owns the grammar of the groups for ANSI styled output, `NotebookAnsi_f1_bold`, and their
-- colours; must not know Neovim's list of groups or who draws with them.

local M = {}

M.PREFIX = 'NotebookAnsi_'

local ATTRIBUTES = {
  bold = 'bold',
  dim = 'dim',
  italic = 'italic',
  underline = 'underline',
  strike = 'strikethrough',
  reverse = 'reverse',
}

--- Colours 0 to 15 where the scheme sets no g:terminal_color_0 to 15: readable on its background.
local DEFAULTS = {
  dark = '4e5561 e06c75 98c379 d7a65f 61afef c678dd 56b6c2 c8ccd4 '
    .. '7f848e ef7f89 a9d58b e5c07b 7bbdf5 d596e8 6fcbd6 f0f2f5',
  light = '24292e b3242f 2a7a2f 8a5a00 1f5fbf 8530a5 0b7285 5c6370 '
    .. '6a737d cb2431 22863a a86500 2b6cd4 9a3fc0 11889c 8b919a',
}

---@param index integer 0 to 15
---@return integer
local function base_colour(index)
  local given = vim.g['terminal_color_' .. index]
  -- Schemes give '#rrggbb', and now and then a colour's name.
  local value = type(given) == 'string' and vim.api.nvim_get_color_by_name(given) or -1
  if value >= 0 then
    return value
  end
  local at = index * 7
  return tonumber(DEFAULTS[vim.o.background]:sub(at + 1, at + 6), 16)
end

---@param index integer 0 to 255
---@return integer colour 0xrrggbb
local function palette_colour(index)
  if index < 16 then
    return base_colour(index)
  elseif index >= 232 then
    return (8 + 10 * (index - 232)) * 0x010101
  end
  local function level(n)
    return n == 0 and 0 or 55 + 40 * n
  end
  index = index - 16
  local red, green, blue = math.floor(index / 36), math.floor(index / 6) % 6, index % 6
  return level(red) * 65536 + level(green) * 256 + level(blue)
end

---@param colour integer 0xrrggbb
---@return integer index of the nearest colour in the terminal's 6x6x6 cube
local function cube_index(colour)
  local function level(value)
    return math.floor(value / 255 * 5 + 0.5)
  end
  local red, green, blue = math.floor(colour / 65536), math.floor(colour / 256) % 256, colour % 256
  return 16 + 36 * level(red) + 6 * level(green) + level(blue)
end

---@param from integer
---@param to integer
---@return integer colour 60 % of `from`
local function blend(from, to)
  local result = 0
  for shift = 0, 2 do
    local unit = 256 ^ shift
    local a, b = math.floor(from / unit) % 256, math.floor(to / unit) % 256
    result = result + math.floor(a * 0.6 + b * 0.4) * unit
  end
  return result
end

---@param digits string what follows `f` or `b`
---@return integer? colour 0xrrggbb
---@return integer? index for terminals of 256 colours
local function parse_colour(digits)
  if #digits == 6 and digits:match('^%x+$') then
    local colour = tonumber(digits, 16)
    return colour, cube_index(colour)
  end
  local index = digits:match('^%d%d?%d?$') and tonumber(digits)
  if index and index <= 255 then
    return palette_colour(index), index
  end
end

---@param spec vim.api.keyset.highlight
---@return vim.api.keyset.highlight
local function apply_dim(spec)
  spec.dim = nil
  local normal = vim.api.nvim_get_hl(0, { name = 'Normal', link = false })
  local is_dark = vim.o.background == 'dark'
  local fg = spec.fg or normal.fg or (is_dark and 0xd0d0d0 or 0x303030)
  spec.fg = blend(fg, spec.bg or normal.bg or (is_dark and 0x000000 or 0xffffff))
  spec.ctermfg = spec.ctermfg or 8
  return spec
end

--- What a group's name says, as nvim_set_hl() takes it.
---@param name string
---@return vim.api.keyset.highlight? spec nil unless the name follows the grammar exactly
function M.parse(name)
  if name:sub(1, #M.PREFIX) ~= M.PREFIX then
    return nil
  end
  local spec = {}
  for part in vim.gsplit(name:sub(#M.PREFIX + 1), '_', { plain = true }) do
    if ATTRIBUTES[part] then
      spec[ATTRIBUTES[part]] = true
    else
      local colour, index = parse_colour(part:sub(2))
      local kind = part:sub(1, 1)
      if not colour or (kind ~= 'f' and kind ~= 'b') then
        return nil
      end
      spec[kind .. 'g'], spec['cterm' .. kind .. 'g'] = colour, index
    end
  end
  return spec.dim and apply_dim(spec) or spec
end

return M
