-- Owns the one timer that moves the signs of busy cells; must not know why a cell is busy.

local cell = require('ipynb.render.cell')
local notebooks = require('ipynb.notebook')

local M = {}

local PERIOD_MS = 100

--- The running timer, nil while no cell is busy.
---@type uv.uv_timer_t?
local timer

---@param nb ipynb.Notebook
---@return string[] ids of busy cells
local function busy_cells(nb)
  local ids = {}
  for id in pairs(nb.busy_cells or {}) do
    if nb.cells[id] and nb.cells[id].execution_state == 'busy' then
      ids[#ids + 1] = id
    else
      nb.busy_cells[id] = nil
    end
  end
  return ids
end

---@param nb ipynb.Notebook
---@param id string
---@return boolean
local function is_visible(nb, id)
  if not nb.layout:index(id) then
    return false
  end
  local lnum = nb.layout:range(id) + 1
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(win) == nb.buf then
      local info = vim.fn.getwininfo(win)[1]
      if info.topline <= lnum and lnum <= info.botline then
        return true
      end
    end
  end
  return false
end

local function stop()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
end

local function tick()
  local is_any_busy = false
  for _, nb in pairs(notebooks.all()) do
    for _, id in ipairs(busy_cells(nb)) do
      is_any_busy = true
      if vim.api.nvim_buf_is_loaded(nb.buf) and is_visible(nb, id) then
        cell.draw_border(nb, id)
      end
    end
  end
  if not is_any_busy then
    stop()
  end
end

--- Moves a cell's sign from now on for as long as the cell is busy.
---@param nb ipynb.Notebook
---@param id string
function M.add(nb, id)
  nb.busy_cells = nb.busy_cells or {}
  nb.busy_cells[id] = true
  if not timer then
    timer = assert(vim.uv.new_timer())
    timer:start(PERIOD_MS, PERIOD_MS, vim.schedule_wrap(tick))
  end
end

return M
