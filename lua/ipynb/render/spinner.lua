-- Owns the one timer that moves the signs of busy cells; must not know how they are drawn.

local notebooks = require('ipynb.notebook')

local M = {}

local PERIOD_MS = 100

-- All state: the running timer, nil while no cell is busy; and `nb.busy_cells`, by notebook.
---@type uv.uv_timer_t?
local timer

---@alias ipynb.DrawCell fun(nb: ipynb.Notebook, id: string)

---@param nb ipynb.Notebook
---@return table<string, ipynb.DrawCell> busy cells and how to draw them
local function busy_cells(nb)
  local busy = {}
  for id, draw in pairs(nb.busy_cells or {}) do
    if nb.cells[id] and nb.cells[id].execution_state == 'busy' then
      busy[id] = draw
    else
      nb.busy_cells[id] = nil
    end
  end
  return busy
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
    for id, draw in pairs(busy_cells(nb)) do
      is_any_busy = true
      if vim.api.nvim_buf_is_loaded(nb.buf) and is_visible(nb, id) then
        draw(nb, id)
      end
    end
  end
  if not is_any_busy then
    stop()
  end
end

--- Draws a cell again and again while it is visible, for as long as it is busy.
---@param nb ipynb.Notebook
---@param id string
---@param draw ipynb.DrawCell
function M.add(nb, id, draw)
  nb.busy_cells = nb.busy_cells or {}
  nb.busy_cells[id] = draw
  if not timer then
    timer = assert(vim.uv.new_timer())
    timer:start(PERIOD_MS, PERIOD_MS, vim.schedule_wrap(tick))
  end
end

return M
