-- Owns the passage of the declared options to Python as JSON: nvim -l dump_options.lua CHECKOUT

local root = _G.arg[1]
vim.opt.runtimepath:prepend(root)
local config = require('ipynb.config')

---@param value any
---@return string text as Lua would write it, on one line
local function show(value)
  return (vim.inspect(value, { newline = ' ', indent = '' }):gsub('"', "'"))
end

local options = {}
for _, option in ipairs(config.options) do
  local types = type(option.type) == 'table' and option.type or { option.type }
  options[#options + 1] = {
    name = option.name,
    types = types,
    default = show(option.default),
    unit = option.unit or '',
    help = option.help,
  }
end
io.stdout:write(vim.json.encode(options))
