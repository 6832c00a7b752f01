-- Owns which keys the active cell's border names; must not draw.

local M = {}

--- Shorter names of keys, as they stand on the keyboard.
local KEY_NAMES = {
  CR = { '⏎', 'CR' },
  Esc = { 'esc', 'esc' },
  Space = { '␣', 'spc' },
  Tab = { '⇥', 'tab' },
}

---@param lhs string such as `<C-CR>`
---@param is_ascii boolean
---@return string
local function key_name(lhs, is_ascii)
  local inner = lhs:match('^<([^<>]+)>$')
  if not inner then
    local leader = vim.g.mapleader or '\\'
    return (lhs:gsub('^<leader>', leader == ' ' and 'space ' or leader))
  end
  local modifiers, key = inner:match('^([%a%-]-)([^%-]+)$')
  local name = KEY_NAMES[key]
  return (modifiers or '') .. (name and name[is_ascii and 2 or 1] or key or inner)
end

---@param hints { [1]: string, [2]: string }[]
---@param lhs string|string[]|false|nil
---@param does string
---@param is_ascii boolean
local function add(hints, lhs, does, is_ascii)
  if type(lhs) == 'table' then
    lhs = lhs[1]
  end
  if lhs then
    hints[#hints + 1] = { key_name(lhs, is_ascii), does }
  end
end

--- The keys worth knowing on a cell, most useful first.
---@param cell ipynb.Cell
---@param is_editing boolean the edit float is open on it
---@param options table
---@return { [1]: string, [2]: string }[] key and what it does
function M.list(cell, is_editing, options)
  local hints, keymaps, is_ascii = {}, options.keymaps or {}, options.ascii
  if not is_editing then
    add(hints, 'i', 'edit', is_ascii)
  end
  if cell.cell_type == 'code' then
    add(hints, keymaps.execute_cell, 'run', is_ascii)
  end
  if is_editing then
    add(hints, keymaps.save, 'save', is_ascii)
    add(hints, keymaps.close, 'done', is_ascii)
  elseif cell.output_count > 0 then
    add(hints, keymaps.output, 'output', is_ascii)
  end
  return hints
end

--- Columns the hints take, with their borders.
---@param chunks ipynb.Chunk[]
---@return integer
function M.width(chunks)
  local width = 0
  for _, chunk in ipairs(chunks) do
    width = width + vim.api.nvim_strwidth(chunk[1])
  end
  return width
end

return M
