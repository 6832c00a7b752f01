-- Owns when cells are drawn: a batch, a state change, the active cell, the whole notebook in
-- turns; must not know kernels, keys or text.

local active = require('ipynb.render.active')
local marks = require('ipynb.render.marks')
local output = require('ipynb.render.output')
local resize = require('ipynb.render.resize')
local spinner = require('ipynb.render.spinner')
local style = require('ipynb.render.style')

local M = {}

--- How long drawing a large notebook may keep a key waiting.
local CHUNK_MS = 5
--- Cells drawn between two looks at the clock.
local CELLS_PER_CHECK = 16

---@param nb ipynb.Notebook
---@param id string
---@return ipynb.BorderStyle
local function style_of(nb, id)
  local look = style.of(nb)
  look.is_active = nb.active_cell == id
  return look
end

---@param nb ipynb.Notebook
---@param id string
---@param look ipynb.BorderStyle
local function draw_one(nb, id, look)
  look.is_active = nb.active_cell == id
  marks.draw_top(nb, id, look)
  marks.draw_bottom(nb, id, look)
  marks.draw_fill(nb, id)
  if nb.cells[id].execution_state == 'busy' then
    spinner.add(nb, id, M.draw_border)
  end
end

--- Draws borders, sign and background of some cells, where the layout has them.
---@param nb ipynb.Notebook
---@param ids string[]
function M.draw(nb, ids)
  local look = style.of(nb)
  for _, id in ipairs(ids) do
    if nb.layout:index(id) then
      draw_one(nb, id, look)
    end
  end
  if vim.list_contains(ids, nb.active_cell) then
    active.draw(nb, nb.active_cell)
  end
end

--- Removes all marks of some cells, also of cells the layout no longer has.
---@param nb ipynb.Notebook
---@param ids string[]
function M.erase(nb, ids)
  for _, id in ipairs(ids) do
    marks.erase(nb, id)
  end
  if vim.list_contains(ids, nb.active_cell) then
    nb.active_cell = nil
    active.draw(nb, nil)
  end
end

--- Draws a cell's top border again: its run state, count or time changed.
---@param nb ipynb.Notebook
---@param id string
function M.draw_border(nb, id)
  if not nb.layout:index(id) then
    return
  end
  marks.draw_top(nb, id, style_of(nb, id))
  if nb.cells[id].execution_state == 'busy' then
    spinner.add(nb, id, M.draw_border)
  elseif nb.active_cell == id then
    active.draw(nb, id) -- a cell that has got output has one more key to name
  end
end

---@param nb ipynb.Notebook
---@param id? string
local function draw_borders(nb, id)
  if id and nb.layout:index(id) then
    local look = style_of(nb, id)
    marks.draw_top(nb, id, look)
    marks.draw_bottom(nb, id, look)
  end
end

--- Makes a cell the active one; call it again when editing starts or ends.
---@param nb ipynb.Notebook
---@param id? string
function M.set_active(nb, id)
  local before, is_editing = nb.active_cell, nb.edit ~= nil
  if before == id and nb.active_is_editing == is_editing then
    return
  end
  nb.active_cell, nb.active_is_editing = id, is_editing
  if before ~= id then
    draw_borders(nb, before)
    draw_borders(nb, id)
  end
  active.draw(nb, id)
end

---@param nb ipynb.Notebook
---@return string[] ids of the cells in view, in any window
local function visible_ids(nb)
  local ids = {}
  for _, win in ipairs(vim.fn.win_findbuf(nb.buf)) do
    local info = vim.fn.getwininfo(win)[1]
    local _, first = nb.layout:at(info.topline - 1)
    -- Before the first redraw of a window `botline` is not known.
    local _, last = nb.layout:at(math.max(info.botline, info.topline + info.height) - 1)
    for index = first or 1, last or 0 do
      ids[#ids + 1] = nb.layout:id_at(index)
    end
  end
  return ids
end

--- Draws outputs that were never drawn: those of a notebook that has just been opened.
---@param nb ipynb.Notebook
---@param id string
local function draw_first_output(nb, id)
  if nb.cells[id].output and not nb.marks[id].output then
    output.draw(nb, id, nb.cells[id].output)
  end
end

--- Draws cells until the time is up.
---@param nb ipynb.Notebook
---@param ids string[]
---@param index integer of the first one to draw
---@return integer index of the first one not drawn
local function draw_chunk(nb, ids, index)
  local look, start_ns = style.of(nb), vim.uv.hrtime()
  while index <= #ids do
    local id = ids[index]
    -- A cell may have gone between two turns.
    if nb.layout:index(id) then
      draw_one(nb, id, look)
      draw_first_output(nb, id)
    end
    index = index + 1
    if index % CELLS_PER_CHECK == 0 and vim.uv.hrtime() - start_ns > CHUNK_MS * 1e6 then
      break
    end
  end
  return index
end

--- Draws all cells, with outputs not drawn yet: those in view at once, the others in short
--- turns of the event loop.
---@param nb ipynb.Notebook
function M.redraw_all(nb)
  resize.watch(nb, M.redraw_all)
  local visible = visible_ids(nb)
  M.draw(nb, visible)
  for _, id in ipairs(visible) do
    draw_first_output(nb, id)
  end
  active.draw(nb, nb.active_cell)

  local ids = vim.list_slice(nb.layout:ids())
  nb.draw_turn = (nb.draw_turn or 0) + 1
  local turn, index = nb.draw_turn, 1
  local function draw_rest()
    if nb.draw_turn ~= turn or not vim.api.nvim_buf_is_loaded(nb.buf) then
      return
    end
    index = draw_chunk(nb, ids, index)
    if index <= #ids then
      vim.defer_fn(draw_rest, 1)
    end
  end
  vim.defer_fn(draw_rest, 1)
end

return M
