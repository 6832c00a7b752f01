-- Owns columns: bytes of a line to the units that a server counts, and back; pure.

local M = {}

local HAS_NAMED_ENCODINGS = vim.fn.has('nvim-0.11') == 1

---@param line string
---@param byte integer
---@param encoding string 'utf-8', 'utf-16' or 'utf-32'
---@return integer
function M.of_byte(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == 'utf-8' or not line:find('[\128-\255]') then
    return byte
  elseif HAS_NAMED_ENCODINGS then
    return vim.str_utfindex(line, encoding, byte, false)
  end
  local utf32, utf16 = vim.str_utfindex(line, byte)
  return encoding == 'utf-16' and utf16 or utf32
end

---@param line string
---@param units integer
---@param encoding string
---@return integer byte
function M.to_byte(line, units, encoding)
  if encoding == 'utf-8' or not line:find('[\128-\255]') then
    return math.min(units, #line)
  elseif HAS_NAMED_ENCODINGS then
    return vim.str_byteindex(line, encoding, units, false)
  end
  -- Fails beyond the end, which LSP takes for the end.
  local ok, byte = pcall(vim.str_byteindex, line, units, encoding == 'utf-16')
  return ok and byte or #line
end

return M
