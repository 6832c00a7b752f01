-- Owns the order of drawing many cells: those in view at once, the others in short turns of the
-- event loop; must not know how a cell is drawn.

local M = {}

--- How long drawing a large notebook may keep a key waiting.
local CHUNK_MS = 5
--- Cells drawn between two looks at the clock.
local CELLS_PER_CHECK = 16
--- So few are drawn at once, in view or not.
local FEW = 32

---@param nb ipynb.Notebook
---@return table<string, true> ids of the cells in view, in any window
local function visible_ids(nb)
  local ids = {}
  for _, win in ipairs(vim.fn.win_findbuf(nb.buf)) do
    local info = vim.fn.getwininfo(win)[1]
    local _, first = nb.layout:at(info.topline - 1)
    -- Before the first redraw of a window `botline` is not known.
    local _, last = nb.layout:at(math.max(info.botline, info.topline + info.height) - 1)
    for index = first or 1, last or 0 do
      ids[nb.layout:id_at(index)] = true
    end
  end
  return ids
end

--- Draws waiting cells until the time is up.
---@param nb ipynb.Notebook
---@param draw fun(ids: string[])
local function draw_chunk(nb, draw)
  local waiting, start_ns = nb.waiting_cells, vim.uv.hrtime()
  while waiting.first <= #waiting.ids do
    local last = math.min(waiting.first + CELLS_PER_CHECK - 1, #waiting.ids)
    draw(vim.list_slice(waiting.ids, waiting.first, last))
    waiting.first = last + 1
    if vim.uv.hrtime() - start_ns > CHUNK_MS * 1e6 then
      return
    end
  end
  nb.waiting_cells = nil
end

---@param nb ipynb.Notebook
---@param draw fun(ids: string[])
local function take_turns(nb, draw)
  vim.defer_fn(function()
    if nb.waiting_cells and vim.api.nvim_buf_is_loaded(nb.buf) then
      draw_chunk(nb, draw)
      if nb.waiting_cells then
        take_turns(nb, draw)
      end
    end
  end, 1)
end

--- Draws cells; what is not in view follows soon, behind what is waiting already.
---@param nb ipynb.Notebook
---@param ids string[]
---@param draw fun(ids: string[]) must leave out cells that have gone in the meantime
function M.draw(nb, ids, draw)
  if #ids <= FEW then
    draw(ids)
    return
  end
  local visible, now, later = visible_ids(nb), {}, {}
  for _, id in ipairs(ids) do
    local list = visible[id] and now or later
    list[#list + 1] = id
  end
  draw(now)
  if nb.waiting_cells then
    vim.list_extend(nb.waiting_cells.ids, later)
  else
    nb.waiting_cells = { ids = later, first = 1 }
    take_turns(nb, draw)
  end
end

return M
