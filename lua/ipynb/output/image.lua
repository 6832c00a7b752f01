-- Owns saving and opening the images of a cell as asked; must not know what they are or how they
-- are written.

local host = require('ipynb.host')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

--- Saves an image of the current cell; the host says where.
---@param nb ipynb.Notebook
---@param path? string a file or a folder; nil: a new file beside the notebook
---@param is_forced boolean whether a file that is there may be overwritten
function M.save(nb, path, is_forced)
  local id = notebook.current_cell(nb)
  if id then
    local full = path and vim.fn.fnamemodify(vim.fs.normalize(path), ':p') or vim.NIL
    host.notify(nb, 'save_image', id, full, is_forced)
  end
end

--- Opens an image of the current cell in the system's viewer.
---@param nb ipynb.Notebook
function M.open(nb)
  local id = notebook.current_cell(nb)
  if id then
    host.notify(nb, 'open_image', id)
  end
end

--- Shows a file that the host has written.
---@param path string
function M.show(path)
  local _, problem = vim.ui.open(path)
  if problem then
    report.error(('no viewer for %s: %s'):format(vim.fs.basename(path), problem))
  end
end

return M
