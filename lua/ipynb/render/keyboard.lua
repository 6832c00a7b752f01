-- Owns how keys are written for a person, also which ones the terminal can send; must not know
-- what they do.

local M = {}

--- Shorter names of keys, as they stand on the keyboard.
local KEY_NAMES = {
  CR = { '⏎', 'CR' },
  Esc = { 'esc', 'esc' },
  Space = { '␣', 'spc' },
  Tab = { '⇥', 'tab' },
}

--- $TERM and $TERM_PROGRAM of terminals that tell Ctrl-Enter from Enter as they come. There is
--- no way to ask: Neovim knows, and keeps it to itself.
local TELLS_ENTERS_APART = { 'kitty', 'ghostty', 'foot', 'alacritty', 'WezTerm', 'iTerm' }

---@return boolean
local function has_modified_enter()
  for _, ui in ipairs(vim.api.nvim_list_uis()) do
    if not ui.stdout_tty then
      return true -- a window of its own, not a terminal
    end
  end
  local names = (vim.env.TERM or '') .. ' ' .. (vim.env.TERM_PROGRAM or '')
  for _, name in ipairs(TELLS_ENTERS_APART) do
    if names:find(name, 1, true) then
      return true
    end
  end
  return false
end

--- The first of an option's keys that the terminal can send, else the first one.
---@param keys string|string[]|false|nil
---@return string? lhs
function M.choose(keys)
  if type(keys) ~= 'table' then
    return keys or nil
  end
  for _, lhs in ipairs(keys) do
    if not lhs:lower():match('^<[cs]%-cr>$') or has_modified_enter() then
      return lhs
    end
  end
  return keys[1]
end

--- How a key reads: `C-⏎`, `esc`, `\kx`.
---@param lhs string such as `<C-CR>`
---@param is_ascii boolean
---@return string
function M.name(lhs, is_ascii)
  local inner = lhs:match('^<([^<>]+)>$')
  if not inner then
    local leader = vim.g.mapleader or '\\'
    local shown = leader == ' ' and (is_ascii and 'spc ' or '␣') or leader
    return (lhs:gsub('^<[Ll]eader>', (shown:gsub('%%', '%%%%'))))
  end
  local modifiers, key = inner:match('^([%a%-]-)([^%-]+)$')
  local name = KEY_NAMES[key]
  return (modifiers or '') .. (name and name[is_ascii and 2 or 1] or key or inner)
end

return M
