-- Owns the edit buffers: one per cell, kept while the notebook is open; must not know windows.

local bounds = require('ipynb.render.markdown.bounds')
local facade = require('ipynb.text.facade')
local lsp = require('ipynb.lsp')
local mirror = require('ipynb.text.mirror')
local save = require('ipynb.file.save')
local tabs = require('ipynb.text.tabs')

local M = {}

local FILETYPES = { markdown = 'markdown', raw = 'text' }

--- Markdown that would end Neovim is text: `ftplugin/markdown.lua`, or the user, parses it.
---@param nb ipynb.Notebook
---@param cell_id string
---@return string
local function filetype(nb, cell_id)
  local is_markdown = nb.cells[cell_id].cell_type == 'markdown'
  if is_markdown and not bounds.is_survived(facade.content(nb, cell_id)) then
    return FILETYPES.raw
  end
  return FILETYPES[nb.cells[cell_id].cell_type] or nb.language
end

---@param nb ipynb.Notebook
---@param buf integer
---@param cell_id string
local function fill(nb, buf, cell_id)
  local levels = vim.bo[buf].undolevels
  vim.bo[buf].undolevels = -1
  local lines = facade.content(nb, cell_id)
  -- Put before the empty line, which then goes: replacing it would give `U` a line to restore.
  vim.api.nvim_buf_set_lines(buf, 0, 0, true, lines)
  vim.api.nvim_buf_set_lines(buf, #lines, -1, true, {})
  vim.bo[buf].undolevels = levels
  vim.bo[buf].modified = false
end

--- Short, for the statusline; whole where another notebook has taken that name.
---@param nb ipynb.Notebook
---@param buf integer
---@param cell_id string
local function set_name(nb, buf, cell_id)
  local short = ('ipynb://%s#%s'):format(vim.fn.fnamemodify(nb.path, ':~:.'), cell_id)
  -- E95: a buffer of that name exists.
  if not pcall(vim.api.nvim_buf_set_name, buf, short) then
    vim.api.nvim_buf_set_name(buf, ('ipynb://%s#%s'):format(nb.path, cell_id))
  end
end

---@param nb ipynb.Notebook
---@param cell_id string
---@param on_flushed fun()
---@return integer buf
local function create(nb, cell_id, on_flushed)
  local buf = vim.api.nvim_create_buf(false, false)
  set_name(nb, buf, cell_id)
  vim.bo[buf].swapfile = false
  vim.bo[buf].buftype = 'acwrite'
  vim.bo[buf].bufhidden = 'hide'
  vim.b[buf].ipynb_facade = nb.buf
  vim.b[buf].ipynb_cell_id = cell_id
  fill(nb, buf, cell_id)
  nb.edit_bufs[cell_id] = buf
  mirror.attach(nb, buf, cell_id, on_flushed)
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    buffer = buf,
    nested = true, -- it writes the facade
    callback = function(event)
      save.write_from_edit(nb, buf, event.file)
    end,
  })
  vim.api.nvim_create_autocmd('BufReadCmd', { -- `:edit!`, which detaches the buffer
    buffer = buf,
    callback = function()
      fill(nb, buf, cell_id)
      mirror.attach(nb, buf, cell_id, on_flushed)
    end,
  })
  nb.on_edit_buffer(buf)
  return buf
end

--- The buffer that holds the cell's text, made on first use and brought up to date.
---@param nb ipynb.Notebook
---@param cell_id string
---@param on_flushed fun() called after typed text has reached the facade
---@return integer buf
function M.get(nb, cell_id, on_flushed)
  local buf = nb.edit_bufs[cell_id]
  if not buf or not vim.api.nvim_buf_is_loaded(buf) then
    buf = create(nb, cell_id, on_flushed)
  else
    mirror.pull(nb, nb.mirrors[buf])
  end
  M.follow_type(nb, cell_id)
  tabs.align(nb, buf)
  return buf
end

--- Gives a cell's edit buffer, if it has one, the filetype of the cell's type.
---@param nb ipynb.Notebook
---@param cell_id string
function M.follow_type(nb, cell_id)
  local buf, wanted = nb.edit_bufs[cell_id], filetype(nb, cell_id)
  if buf and vim.bo[buf].filetype ~= wanted then
    vim.bo[buf].filetype = wanted
  end
  if buf then
    lsp.follow(nb, buf) -- after the filetype: its plugin sets 'omnifunc'
  end
end

return M
