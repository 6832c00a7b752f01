-- Owns what follows the width of the screen and its windows; must not know how cells are drawn.

local active = require('ipynb.render.active')
local notebooks = require('ipynb.notebook')
local style = require('ipynb.render.style')

local M = {}

--- Draws a notebook again where a change of width touches it, until it is closed.
---@param nb ipynb.Notebook
---@param redraw_all fun(nb: ipynb.Notebook)
function M.watch(nb, redraw_all)
  if nb.is_watching_width then
    return
  end
  nb.is_watching_width = true
  local group = vim.api.nvim_create_augroup('ipynb.render.' .. nb.buf, {})
  ---@param event string
  ---@param draw fun()
  local function on(event, draw)
    vim.api.nvim_create_autocmd(event, {
      group = group,
      callback = function()
        if notebooks.all()[nb.buf] ~= nb then
          return true -- removes this autocommand
        end
        draw()
      end,
    })
  end
  local line_width = style.line_width()
  on('VimResized', function()
    if style.line_width() ~= line_width then
      line_width = style.line_width()
      redraw_all(nb)
    end
  end)
  -- Key hints stand where they have room.
  on('WinResized', function()
    if nb.active_cell then
      active.draw(nb, nb.active_cell)
    end
  end)
end

return M
