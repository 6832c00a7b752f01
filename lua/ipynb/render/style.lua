-- Owns what all borders of a notebook share: characters, language, length; must not know cells.

local config = require('ipynb.config')
local glyphs = require('ipynb.render.glyphs')

local M = {}

local LINE_STEP = 128

---@class ipynb.LanguageIcon
---@field language string
---@field text? string
---@field hl? string the icon plugin's own

---@param language string filetype
---@return string? icon from mini.icons or nvim-web-devicons, where installed
---@return string? hl
local function find_icon(language)
  -- Fails when the plugin is not installed.
  local has_mini, mini = pcall(require, 'mini.icons')
  if has_mini and _G.MiniIcons then
    return mini.get('filetype', language)
  end
  -- Fails when the plugin is not installed.
  local has_devicons, devicons = pcall(require, 'nvim-web-devicons')
  if has_devicons then
    return devicons.get_icon_by_filetype(language)
  end
end

---@param nb ipynb.Notebook
---@param language string
---@return ipynb.LanguageIcon
local function icon_of(nb, language)
  local known = nb.language_icon
  if not known or known.language ~= language then
    -- Fails when another plugin's code does.
    local ok, text, hl = pcall(find_icon, language)
    known = { language = language, text = ok and text or nil, hl = ok and hl or nil }
    nb.language_icon = known
  end
  return known
end

--- The name comes from the notebook, which is not trusted.
---@param language string
---@return string
local function shown_language(language)
  return language:match('^[%w_+#.-]+$') and language:sub(1, 20) or 'code'
end

--- Columns of line to draw: more than the screen has, so that few changes of its size matter.
---@return integer
function M.line_width()
  return math.ceil((vim.o.columns + 1) / LINE_STEP) * LINE_STEP
end

---@param nb ipynb.Notebook
---@return ipynb.BorderStyle
function M.of(nb)
  local options = config.get()
  local is_ascii = glyphs.is_ascii(options)
  local characters = glyphs.get(is_ascii)
  local width = M.line_width()
  local language = shown_language(vim.b[nb.buf].ipynb_language or nb.language)
  return {
    glyphs = characters,
    is_ascii = is_ascii,
    language = language,
    icon = not is_ascii and icon_of(nb, language) or nil,
    is_active = false,
    now_ms = vim.uv.now(),
    top_filler = characters.top:rep(width),
    bottom_filler = characters.bottom:rep(width),
  }
end

return M
