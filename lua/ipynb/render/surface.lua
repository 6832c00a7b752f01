-- Owns the choice of the scheme's group that serves as cell background; must not draw.
--
-- Highlighting of a whole line with a foreground hides the syntax highlighting, and the same
-- group is loud in one scheme and invisible in the next, so the group is picked by what it looks
-- like. NotebookCodeCell and the like link to the group made here, NotebookSurface.

local M = {}

local CANDIDATES = { 'NormalFloat', 'ColorColumn', 'CursorColumn', 'Pmenu' }
-- The last choice: with 'cursorline' the line of the cursor would not show on it.
local FALLBACK = 'CursorLine'

--- Contrast to the page, as a part of full contrast, that is seen and not loud.
local MIN_CONTRAST, MAX_CONTRAST = 0.01, 0.25

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

--- Links NotebookSurface to the scheme's quietest group that only sets a background.
function M.define()
  local page = vim.api.nvim_get_hl(0, { name = 'Normal', link = false }).bg
  page = page or (vim.o.background == 'dark' and 0x000000 or 0xffffff)
  local best, best_contrast = FALLBACK, MAX_CONTRAST
  for _, name in ipairs(CANDIDATES) do
    local hl = vim.api.nvim_get_hl(0, { name = name, link = false })
    if hl.bg and not hl.fg and not hl.reverse and not hl.underline then
      local distance = contrast(hl.bg, page)
      if distance >= MIN_CONTRAST and distance < best_contrast then
        best, best_contrast = name, distance
      end
    end
  end
  -- Not `default`: only the groups that link here are the user's to change.
  vim.api.nvim_set_hl(0, 'NotebookSurface', { link = best })
end

return M
