-- Owns which highlighting a notebook has, tree-sitter's or syntax/ipynb.vim's; must not know how
-- either draws.
--
--   opened ─> syntax ─> parser there (loaded, or built by now) ─> trees, and syntax only for the
--                                                                 code whose parser is missing

local config = require('ipynb.config')
local edit_colors = require('ipynb.highlight.edit')
local notebook = require('ipynb.notebook')
local paint = require('ipynb.highlight.paint')
local parser = require('ipynb.highlight.parser')
local rivals = require('ipynb.highlight.rivals')
local trees = require('ipynb.highlight.trees')

local M = {}

--- Colours a notebook by its trees. Markdown, magics and `%%bash` cells have theirs in any case.
---@param nb ipynb.Notebook
local function start(nb)
  if notebook.get(nb.buf) ~= nb or not vim.api.nvim_buf_is_loaded(nb.buf) then
    return
  end
  vim.api.nvim_set_hl(0, '@function.macro.ipynb', { default = true, link = 'NotebookMagic' })
  paint.attach(nb)
  rivals.attach(nb.buf, trees.has_code_parser(nb))
end

--- Called when the notebook's language is known. Returns before anything is loaded or built.
---@param nb ipynb.Notebook
function M.attach(nb)
  edit_colors.watch()
  if config.get().treesitter == false then
    return
  end
  vim.schedule(function()
    parser.register()
    parser.ensure(function()
      start(nb)
    end)
  end)
end

return M
