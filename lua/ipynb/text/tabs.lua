-- Owns how wide a tab is: the same in the facade as in the edit buffers, so that text stands still
-- when a cell is entered; must not know windows.

local M = {}

--- Widths by language and 'tabstop', as ftplugins take a while: the whole mutable state of this
--- module.
---@type table<string, integer>
local known = {}

--- The width that the language's ftplugin sets.
---@param language string
---@return integer? width nil: not known
local function ftplugin_width(language)
  local buf = vim.api.nvim_create_buf(false, true)
  -- Fails when a ftplugin has an error, or there are to be none.
  local ok = pcall(vim.api.nvim_buf_call, buf, function()
    local of_plugins = { group = 'filetypeplugin', pattern = language, modeline = false }
    vim.api.nvim_exec_autocmds('FileType', of_plugins)
  end)
  local width = ok and vim.bo[buf].tabstop or nil
  vim.api.nvim_buf_delete(buf, { force = true })
  return width
end

--- The width in a file of the language: of the shadow, once it is one, else as its ftplugin sets
--- it. Not by vim.filetype.get_option(): to the buffer without a name which that makes the user's
--- servers come, and ruff ends of it.
---@param nb ipynb.Notebook
---@return integer? width nil: not known
local function language_width(nb)
  if vim.bo[nb.shadow].filetype == nb.language then
    return vim.bo[nb.shadow].tabstop
  elseif not nb.language:match('^[%w_-]+$') then
    return nil -- what loads ftplugins would run it
  end
  local key = nb.language .. vim.go.tabstop
  known[key] = known[key] or ftplugin_width(nb.language)
  return known[key]
end

--- Takes the language's own width, unless the user has set one for notebooks.
---@param nb ipynb.Notebook
function M.follow_language(nb)
  local bo = vim.bo[nb.buf]
  if bo.tabstop ~= vim.go.tabstop and bo.tabstop ~= nb.language_tabstop then
    return
  end
  local width = language_width(nb)
  if width then
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
