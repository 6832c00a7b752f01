-- Owns undo and redo as asked by keys: the walk, then the screen; must not know how text goes back.

local diagnostics = require('ipynb.lsp.servers.diagnostics')
local float = require('ipynb.float')
local fold = require('ipynb.fold')
local history = require('ipynb.text.history')
local host = require('ipynb.host')
local report = require('ipynb.report')
local screen = require('ipynb.render.screen')
local undo = require('ipynb.text.undo')

local M = {}

--- Puts the cursor where undo changed text. In the facade it never stays on a marker line; the
--- float moves to the cell that changed.
---@param nb ipynb.Notebook
---@param travel ipynb.Travel
---@param place? ipynb.UndoPlace
local function go_to_change(nb, travel, place)
  if not place or nb.edit and not travel.touched[place.cell_id] then
    return
  end
  if not nb.edit then
    local row = nb.layout:content(place.cell_id)
    vim.api.nvim_win_set_cursor(0, { row + place.row + 1, place.col or 0 })
    if not travel.inserted[place.cell_id] then -- a closed cell comes back closed
      fold.follow_move(vim.api.nvim_get_current_win(), 'undo')
    end
  elseif nb.edit.cell_id ~= place.cell_id then
    float.open(nb, place.cell_id, { row = place.row, col = place.col or 0 })
  elseif not place.col then
    vim.api.nvim_win_set_cursor(nb.edit.win, { place.row + 1, 0 })
  end
  if not place.col then
    vim.cmd('normal! ^')
  end
end

---@param nb ipynb.Notebook
---@param command ipynb.UndoCommand
function M.run(nb, command)
  host.ensure(nb)
  local travel, message, place
  diagnostics.while_many(nb, math.max(1, history.most_changes(nb.history)), function()
    travel, message, place = undo.travel(nb, command)
  end)
  report.echo(message)
  if not travel then
    if vim.api.nvim_get_mode().mode == 'n' then
      -- CTRL-_ is no command: it fails as Neovim's own `u` does, so that a macro stops here.
      vim.api.nvim_feedkeys('\31', 'ni', false)
    end
    return
  end
  screen.follow(nb, travel)
  go_to_change(nb, travel, place)
end

return M
