-- Owns which picker shows a list of places; must not know what the places are.

local config = require('ipynb.config')

local M = {}

---@class ipynb.Pick
---@field title string
---@field places ipynb.Place[]
---@field choose fun(place: ipynb.Place)

--- By option value: our module and the plugin's that must be there.
local PICKERS = {
  telescope = { ours = 'ipynb.find.picker.telescope', theirs = 'telescope' },
  ['fzf-lua'] = { ours = 'ipynb.find.picker.fzf_lua', theirs = 'fzf-lua' },
  snacks = { ours = 'ipynb.find.picker.snacks', theirs = 'snacks' },
}
local ORDER = { 'telescope', 'fzf-lua', 'snacks' }

--- snacks.nvim is many plugins: its picker counts where the user has turned it on.
---@param name string
---@param plugin table
---@return boolean
local function is_wanted(name, plugin)
  if name ~= 'snacks' then
    return true
  end
  local options = type(plugin.config) == 'table' and plugin.config.picker
  return type(options) == 'table' and options.enabled == true
end

---@return string name of the picker to use
local function find()
  local wanted = config.get().picker
  for _, name in ipairs(wanted == 'auto' and ORDER or {}) do
    -- Fails when the plugin is not installed.
    local is_there, plugin = pcall(require, PICKERS[name].theirs)
    if is_there and is_wanted(name, plugin) then
      return name
    end
  end
  return wanted == 'auto' and 'select' or wanted
end

---@param pick ipynb.Pick
local function select(pick)
  vim.ui.select(pick.places, {
    prompt = pick.title,
    kind = 'ipynb',
    format_item = function(place)
      return place.text
    end,
  }, function(place)
    if place then
      pick.choose(place)
    end
  end)
end

--- Lets the user choose a place.
---@param pick ipynb.Pick
function M.open(pick)
  local picker = PICKERS[find()]
  -- Fails when the plugin that was asked for is not installed.
  if picker and pcall(require, picker.theirs) then
    require(picker.ours).open(pick)
  else
    select(pick)
  end
end

return M
