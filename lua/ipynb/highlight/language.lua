-- Owns what follows from the language of a notebook's code: filetypes, colours, tab widths; must
-- not know who says which language it is.

local cell_render = require('ipynb.render.cell')
local edit_buffer = require('ipynb.text.edit_buffer')
local highlight = require('ipynb.highlight')
local notebook = require('ipynb.notebook')
local tabs = require('ipynb.text.tabs')

local M = {}

--- Gives an open notebook another language.
---@param nb ipynb.Notebook
---@param language string filetype
function M.change(nb, language)
  if nb.language == language then
    return
  end
  nb.language = language
  vim.b[nb.buf].ipynb_language = language
  tabs.follow_language(nb)
  for id in pairs(nb.edit_bufs) do
    edit_buffer.follow_type(nb, id)
  end
  vim.bo[nb.buf].filetype = 'ipynb' -- its syntax depends on the language
  highlight.attach(nb)
  cell_render.redraw_all(nb)
  notebook.emit(nb, 'LanguageChanged', { language = language })
end

return M
