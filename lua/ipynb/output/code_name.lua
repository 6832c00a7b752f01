-- Owns the names that ipykernel gives to code, `/tmp/ipykernel_123/456.py`; must not know where
-- they are met. The number is a hash of the cell's text (ipykernel, compiler.py: murmur2).

local M = {}

local bit = require('bit')
local SEED, FACTOR = 0xC70F6907, 0x5BD1E995

--- Multiplies modulo 2^32: a double holds no product of two such numbers.
---@param a integer
---@param b integer
---@return integer
local function multiply(a, b)
  local low, high = a % 65536, math.floor(a / 65536)
  return (low * b + (high * b % 65536) * 65536) % 4294967296
end

---@param a integer
---@param b integer
---@return integer 0 to 2^32 - 1
local function xor(a, b)
  return bit.bxor(a, b) % 4294967296
end

---@param a integer
---@param by integer
---@return integer
local function shift(a, by)
  return math.floor(a / 2 ^ by)
end

--- The number in the name of a code.
---@param code string
---@return string
function M.of(code)
  local length = #code
  local hash = xor(SEED, length)
  for i = 1, length - 3, 4 do
    local b1, b2, b3, b4 = code:byte(i, i + 3)
    local k = multiply(b1 + b2 * 256 + b3 * 65536 + b4 * 16777216, FACTOR)
    k = multiply(xor(k, shift(k, 24)), FACTOR)
    hash = xor(multiply(hash, FACTOR), k)
  end
  local rest = length % 4
  if rest > 0 then
    local k = 0
    for i = rest, 1, -1 do
      k = k * 256 + code:byte(length - rest + i)
    end
    hash = multiply(xor(hash, k), FACTOR)
  end
  hash = multiply(xor(hash, shift(hash, 13)), FACTOR)
  return ('%d'):format(xor(hash, shift(hash, 15)))
end

return M
