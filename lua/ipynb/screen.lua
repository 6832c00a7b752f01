-- Owns what is drawn after cells came, went or changed; must not know why they did.

local cells = require('ipynb.render.cell')
local float = require('ipynb.float')
local notebook = require('ipynb.notebook')
local output = require('ipynb.render.output')

local M = {}

---@param nb ipynb.Notebook
---@param id string
function M.draw_output(nb, id)
  output.draw(nb, id, nb.cells[id].output)
end

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
    output.erase(nb, removed)
  end
  if #inserted > 0 then
    cells.draw(nb, inserted)
    for _, id in ipairs(inserted) do
      M.draw_output(nb, id)
    end
  end
  M.activate(nb)
  float.fit(nb)
end

--- The active cell follows the cursor; nothing happens while it stays in its cell.
---@param nb ipynb.Notebook
function M.activate(nb)
  cells.set_active(nb, notebook.current_cell(nb))
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
