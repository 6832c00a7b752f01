-- Owns formatting cells by conform.nvim, as the user has it format files of the notebook's
-- language; must not know language servers.
--
-- conform.nvim formats buffers: each cell is shown to it in one of its own.

local format = require('ipynb.format')
local mirror = require('ipynb.text.mirror')
local notebook = require('ipynb.notebook')
local shadow_file = require('ipynb.lsp.shadow.file')

local M = {}

--- Buffers are numbered, the whole mutable state of this module.
local last_no = 0

--- Loads the plugin where it is loaded when it is asked for.
---@return table? conform
local function plugin()
  local ok, conform = pcall(require, 'conform')
  return ok and type(conform) == 'table' and conform.list_formatters_to_run and conform or nil
end

--- A buffer of the language, beside the notebook: formatters look for their settings from there.
--- Nobody is told of it.
---@param nb ipynb.Notebook
---@return integer buf
local function new_buffer(nb)
  last_no = last_no + 1
  local buf, ignored = vim.api.nvim_create_buf(false, true), vim.o.eventignore
  vim.o.eventignore = 'all'
  local extension = shadow_file.extension(nb.language)
  vim.api.nvim_buf_set_name(buf, ('%s.format%d.%s'):format(nb.path, last_no, extension))
  vim.bo[buf].filetype = nb.language
  vim.o.eventignore = ignored
  return buf
end

---@param buf integer
local function drop(buf)
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_delete(buf, { force = true })
  end
end

---@param nb ipynb.Notebook
---@param conform table
---@param cell ipynb.FormatCell
---@param on_done ipynb.FormatDone
---@return fun() cancel
local function run(nb, conform, cell, on_done)
  local buf = new_buffer(nb)
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, cell.hidden)
  local options = { bufnr = buf, async = true, lsp_format = 'never', quiet = true }
  conform.format(options, function(problem)
    if vim.api.nvim_buf_is_valid(buf) then
      local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, true)
      drop(buf)
      on_done(lines, problem)
    end
  end)
  return function()
    drop(buf)
  end
end

--- What the user has for the notebook's language.
---@param nb ipynb.Notebook
---@return ipynb.Formatter? formatter nil: no conform.nvim, or it has nothing for the language
function M.formatter(nb)
  local conform = nb.language ~= '' and plugin()
  if not conform then
    return nil
  end
  local buf = new_buffer(nb)
  local found = conform.list_formatters_to_run(buf)
  drop(buf)
  if #found == 0 then
    return nil
  end
  return {
    name = 'conform',
    run = function(_, cell, on_done)
      return run(nb, conform, cell, on_done)
    end,
  }
end

---@param buf integer
---@return boolean
function M.can(buf)
  local nb = notebook.get(buf)
  return nb ~= nil and M.formatter(nb) ~= nil
end

--- The cells of facade or edit buffer, or those of them in a range.
---@param nb ipynb.Notebook
---@param buf integer
---@param range? { start: integer[], end: integer[] } of buffer lines, from 1
---@return string[] ids
local function cells_of(nb, buf, range)
  local own = nb.mirrors[buf]
  if own then
    return { own.cell_id }
  end
  return vim.tbl_filter(function(id)
    local row, end_row = nb.layout:range(id)
    return not range or row < range['end'][1] and end_row >= range.start[1]
  end, nb.layout:ids())
end

--- The formatter that conform.nvim finds as "notebook": the facade is not modifiable, so its cells
--- are formatted here, and conform.nvim gets the lines that it gave. In a float it gets the cell's.
---@param context { buf: integer, range: table? } conform.Context
---@param lines string[]
---@param callback fun(problem: string?, lines: string[]?)
function M.answer(context, lines, callback)
  local nb = notebook.get(context.buf)
  local formatter = nb and M.formatter(nb)
  if not nb or not formatter then
    callback(nil, lines)
    return
  end
  mirror.flush(nb)
  local own = nb.mirrors[context.buf]
  local before = format.texts(nb, cells_of(nb, context.buf, context.range))
  format.cells(nb, formatter, { options = {} }, before, function(after, problem)
    if not own then
      format.put(nb, before, after)
    end
    callback(problem, own and after[own.cell_id] or lines)
  end)
end

return M
