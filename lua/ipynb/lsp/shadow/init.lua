-- Owns the shadow buffer: row N of the facade is row N here, code cells only, all else blank;
-- must not know language servers.
--
-- Lines that IPython reads before Python does are masked, once `mask` was called: not at open,
-- as that would read all lines before the first screen.

local injection = require('ipynb.highlight.injection')
local mask = require('ipynb.lsp.mask')

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

---@param n integer
---@return string[]
local function blanks(n)
  local lines = {}
  for i = 1, n do
    lines[i] = ''
  end
  return lines
end

--- Derives the whole shadow again from the facade.
---@param nb ipynb.Notebook
function M.reset(nb)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, 0, -1, true)
  local row = 0
  for _, id in ipairs(nb.layout:ids()) do
    local height = nb.layout:height(id)
    local is_code = nb.cells[id].cell_type == 'code'
    lines[row + 1], lines[row + height + 2] = '', ''
    if not is_code then
      for i = row + 2, row + height + 1 do
        lines[i] = ''
      end
    end
    row = row + height + 2
  end
  vim.api.nvim_buf_set_lines(nb.shadow, 0, -1, true, lines)
  if nb.masked then
    M.mask(nb)
  end
end

--- Replaces what differs: servers are told each line that is set.
---@param buf integer
---@param row integer
---@param old string[]
---@param new string[]
local function put_changed(buf, row, old, new)
  local first, tail = 0, 0
  local shared = math.min(#old, #new)
  while first < shared and old[first + 1] == new[first + 1] do
    first = first + 1
  end
  while tail < shared - first and old[#old - tail] == new[#new - tail] do
    tail = tail + 1
  end
  if first < #old or first < #new then
    local lines = vim.list_slice(new, first + 1, #new - tail)
    vim.api.nvim_buf_set_lines(buf, row + first, row + #old - tail, true, lines)
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
  put_changed(nb.shadow, row, old, mask.lines(lines))
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
    vim.api.nvim_buf_set_lines(nb.shadow, row, end_row, true, is_code and lines or blanks(#lines))
  end
  tell(nb, cell_id)
end

--- Makes room: `old` rows become `new` blank ones.
---@param nb ipynb.Notebook
---@param row integer
---@param old integer
---@param new integer
function M.resize(nb, row, old, new)
  vim.api.nvim_buf_set_lines(nb.shadow, row, row + old, true, blanks(new))
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
  if nb.shadow and vim.api.nvim_buf_is_valid(nb.shadow) then
    vim.api.nvim_buf_delete(nb.shadow, { force = true })
  end
end

--- A new buffer in its place: of another language, or beside another file.
---@param nb ipynb.Notebook
function M.renew(nb)
  M.close(nb)
  M.open(nb)
end

return M
