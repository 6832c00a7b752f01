-- Owns the set-up of all drawing: highlight groups, and what follows the windows' widths.

local active = require('ipynb.render.active')
local cell = require('ipynb.render.cell')
local highlights = require('ipynb.render.highlights')
local notebooks = require('ipynb.notebook')

local M = {}

--- Defines the groups, and draws again what a change of width touches. Call it once.
function M.setup()
  highlights.setup()
  local group = vim.api.nvim_create_augroup('ipynb.render', {})
  vim.api.nvim_create_autocmd('VimResized', {
    group = group,
    desc = 'Borders as long as the screen is wide',
    callback = function()
      for _, nb in pairs(notebooks.all()) do
        cell.redraw_all(nb)
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinResized', {
    group = group,
    desc = 'Key hints where they have room',
    callback = function()
      for _, nb in pairs(notebooks.all()) do
        if nb.active_cell then
          active.draw(nb, nb.active_cell)
        end
      end
    end,
  })
end

return M
