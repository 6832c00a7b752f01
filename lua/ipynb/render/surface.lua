-- Owns the choice of the scheme's groups that serve as cell backgrounds; must not draw.
--
-- Highlighting of a whole line with a foreground hides the syntax highlighting, and the same
-- group is loud in one scheme and invisible in the next, so the groups are picked by what they
-- look like. NotebookCodeCell and the like link to the two groups made here.

local M = {}

local CANDIDATES = { 'NormalFloat', 'CursorLine', 'ColorColumn', 'CursorColumn', 'Pmenu' }
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

---@class ipynb.Surface
---@field name string
---@field contrast number

--- The scheme's groups that only set a background near the page's, quietest first.
---@return ipynb.Surface[]
local function surfaces()
  local page = vim.api.nvim_get_hl(0, { name = 'Normal', link = false }).bg
  page = page or (vim.o.background == 'dark' and 0x000000 or 0xffffff)
  local result = {}
  for _, name in ipairs(CANDIDATES) do
    local hl = vim.api.nvim_get_hl(0, { name = name, link = false })
    if hl.bg and not hl.fg and not hl.reverse and not hl.underline then
      local distance = contrast(hl.bg, page)
      if distance >= MIN_CONTRAST and distance <= MAX_CONTRAST then
        result[#result + 1] = { name = name, contrast = distance }
      end
    end
  end
  table.sort(result, function(a, b)
    return a.contrast < b.contrast
  end)
  return result
end

--- Links NotebookSurface to the quietest background, NotebookSurfaceActive to the cursor line's.
function M.define()
  local found = surfaces()
  local quiet = found[1] and found[1].name or FALLBACK
  local active = FALLBACK
  for _, one in ipairs(found) do
    if one.name == FALLBACK or (one.name ~= quiet and active ~= FALLBACK) then
      active = one.name
    end
  end
  -- Not `default`: only the groups that link here are the user's to change.
  vim.api.nvim_set_hl(0, 'NotebookSurface', { link = quiet })
  vim.api.nvim_set_hl(0, 'NotebookSurfaceActive', { link = active })
end

return M
