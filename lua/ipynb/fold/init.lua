-- Owns the folds of cells, by window; must not know keys or what a closed fold says.
--
-- They are manual folds, made at the first use in a window and then kept after the layout: Vim
-- itself carries them through typed text, and only what a splice or a walk through undo puts
-- in is folded anew. 22,000 lines cost 3 ms so, once; a 'foldexpr' would cost 60 to 130 ms and
-- be asked again in the middle of a splice, when text and layout do not agree.

local fold_text = require('ipynb.fold.text')

local M = {}

--- What marks a window whose cells are folds; `:split` copies it together with the folds.
local FOLDTEXT = "v:lua.require'ipynb.fold.text'.text()"

---@param win integer
---@return boolean
function M.is_used(win)
  return vim.wo[win].foldtext == FOLDTEXT and vim.wo[win].foldmethod == 'manual'
end

---@param nb ipynb.Notebook
---@return integer[] wins that have folds of cells
local function windows(nb)
  return vim.tbl_filter(M.is_used, vim.fn.win_findbuf(nb.buf))
end

--- Makes a closed fold of a cell, in the current window.
---@param nb ipynb.Notebook
---@param id string
local function create(nb, id)
  local row, end_row = nb.layout:range(id)
  vim.api.nvim_cmd({ cmd = 'fold', range = { row + 1, end_row } }, {})
end

--- Folds the cells that are not in a fold yet; all folds open, as 'foldlevel' says.
---@param nb ipynb.Notebook
---@param win integer
local function cover(nb, win)
  vim.api.nvim_win_call(win, function()
    local is_enabled = vim.wo.foldenable -- `:fold` sets it
    vim.wo[win][0].foldlevel = 0
    for _, id in ipairs(nb.layout:ids()) do
      if vim.fn.foldlevel(nb.layout:range(id) + 1) == 0 then
        create(nb, id)
      end
    end
    vim.wo[win][0].foldlevel = 1
    vim.wo[win][0].foldenable = is_enabled
  end)
end

--- Lets the cells be folds in a window. One that folds by a method of the user's stays as it is.
---@param nb ipynb.Notebook
---@param win integer
---@return boolean is_used
function M.use(nb, win)
  if not M.is_used(win) and vim.wo[win].foldmethod == 'manual' then
    vim.wo[win][0].foldtext = FOLDTEXT
    fold_text.draw_where(M.is_used)
    cover(nb, win)
  end
  return M.is_used(win)
end

--- Folds cells that came from the file by and by, or again.
---@param nb ipynb.Notebook
function M.follow_load(nb)
  for _, win in ipairs(windows(nb)) do
    cover(nb, win)
  end
end

---@alias ipynb.FoldStates table<integer, table<string, boolean>> by window: is the cell closed?

--- Which cells are closed, before the rows they stand in are replaced.
---@param nb ipynb.Notebook
---@param ids string[]
---@return ipynb.FoldStates
function M.states(nb, ids)
  local states = {}
  for _, win in ipairs(windows(nb)) do
    states[win] = vim.api.nvim_win_call(win, function()
      local closed = {}
      for _, id in ipairs(ids) do
        closed[id] = vim.fn.foldclosed(nb.layout:range(id) + 1) ~= -1
      end
      return closed
    end)
  end
  return states
end

--- Folds a cell again that got lines above its end marker: Vim takes the marker out of the fold
--- then.
---@param nb ipynb.Notebook
---@param id string
function M.mend(nb, id)
  for _, win in ipairs(windows(nb)) do
    local row, end_row = nb.layout:range(id)
    vim.api.nvim_win_call(win, function()
      if vim.fn.foldlevel(end_row) > 0 then
        return
      end
      local view, was_closed = vim.fn.winsaveview(), vim.fn.foldclosed(row + 1) ~= -1
      if vim.fn.foldlevel(row + 1) > 0 then
        vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
        vim.cmd('normal! zd')
      end
      create(nb, id)
      if not was_closed then
        vim.api.nvim_cmd({ cmd = 'foldopen', range = { row + 1 } }, {})
      end
      vim.fn.winrestview(view)
    end)
  end
end

--- Removes what Vim left of the folds over rows, in the current window.
---@param row integer
---@param end_row integer
local function clear(row, end_row)
  for lnum = row + 1, end_row do
    while vim.fn.foldlevel(lnum) > 0 do
      vim.api.nvim_win_set_cursor(0, { lnum, 0 })
      vim.cmd('normal! zD')
    end
  end
end

--- Cells with one neighbour at each side, as pairs of first and last place.
---@param nb ipynb.Notebook
---@param ids string[]
---@return integer[][]
local function runs(nb, ids)
  local indexes = vim.tbl_map(function(id)
    return nb.layout:index(id)
  end, ids)
  table.sort(indexes)
  local result = {}
  for _, index in ipairs(indexes) do
    local last = result[#result]
    local next_index = math.min(index + 1, nb.layout:count())
    if last and last[2] >= index - 2 then
      last[2] = next_index
    else
      result[#result + 1] = { math.max(index - 1, 1), next_index }
    end
  end
  return result
end

--- Folds a run of cells anew, in the current window.
---@param nb ipynb.Notebook
---@param run integer[]
---@param closed table<string, boolean>
local function fold_run(nb, run, closed)
  local first, last = nb.layout:id_at(run[1]), nb.layout:id_at(run[2])
  local row = nb.layout:range(first)
  clear(row, select(2, nb.layout:range(last)))
  for index = run[1], run[2] do
    local id = nb.layout:id_at(index)
    create(nb, id)
    if not closed[id] then
      vim.api.nvim_cmd({ cmd = 'foldopen', range = { nb.layout:range(id) + 1 } }, {})
    end
  end
end

--- Closes what Vim opened by itself, as `u` does where it thinks the change was; in the current
--- window.
---@param nb ipynb.Notebook
---@param closed table<string, boolean>
local function close_again(nb, closed)
  for id, was_closed in pairs(closed) do
    local lnum = was_closed and nb.layout:index(id) and nb.layout:range(id) + 1
    if lnum and vim.fn.foldclosed(lnum) == -1 then
      vim.api.nvim_cmd({ cmd = 'foldclose', range = { lnum } }, {})
    end
  end
end

--- Folds cells whose rows were put in, and their neighbours, of whose folds Vim may have put
--- the new rows: closed where they were closed before, new ones open.
---@param nb ipynb.Notebook
---@param states ipynb.FoldStates
---@param ids string[] cells that came, or are next to where some went
function M.restore(nb, states, ids)
  for win, closed in pairs(states) do
    -- What went away may come back by undo.
    local known = nb.closed_folds[win] or {}
    nb.closed_folds[win] = known
    for id, is_closed in pairs(closed) do
      known[id] = is_closed
    end
    vim.api.nvim_win_call(win, function()
      local view, is_enabled = vim.fn.winsaveview(), vim.wo.foldenable
      vim.wo[win][0].foldenable = true
      for _, run in ipairs(runs(nb, ids)) do
        fold_run(nb, run, known)
      end
      close_again(nb, closed)
      vim.wo[win][0].foldenable = is_enabled
      vim.fn.winrestview(view)
    end)
  end
end

--- Opens the folds at the cursor of a window.
---@param win integer
function M.open_at_cursor(win)
  vim.api.nvim_win_call(win, function()
    if vim.fn.foldclosed('.') ~= -1 then
      vim.cmd('normal! zv')
    end
  end)
end

--- Opens the folds at the cursor as 'foldopen' wants after such a move.
---@param win integer
---@param move 'block'|'jump'|'mark'|'search'|'undo'
function M.follow_move(win, move)
  local wanted = vim.opt.foldopen:get()
  if vim.list_contains(wanted, move) or vim.list_contains(wanted, 'all') then
    M.open_at_cursor(win)
  end
end

--- Closes cells, or opens them where all are closed.
---@param nb ipynb.Notebook
---@param range ipynb.Range
function M.toggle(nb, range)
  local ids, all_closed = {}, true
  for index = range.index, math.min(range.index + range.count - 1, nb.layout:count()) do
    ids[#ids + 1] = nb.layout:id_at(index)
    local lnum = nb.layout:range(ids[#ids]) + 1
    all_closed = all_closed and vim.fn.foldclosed(lnum) ~= -1
  end
  vim.wo.foldenable = true
  for _, id in ipairs(ids) do
    local cmd = all_closed and 'foldopen' or 'foldclose'
    local lnum = nb.layout:range(id) + 1
    if all_closed or vim.fn.foldclosed(lnum) == -1 then
      vim.api.nvim_cmd({ cmd = cmd, range = { lnum } }, {})
    end
  end
end

return M
