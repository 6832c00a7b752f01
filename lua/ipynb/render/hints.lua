-- Owns which keys the active cell's border names; must not draw.

local keyboard = require('ipynb.render.keyboard')

local M = {}

---@class ipynb.Hint
---@field [1] string key
---@field [2] string what it does

--- What may be named, by situation, most useful first: `{ option below keymaps, what it does }`.
---@type table<string, string[][]>
local READING = {
  code = {
    { 'execute_cell', 'run' },
    { 'output', 'output' },
    { 'insert_cell_below', 'new' },
    { 'cut_cell', 'cut' },
  },
  markdown = {
    { 'insert_cell_below', 'new' },
    { 'make_code', 'to code' },
    { 'cut_cell', 'cut' },
  },
}
READING.raw = READING.markdown

---@type table<string, string[][]>
local EDITING = {
  code = {
    { 'close', 'done' },
    { 'execute_cell', 'run' },
    { 'edit_next_cell', 'next' },
    { 'save', 'save' },
  },
  markdown = {
    { 'close', 'done' },
    { 'edit_next_cell', 'next' },
    { 'save', 'save' },
  },
}
EDITING.raw = EDITING.markdown

---@param cell ipynb.Cell
---@return boolean
local function is_running(cell)
  return cell.execution_state == 'busy' or cell.execution_state == 'queued'
end

---@param hints ipynb.Hint[]
---@param keys string|string[]|false|nil
---@param does string
---@param is_ascii boolean
local function add(hints, keys, does, is_ascii)
  local lhs = keyboard.choose(keys)
  if lhs then
    hints[#hints + 1] = { keyboard.name(lhs, is_ascii), does }
  end
end

--- The keys worth knowing on a cell, most useful first; none where the user wants none.
---@param cell ipynb.Cell
---@param is_editing boolean the edit float is open on it
---@param options table
---@param is_ascii boolean
---@return ipynb.Hint[]
function M.list(cell, is_editing, options, is_ascii)
  local hints, keymaps = {}, options.keymaps
  if not options.hints then
    return hints
  end
  if not is_editing then
    add(hints, 'i', 'edit', is_ascii)
  end
  local situation = is_editing and EDITING or READING
  for _, entry in ipairs(situation[cell.cell_type] or situation.raw) do
    local name, does = entry[1], entry[2]
    if name == 'execute_cell' and is_running(cell) then
      add(hints, keymaps.kernel_interrupt, 'stop', is_ascii)
    elseif name ~= 'output' or cell.output_count > 0 then
      add(hints, keymaps[name], does, is_ascii)
    end
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
