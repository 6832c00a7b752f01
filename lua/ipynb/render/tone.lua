-- Owns the choice among the colour scheme's groups where one name does not fit all schemes;
-- must not draw.
--
-- The same group is loud in one scheme and invisible in the next, so it is picked by what it
-- looks like; where none will do, a colour is mixed from the scheme's own. The public groups
-- link, as defaults, to the private ones made here.

local contrast = require('ipynb.render.contrast')

local M = {}

--- Backgrounds, best first. With 'cursorline' the line would not show on CursorLine.
local SURFACES = { 'NormalFloat', 'ColorColumn', 'CursorColumn', 'Pmenu', 'CursorLine' }

---@class ipynb.Ink
---@field names string[] candidates, best first
---@field minimum number contrast to the page

--- What is drawn in a colour of its own.
---@type table<string, ipynb.Ink>
local INKS = {
  NotebookToneLine = { names = { 'NonText', 'LineNr', 'WinSeparator', 'Comment' }, minimum = 1.5 },
  NotebookToneQuiet = { names = { 'Comment' }, minimum = 2.8 },
  NotebookToneOk = { names = { 'DiagnosticOk', 'Added', 'String' }, minimum = 3 },
  NotebookToneBusy = { names = { 'DiagnosticInfo', 'Function' }, minimum = 3 },
  NotebookToneWarn = { names = { 'DiagnosticWarn', 'WarningMsg' }, minimum = 3 },
  NotebookToneError = { names = { 'DiagnosticError', 'ErrorMsg' }, minimum = 3 },
}

--- A surface is seen and does not glare; text stays readable on it in any colour.
local MIN_SURFACE, MAX_SURFACE, MAX_SURFACE_COLOUR = 1.04, 1.45, 40
--- Parts of the text's colour in what is mixed.
local SURFACE_STEP, LINE_PART, INK_STEP = 0.06, 0.4, 0.15

---@class ipynb.Scheme
---@field page integer
---@field text integer
---@field is_rgb boolean

---@return boolean is_rgb false where only terminal colours are drawn
local function is_rgb()
  if vim.o.termguicolors then
    return true
  end
  for _, ui in ipairs(vim.api.nvim_list_uis()) do
    if ui.rgb then
      return true
    end
  end
  return false
end

---@class ipynb.Tone
---@field fg? integer
---@field bg? integer
---@field is_plain boolean nothing is underlined or reversed

---@param name string
---@param scheme ipynb.Scheme|{ is_rgb: boolean }
---@return ipynb.Tone
local function tone(name, scheme)
  local hl = vim.api.nvim_get_hl(0, { name = name, link = false })
  local attributes = scheme.is_rgb and hl or hl.cterm or {}
  local fg, bg = hl.fg, hl.bg
  if not scheme.is_rgb then
    fg = hl.ctermfg and contrast.of_terminal(hl.ctermfg)
    bg = hl.ctermbg and contrast.of_terminal(hl.ctermbg)
  end
  return { fg = fg, bg = bg, is_plain = not attributes.reverse and not attributes.underline }
end

---@return ipynb.Scheme
local function current_scheme()
  local scheme = { is_rgb = is_rgb() }
  local normal, is_dark = tone('Normal', scheme), vim.o.background == 'dark'
  scheme.page = normal.bg or (is_dark and 0x000000 or 0xffffff)
  scheme.text = normal.fg or (is_dark and 0xffffff or 0x000000)
  return scheme
end

---@param bg? integer
---@param page integer
---@return number? contrast nil where it does not do as a surface
local function surface_contrast(bg, page)
  local ratio = bg and contrast.ratio(bg, page)
  local limit = MAX_SURFACE_COLOUR + contrast.colourfulness(page)
  if ratio and ratio >= MIN_SURFACE and ratio <= MAX_SURFACE then
    return contrast.colourfulness(bg) <= limit and ratio or nil
  end
end

--- The quietest background that can be seen. A whole line's highlighting with a foreground would
--- hide the syntax, so of groups that have one only the background is taken.
---@param scheme ipynb.Scheme
---@return vim.api.keyset.highlight
local function surface(scheme)
  local best, best_contrast = nil, math.huge
  for _, name in ipairs(SURFACES) do
    local one = tone(name, scheme)
    local ratio = one.is_plain and surface_contrast(one.bg, scheme.page)
    if ratio and ratio < best_contrast then
      best, best_contrast = one.bg, ratio
    end
  end
  local part = 0
  while not best or contrast.ratio(best, scheme.page) < MIN_SURFACE do
    part = part + SURFACE_STEP
    best = contrast.mix(scheme.page, scheme.text, part)
    if part > 0.5 then
      break
    end
  end
  return { bg = best, ctermbg = contrast.to_terminal(best) }
end

--- The first group that can be read; else the first colour, mixed with that of text until it can.
---@param ink ipynb.Ink
---@param scheme ipynb.Scheme
---@param fallback integer
---@return vim.api.keyset.highlight
local function readable(ink, scheme, fallback)
  local colour
  for _, name in ipairs(ink.names) do
    local one = tone(name, scheme)
    if one.fg and not one.bg and one.is_plain then
      if contrast.ratio(one.fg, scheme.page) >= ink.minimum then
        return { link = name }
      end
      colour = colour or one.fg
    end
  end
  colour = colour or fallback
  for _ = 1, 6 do
    if contrast.ratio(colour, scheme.page) >= ink.minimum then
      break
    end
    colour = contrast.mix(colour, scheme.text, INK_STEP)
  end
  return { fg = colour, ctermfg = contrast.to_terminal(colour) }
end

--- Whether the private groups are there: `:highlight clear` alone tells nobody.
---@return boolean
function M.is_defined()
  return next(vim.api.nvim_get_hl(0, { name = 'NotebookSurface' })) ~= nil
end

--- Makes the private groups for the current scheme.
function M.define()
  local scheme = current_scheme()
  local normal = vim.api.nvim_get_hl(0, { name = 'Normal', link = false })
  -- Not links to Normal: its background would stand out in a window that has another.
  vim.api.nvim_set_hl(0, 'NotebookToneText', { fg = normal.fg, ctermfg = normal.ctermfg })
  vim.api.nvim_set_hl(0, 'NotebookPage', {})
  -- Not `default`: the groups that link here are the user's to change, these are not.
  local code_cell = surface(scheme)
  vim.api.nvim_set_hl(0, 'NotebookSurface', code_cell)
  local bg = contrast.third_tone(scheme.page, code_cell.bg)
  vim.api.nvim_set_hl(0, 'NotebookToneCode', { bg = bg, ctermbg = contrast.to_terminal(bg) })
  vim.api.nvim_set_hl(0, 'NotebookToneUnderline', { underline = true })
  for group, ink in pairs(INKS) do
    local fallback = group == 'NotebookToneLine'
        and contrast.mix(scheme.page, scheme.text, LINE_PART)
      or scheme.text
    vim.api.nvim_set_hl(0, group, readable(ink, scheme, fallback))
  end
  local line = vim.api.nvim_get_hl(0, { name = 'NotebookToneLine', link = false })
  vim.api.nvim_set_hl(0, 'NotebookToneRule', { underline = true, sp = line.fg })
end

return M
