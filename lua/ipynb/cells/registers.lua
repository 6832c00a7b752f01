-- Owns cells in Vim's registers: text for every buffer, whole cells for notebooks; must not know
-- how cells are put into a notebook.
--
-- A register holds the cells' text, so it pastes anywhere. The cells themselves are kept here
-- and found again by that text: what Vim does to registers (`"1` to `"9`, "+, `:let @b = @a`)
-- needs no bookkeeping. The host keeps what is theirs beside text (outputs, metadata) as a
-- "clip" of the same number, as of the time of copying.

local host = require('ipynb.host')

local M = {}

---@class ipynb.ClipCell
---@field id string
---@field buf integer facade it came from
---@field cell_type string
---@field lines string[]
---@field is_cut boolean it may come back under its own id
---@field origin ipynb.CellOrigin
---@field look ipynb.Cell count and outputs as of then

---@class ipynb.Clip
---@field register string the one it was put into
---@field lines string[] text of the register
---@field cells ipynb.ClipCell[]

--- As many as Vim's registers can hold.
local MAX_CLIPS = 40

--- The whole mutable state of this module: clips, oldest first; the last number given; the
--- buffer in which Vim itself yanks.
---@type ipynb.Clip[]
local clips = {}
local last_no = 0
---@type integer?
local scratch

--- Vim's own "black hole".
M.NONE = '_'

---@param a string[]
---@param b string[]
local function is_same(a, b)
  if #a ~= #b then
    return false
  end
  for i = 1, #a do
    if a[i] ~= b[i] then
      return false
    end
  end
  return true
end

--- Lets Vim yank the text, for appending (`"A`), the clipboard and TextYankPost. A yank is not
--- what `.` repeats, so the register of a cut is filled the same way.
---@param register string
---@param lines string[]
local function yank(register, lines)
  if not scratch or not vim.api.nvim_buf_is_valid(scratch) then
    scratch = vim.api.nvim_create_buf(false, true)
  end
  vim.api.nvim_buf_set_lines(scratch, 0, -1, true, lines)
  vim.api.nvim_buf_call(scratch, function()
    local args = { ('gg"%syG'):format(register) }
    vim.api.nvim_cmd({ cmd = 'normal', bang = true, args = args, mods = { silent = true } }, {})
  end)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, true, {})
end

--- Makes room in `"1`, as Vim does for what is deleted without a register's name.
local function shift_numbered()
  for number = 9, 2, -1 do
    vim.fn.setreg(tostring(number), vim.fn.getreginfo(tostring(number - 1)))
  end
  for _, clip in ipairs(clips) do -- cells of the same text are told apart by their register
    local number = tonumber(clip.register)
    if number and number > 0 then
      clip.register = number < 9 and tostring(number + 1) or ''
    end
  end
end

---@param cells ipynb.ClipCell[]
---@return string[] lines an empty one parts two cells
local function text_of(cells)
  local lines = {}
  for i, cell in ipairs(cells) do
    if i > 1 then
      lines[#lines + 1] = ''
    end
    vim.list_extend(lines, cell.lines)
  end
  return lines
end

---@param clip ipynb.Clip
---@return integer[] numbers the host must keep
local function keep(clip)
  clips[#clips + 1] = clip
  if #clips > MAX_CLIPS then
    table.remove(clips, 1)
  end
  local live = {}
  for _, kept in ipairs(clips) do
    for _, cell in ipairs(kept.cells) do -- what was appended (`"A`) is of several
      live[cell.origin.clip] = true
    end
  end
  return vim.tbl_keys(live)
end

---@param nb ipynb.Notebook
---@param cells ipynb.SplicedCell[]
---@param is_cut boolean
---@return ipynb.ClipCell[]
local function copies(nb, cells, is_cut)
  local result = {}
  for i, cell in ipairs(cells) do
    local look = vim.tbl_extend('force', nb.cells[cell.id], { execution_state = 'idle' })
    look.started_ms, look.elapsed_ms = nil, nil
    result[i] = {
      id = cell.id,
      buf = nb.buf,
      cell_type = cell.cell_type,
      lines = cell.lines,
      is_cut = is_cut,
      origin = { clip = last_no, index = i - 1 },
      look = look,
    }
  end
  return result
end

--- The cells that a register holds; nil: its text is not cells.
---@param register string
---@return ipynb.ClipCell[]?
function M.cells(register)
  local lines = vim.fn.getreg(register, 1, true) --[[@as string[] ]]
  local found
  for i = #clips, 1, -1 do
    local clip = clips[i]
    if is_same(clip.lines, lines) then
      if clip.register == register or register == '"' then
        return clip.cells
      end
      found = found or clip
    end
  end
  return found and found.cells
end

--- The text that a register holds, for a cell of its own.
---@param register string
---@return string[] lines empty: nothing
function M.text(register)
  local lines = vim.fn.getreg(register, 1, true) --[[@as string[] ]]
  for i, line in ipairs(lines) do
    lines[i] = line:gsub('\n', '\0') -- a NUL byte, as in a buffer
  end
  return lines
end

--- Puts cells into a register, as Vim puts deleted or yanked lines there.
---@param nb ipynb.Notebook
---@param register string `v:register`
---@param cells ipynb.SplicedCell[]
---@param is_cut boolean
---@param set? fun(register: string, lines: string[]) fills a register; default: as Vim yanks
function M.put(nb, register, cells, is_cut, set)
  if register == M.NONE then
    return
  end
  last_no = last_no + 1
  local is_appended = register:match('%u') ~= nil
  local name = register:lower()
  local held = is_appended and M.cells(name) or nil
  local copied = copies(nb, cells, is_cut)
  if register == '"' then
    name = is_cut and '1' or '0'
    if is_cut then
      shift_numbered()
    end
  end
  local fill = set or yank
  fill(is_appended and register or name, text_of(copied))
  copied = held and vim.list_extend(vim.list_slice(held), copied) or copied
  local lines = vim.fn.getreg(name, 1, true) --[[@as string[] ]]
  local live = keep({ register = name, lines = lines, cells = copied })
  local ids = vim.tbl_map(function(cell)
    return cell.id
  end, cells)
  host.notify(nb, 'clip', last_no, ids, live)
end

return M
