-- Owns the choice among the colour scheme's groups where one name does not fit all schemes;
-- must not draw.
--
-- The same group is loud in one scheme and invisible in the next, so it is picked by what it
-- looks like. The public groups link, as defaults, to the private ones made here.

local M = {}

-- A whole line's highlighting hides the syntax when it has a foreground: groups with one are
-- passed over. CursorLine comes last: with 'cursorline' the line would not show on it.
local SURFACES = { 'NormalFloat', 'ColorColumn', 'CursorColumn', 'Pmenu' }
local LAST_SURFACE = 'CursorLine'

--- Candidates, best first; the last one is taken where none is readable.
local INKS = {
  NotebookToneLine = { 'NonText', 'LineNr', 'WinSeparator', 'Comment' },
  NotebookToneOk = { 'DiagnosticOk', 'Added', 'String' },
  NotebookToneBusy = { 'DiagnosticInfo', 'Function' },
  NotebookToneWarn = { 'DiagnosticWarn', 'WarningMsg', 'Special' },
  NotebookToneError = { 'DiagnosticError', 'ErrorMsg' },
}

-- Contrasts as a part of that of black to white.
local MIN_SURFACE, MAX_SURFACE = 0.01, 0.25
local MIN_INK = { NotebookToneLine = 0.15 }
local MIN_INK_DEFAULT = 0.3

---@param colour integer 0xrrggbb
---@return number r, number g, number b each 0 to 1
local function channels(colour)
  return math.floor(colour / 65536) / 255, math.floor(colour / 256) % 256 / 255, colour % 256 / 255
end

---@param a integer
---@param b integer
---@return number contrast 0 to 1
local function contrast(a, b)
  local ar, ag, ab = channels(a)
  local br, bg, bb = channels(b)
  return 0.3 * math.abs(ar - br) + 0.5 * math.abs(ag - bg) + 0.2 * math.abs(ab - bb)
end

---@param name string
---@return vim.api.keyset.get_hl_info
local function look(name)
  return vim.api.nvim_get_hl(0, { name = name, link = false })
end

---@param hl vim.api.keyset.get_hl_info
---@return boolean
local function only_sets_background(hl)
  local attributes = vim.o.termguicolors and hl or hl.cterm or {}
  return hl.bg and not hl.fg and not attributes.reverse and not attributes.underline
end

---@param page integer
---@return string name of the quietest group that only sets a background
local function pick_surface(page)
  local best, best_contrast = LAST_SURFACE, MAX_SURFACE
  for _, name in ipairs(SURFACES) do
    local hl = look(name)
    if only_sets_background(hl) then
      local distance = contrast(hl.bg, page)
      if distance >= MIN_SURFACE and distance < best_contrast then
        best, best_contrast = name, distance
      end
    end
  end
  return best
end

---@param names string[]
---@param minimum number
---@param page integer
---@return string name of the first group that can be read
local function pick_ink(names, minimum, page)
  for _, name in ipairs(names) do
    local hl = look(name)
    if hl.fg and not hl.bg and not hl.reverse and contrast(hl.fg, page) >= minimum then
      return name
    end
  end
  return names[#names]
end

--- A background that stands out from both others: on the other side of the page where there
--- is room, else beyond the surface.
---@param page integer
---@param surface integer
---@return integer
local function third_tone(page, surface)
  local from, to = { channels(page) }, { channels(surface) }
  local has_room = true
  for i = 1, 3 do
    local other = from[i] - 0.8 * (to[i] - from[i])
    has_room = has_room and other >= 0 and other <= 1
  end
  local colour = 0
  for i = 1, 3 do
    local value = from[i] + (has_room and -0.8 or 1.8) * (to[i] - from[i])
    colour = colour * 256 + math.floor(math.max(math.min(value, 1), 0) * 255 + 0.5)
  end
  return colour
end

--- Links the private groups for the current scheme.
function M.define()
  local normal = look('Normal')
  -- Not links to Normal: its background would stand out in a window that has another.
  vim.api.nvim_set_hl(0, 'NotebookToneText', { fg = normal.fg, ctermfg = normal.ctermfg })
  vim.api.nvim_set_hl(0, 'NotebookPage', {})
  local page = normal.bg or (vim.o.background == 'dark' and 0x000000 or 0xffffff)
  -- Not `default`: the groups that link here are the user's to change, these are not.
  local surface = pick_surface(page)
  vim.api.nvim_set_hl(0, 'NotebookSurface', { link = surface })
  local code = look(surface)
  vim.api.nvim_set_hl(0, 'NotebookToneCode', {
    bg = code.bg and third_tone(page, code.bg),
    ctermbg = code.ctermbg,
  })
  local line = look(pick_ink(INKS.NotebookToneLine, MIN_INK.NotebookToneLine, page))
  vim.api.nvim_set_hl(0, 'NotebookToneRule', { underline = true, sp = line.fg })
  vim.api.nvim_set_hl(0, 'NotebookToneUnderline', { underline = true })
  for group, names in pairs(INKS) do
    local minimum = MIN_INK[group] or MIN_INK_DEFAULT
    vim.api.nvim_set_hl(0, group, { link = pick_ink(names, minimum, page) })
  end
end

return M
