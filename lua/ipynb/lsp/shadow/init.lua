-- Owns the shadow buffer: row N of the facade is row N here, code cells only, all else blank;
-- must not know language servers.
--
-- Lines that IPython reads before Python does are masked, once `mask` was called: not at open,
-- as that would read all lines before the first screen.

local difference = require('ipynb.text.difference')
local derived = require('ipynb.lsp.shadow.derived')
local injection = require('ipynb.highlight.injection')
local mask = require('ipynb.lsp.mask')
local wipe = require('ipynb.lsp.detach').wipe

local M = {}

-- Cells are looked through for what to mask in turns of so many lines.
local TURN_LINES = 2000

---@param nb ipynb.Notebook
function M.open(nb)
  local buf = vim.api.nvim_create_buf(false, false)
  vim.bo[buf].undolevels = -1
  vim.bo[buf].swapfile = false
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].buftype = 'nofile' -- until it has a name: `:wall` would fail for the lack of one
  vim.b[buf].ipynb_facade = nb.buf
  nb.shadow, nb.masked = buf, nil
  M.reset(nb)
end

--- Tells those who follow the text: a cell has another, or, without one, the list of cells has.
---@param nb ipynb.Notebook
---@param cell_id? string
local function tell(nb, cell_id)
  for _, watch in pairs(nb.text_watchers or {}) do
    watch(cell_id)
  end
end

--- Writes rows. What others have altered is seen to first: see `ipynb.Notebook.shadow_state`.
---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@param lines string[]
local function put(nb, row, end_row, lines)
  if nb.shadow_state then
    nb.shadow_state = 'late'
    return
  end
  nb.shadow_state = 'derived'
  local ok, problem = pcall(vim.api.nvim_buf_set_lines, nb.shadow, row, end_row, true, lines)
  nb.shadow_state = nil
  if not ok then
    error(problem, 0) -- only to reset the state first
  end
end

--- Derives the whole shadow again from the facade.
---@param nb ipynb.Notebook
function M.reset(nb)
  put(nb, 0, -1, derived.lines(nb))
  tell(nb)
  if nb.masked then
    M.mask(nb)
  end
end

--- Replaces what differs: servers are told each line that is set.
---@param nb ipynb.Notebook
---@param row integer
---@param old string[]
---@param new string[]
local function put_changed(nb, row, old, new)
  local first, tail = difference.ends(old, new)
  if first then
    local lines = vim.list_slice(new, first + 1, #new - tail)
    put(nb, row + first, row + #old - tail, lines)
  end
end

---@param lines string[]
---@return boolean
local function has_candidate(lines)
  for _, line in ipairs(lines) do
    if mask.is_candidate(line) then
      return true
    end
  end
  return false
end

--- Derives a code cell's rows from the facade, masked.
---@param nb ipynb.Notebook
---@param cell_id string
---@param delta integer lines by which the facade's cell is longer than the layout says
local function derive(nb, cell_id, delta)
  local row, end_row = nb.layout:content(cell_id)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row + delta, true)
  nb.masked[cell_id] = has_candidate(lines) or nil
  local old = vim.api.nvim_buf_get_lines(nb.shadow, row, end_row, true)
  put_changed(nb, row, old, mask.lines(lines))
end

--- Puts all back as it is to be.
---@param nb ipynb.Notebook
---@return string[] lines
function M.restore(nb)
  local lines = derived.lines(nb)
  for id in pairs(nb.masked or {}) do
    if nb.layout:index(id) then
      local row, end_row = nb.layout:content(id)
      for i, line in ipairs(mask.lines(vim.list_slice(lines, row + 1, end_row))) do
        lines[row + i] = line
      end
    end
  end
  put_changed(nb, 0, vim.api.nvim_buf_get_lines(nb.shadow, 0, -1, true), lines)
  return lines
end

--- Replaces rows; `lines` belong to one cell and stand in the facade already.
---@param nb ipynb.Notebook
---@param cell_id string
---@param row integer
---@param end_row integer
---@param lines string[]
function M.set_lines(nb, cell_id, row, end_row, lines)
  local is_code = nb.cells[cell_id].cell_type == 'code'
  if is_code and nb.masked and (nb.masked[cell_id] or has_candidate(lines)) then
    derive(nb, cell_id, #lines - (end_row - row))
  else
    put(nb, row, end_row, is_code and lines or derived.blanks(#lines))
  end
  tell(nb, cell_id)
end

---@param nb ipynb.Notebook
local function put_head(nb)
  if derived.head(nb) ~= '' then
    put(nb, 0, 1, { derived.head(nb) })
  end
end

--- Makes room: `old` rows become `new` blank ones.
---@param nb ipynb.Notebook
---@param row integer
---@param old integer
---@param new integer
function M.resize(nb, row, old, new)
  put(nb, row, row + old, derived.blanks(new))
  if row == 0 and old == 0 and derived.head(nb) ~= '' then
    put(nb, new, new + 1, { '' }) -- it was the first
  end
  if row == 0 then
    put_head(nb)
  end
  tell(nb)
end

--- Derives one cell's rows again from the facade; its height must be right already.
---@param nb ipynb.Notebook
---@param cell_id string
function M.refill(nb, cell_id)
  local row, end_row = nb.layout:content(cell_id)
  if nb.masked and nb.cells[cell_id].cell_type == 'code' then
    derive(nb, cell_id, 0)
    tell(nb, cell_id)
    return
  end
  local lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, true)
  M.set_lines(nb, cell_id, row, end_row, lines)
end

--- Masks all cells, in turns, and from now on each that changes. In a language without magics
--- there is nothing to mask.
---@param nb ipynb.Notebook
---@param on_done? fun()
function M.mask(nb, on_done)
  if not injection.has_magics(nb.language) then
    nb.masked = nil
    put_head(nb) -- only now is the language known for sure
    return on_done and on_done()
  end
  local masked, ids = {}, vim.list_slice(nb.layout:ids())
  nb.masked = masked
  local next_index = 1
  local function turn()
    local left = TURN_LINES
    while left > 0 and next_index <= #ids do
      local id = ids[next_index]
      next_index = next_index + 1
      if nb.layout:index(id) and nb.cells[id].cell_type == 'code' then
        left = left - nb.layout:height(id)
        derive(nb, id, 0)
      end
    end
    if next_index <= #ids then
      vim.defer_fn(function()
        if nb.masked == masked and vim.api.nvim_buf_is_valid(nb.shadow) then
          turn()
        end
      end, 1)
    elseif on_done then
      on_done()
    end
  end
  turn()
end

---@param nb ipynb.Notebook
function M.close(nb)
  if nb.shadow then
    wipe(nb.shadow)
  end
end

--- A new buffer in its place: of another language, or beside another file.
---@param nb ipynb.Notebook
function M.renew(nb)
  M.close(nb)
  M.open(nb)
end

return M
