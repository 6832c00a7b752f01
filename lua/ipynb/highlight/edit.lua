-- Owns the colours of IPython's own lines in edit buffers; must not know the facade's.
--
-- An edit buffer has the language's filetype and with it the user's own highlighting. A `%magic`
-- or `!shell` line is none of the language: where tree-sitter colours the buffer, the grammar
-- `ipynb` takes over, which gives the language all other lines; else a syntax match colours it.

local injection = require('ipynb.highlight.injection')

local M = {}

---@param buf integer
local function match_magics(buf)
  vim.api.nvim_buf_call(buf, function()
    vim.cmd([[
      syntax match ipynbMagic /^\s*\%(%%\?\h\|!\|?\).*$/ containedin=TOP
      syntax match ipynbMagic /^\s*\h[A-Za-z0-9_.]*??\?\s*$/ containedin=TOP
      syntax match ipynbMagic /\%(^\s*\h[A-Za-z0-9_., ]*=\s*\)\@200<=\%(!\|%\h\).*$/ containedin=TOP
      highlight default link ipynbMagic NotebookMagic
    ]])
  end)
end

--- The user's highlighting has started by now.
---@param buf integer
local function mend(buf)
  if not vim.api.nvim_buf_is_valid(buf) then
    return
  end
  local language = vim.bo[buf].filetype
  if not injection.has_magics(language) then
    return
  end
  if not vim.b[buf].ts_highlight then
    match_magics(buf)
  elseif require('ipynb.highlight.parser').status().state == 'loaded' then
    vim.treesitter.start(buf, 'ipynb')
  end
end

--- Watches for edit buffers that get their filetype.
function M.watch()
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('ipynb.edit_colors', {}),
    pattern = { 'python', 'sage' },
    callback = function(event)
      if vim.b[event.buf].ipynb_cell_id then
        vim.schedule(function()
          mend(event.buf)
        end)
      end
    end,
  })
end

return M
