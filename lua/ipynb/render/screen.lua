-- Owns what is drawn after cells came, went or changed; must not know why they did.

local cells = require('ipynb.render.cell')
local edit_buffer = require('ipynb.text.edit_buffer')
local fit = require('ipynb.float.fit')
local float = require('ipynb.float')
local notebook = require('ipynb.notebook')

local M = {}

--- Brings marks and float after a structural change or a walk through the undo history.
---@param nb ipynb.Notebook
---@param travel ipynb.Travel
function M.follow(nb, travel)
  local removed, inserted = vim.tbl_keys(travel.removed), vim.tbl_keys(travel.inserted)
  if nb.edit and not nb.layout:index(nb.edit.cell_id) then
    float.close(nb)
  end
  if #removed > 0 then
    cells.erase(nb, removed)
  end
  if #inserted > 0 then
    cells.draw(nb, inserted)
  end
  if nb.edit and travel.inserted[nb.edit.cell_id] then
    edit_buffer.follow_type(nb, nb.edit.cell_id)
  end
  M.activate(nb)
  float.fit(nb)
end

--- Scrolls the facade so that a cell and as much of its output as fits are in view.
---@param nb ipynb.Notebook
---@param id string
function M.reveal(nb, id)
  local win = nb.edit and nb.edit.parent or vim.api.nvim_get_current_win()
  if not vim.api.nvim_win_is_valid(win) or vim.api.nvim_win_get_buf(win) ~= nb.buf then
    return
  end
  local row, end_row = nb.layout:content(id)
  fit.make_room(win, row, end_row - row + #(nb.cells[id].output or {}))
  float.fit(nb)
end

---@param nb ipynb.Notebook
---@param id string
local function is_last(nb, id)
  return nb.layout:index(id) == nb.layout:count()
end

--- The output of a cell was drawn: that of the cell in hand is looked at while it runs.
---@param nb ipynb.Notebook
---@param id string
function M.reveal_drawn(nb, id)
  if id == nb.active_cell and (nb.cells[id].execution_state ~= 'idle' or is_last(nb, id)) then
    M.reveal(nb, id)
  end
end

--- The active cell follows the cursor; nothing happens while it stays in its cell. No key goes
--- below the last line, so the output under the last cell comes into view with that cell.
---@param nb ipynb.Notebook
function M.activate(nb)
  local id = notebook.current_cell(nb)
  local is_new = id ~= nb.active_cell
  cells.set_active(nb, id)
  if is_new and id and is_last(nb, id) then
    M.reveal(nb, id)
  end
end

---@param nb ipynb.Notebook
---@param group integer
function M.watch(nb, group)
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'BufEnter' }, {
    group = group,
    buffer = nb.buf,
    callback = function()
      M.activate(nb)
    end,
  })
end

return M
