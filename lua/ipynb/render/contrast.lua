-- Owns reckoning with colours, 0xrrggbb: how far two are apart, mixing, terminal colours; pure,
-- knows no highlight groups.

local M = {}

--- The six steps of each channel in a terminal's colour cube (xterm's own).
local STEPS = { 0, 95, 135, 175, 215, 255 }
--- The first 16 as xterm has them; a terminal may differ, nobody can ask.
local BASIC = {
  { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5 },
  { 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff },
}

---@param colour integer
---@return integer r, integer g, integer b each 0 to 255
function M.channels(colour)
  return math.floor(colour / 65536), math.floor(colour / 256) % 256, colour % 256
end

---@param r number
---@param g number
---@param b number
---@return integer
local function join(r, g, b)
  return math.floor(r + 0.5) * 65536 + math.floor(g + 0.5) * 256 + math.floor(b + 0.5)
end

---@param channel integer
---@return number
local function linear(channel)
  local value = channel / 255
  return value <= 0.04045 and value / 12.92 or ((value + 0.055) / 1.055) ^ 2.4
end

---@param colour integer
---@return number luminance 0 to 1
local function luminance(colour)
  local r, g, b = M.channels(colour)
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
end

--- Contrast ratio as WCAG 2 defines it: 1 is none, 3 is easily seen, 21 is black on white.
---@param a integer
---@param b integer
---@return number
function M.ratio(a, b)
  local first, second = luminance(a) + 0.05, luminance(b) + 0.05
  return math.max(first, second) / math.min(first, second)
end

--- How much more colour than grey is in a colour: 0 to 255.
---@param colour integer
---@return integer
function M.colourfulness(colour)
  local r, g, b = M.channels(colour)
  return math.max(r, g, b) - math.min(r, g, b)
end

---@param a integer
---@param b integer
---@param part number of `b`, 0 to 1
---@return integer
function M.mix(a, b, part)
  local ar, ag, ab = M.channels(a)
  local br, bg, bb = M.channels(b)
  return join(ar + (br - ar) * part, ag + (bg - ag) * part, ab + (bb - ab) * part)
end

--- A background that stands out from two others: on the other side of the page where there is
--- room, else beyond the surface.
---@param page integer
---@param surface integer
---@return integer
function M.third_tone(page, surface)
  local from, to = { M.channels(page) }, { M.channels(surface) }
  local has_room, values = true, {}
  for i = 1, 3 do
    local other = from[i] - 0.8 * (to[i] - from[i])
    has_room = has_room and other >= 0 and other <= 255
  end
  for i = 1, 3 do
    local value = from[i] + (has_room and -0.8 or 1.8) * (to[i] - from[i])
    values[i] = math.max(math.min(value, 255), 0)
  end
  return join(values[1], values[2], values[3])
end

---@param index integer 0 to 255
---@return integer colour
function M.of_terminal(index)
  if index < 16 then
    return BASIC[math.floor(index / 8) + 1][index % 8 + 1]
  elseif index >= 232 then
    local grey = 8 + 10 * (index - 232)
    return join(grey, grey, grey)
  end
  local cube = index - 16
  local r, g, b = math.floor(cube / 36), math.floor(cube / 6) % 6, cube % 6
  return join(STEPS[r + 1], STEPS[g + 1], STEPS[b + 1])
end

--- The terminal colour that comes nearest, of the 240 that are the same everywhere.
---@param colour integer
---@return integer index
function M.to_terminal(colour)
  local r, g, b = M.channels(colour)
  local best, best_distance = 16, math.huge
  for index = 16, 255 do
    local ir, ig, ib = M.channels(M.of_terminal(index))
    local distance = (r - ir) ^ 2 + (g - ig) ^ 2 + (b - ib) ^ 2
    if distance < best_distance then
      best, best_distance = index, distance
    end
  end
  return best
end

return M
