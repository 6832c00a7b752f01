-- Owns how wide a tab is: the same in the facade as in the edit buffers, so that text stands still
-- when a cell is entered; must not know windows.

local M = {}

--- Takes the language's own width, unless the user has set one for notebooks.
---@param nb ipynb.Notebook
function M.follow_language(nb)
  local bo = vim.bo[nb.buf]
  if bo.tabstop ~= vim.go.tabstop and bo.tabstop ~= nb.language_tabstop then
    return
  end
  -- Fails when a language has no proper name, or its ftplugin an error.
  local ok, width = pcall(vim.filetype.get_option, nb.language, 'tabstop')
  if ok and type(width) == 'number' then
    bo.tabstop, nb.language_tabstop = width, width
  end
end

--- Gives an edit buffer the facade's width. What its ftplugin says of indents stays as it is.
---@param nb ipynb.Notebook
---@param buf integer
function M.align(nb, buf)
  local bo, facade = vim.bo[buf], vim.bo[nb.buf]
  if bo.tabstop ~= facade.tabstop and bo.shiftwidth == 0 then
    bo.shiftwidth = bo.tabstop -- 0 means that of a tab
  end
  if bo.tabstop ~= facade.tabstop or bo.vartabstop ~= facade.vartabstop then
    bo.tabstop, bo.vartabstop = facade.tabstop, facade.vartabstop
  end
end

return M
