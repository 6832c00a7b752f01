-- Owns when markdown cells are rendered: those in view, at the redraw that shows them; must not
-- know how markdown looks.
--
--   change ─> on_lines: notes rows, takes displaced blanks out
--   redraw ─> on_win: reads the cells in view that changed, puts blanks into their tables
--             on_line: draws the marks of one line, for this redraw only

local config = require('ipynb.config')
local notebook = require('ipynb.notebook')
local parse = require('ipynb.render.markdown.parse')
local plugins = require('ipynb.render.markdown.plugins')
local store = require('ipynb.render.markdown.store')
local windows = require('ipynb.render.markdown.windows')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.markdown')

--- The markdown cells between two rows, but the one that is edited.
---@param nb ipynb.Notebook
---@param first_row integer
---@param last_row integer
---@return string[] ids
local function in_view(nb, first_row, last_row)
  local found = {}
  local _, first = nb.layout:at(first_row)
  local _, last = nb.layout:at(last_row)
  for index = first or 1, last or 0 do
    local id = nb.layout:id_at(index)
    if nb.edit and nb.edit.cell_id == id then
      store.forget(nb.markdown, nb.buf, id)
    elseif nb.cells[id].cell_type == 'markdown' then
      found[#found + 1] = id
    end
  end
  return found
end

--- Whether markdown is drawn here, and not by another plugin or not at all.
---@param nb ipynb.Notebook
---@return boolean
function M.is_rendered(nb)
  local options = config.get().markdown
  return not (options and options.render == false) and not plugins.draw(nb.buf)
end

---@param win integer
---@param buf integer
---@param first_row integer
---@param last_row integer
---@return boolean is_drawn
local function on_win(_, win, buf, first_row, last_row)
  local nb = notebook.all()[buf]
  if not nb then
    return false
  end
  local state = store.of(nb)
  if not M.is_rendered(nb) then
    store.forget_all(state, buf)
    return false
  end
  store.take_changes(nb, state)
  local ids = in_view(nb, first_row, last_row)
  if #ids == 0 then
    return false
  end
  store.set_view(state, buf, windows.view(buf))
  state.source_row = windows.source_row(win)
  for _, id in ipairs(ids) do
    store.prepare(nb, id)
  end
  return true
end

--- Whether a mark shows. The active cell's background lies over that of code: only what is
--- beyond the text would have it.
---@param nb ipynb.Notebook
---@param id string
---@param row integer
---@param opts vim.api.keyset.set_extmark
---@return boolean
local function is_shown(nb, id, row, opts)
  if opts.hl_group then
    return opts.hl_group ~= 'NotebookCodeBlock' or id ~= nb.active_cell
  end
  return row ~= nb.markdown.source_row
end

---@param buf integer
---@param row integer
local function on_line(_, _, buf, row)
  local nb = notebook.all()[buf]
  local id = nb.layout:at(row)
  local cell = id and nb.markdown.cells[id]
  if not cell or nb.cells[id].cell_type ~= 'markdown' then
    return
  end
  for _, mark in ipairs(cell.rows[row - nb.layout:content(id)] or {}) do
    local opts = mark.opts
    if is_shown(nb, id, row, opts) then
      opts.end_row = opts.end_col and (mark.is_whole and row + 1 or row) or nil
      vim.api.nvim_buf_set_extmark(buf, NS, row, mark.col, opts)
    end
  end
end

--- Starts rendering, where Neovim's own markdown parsers are there.
---@param nb ipynb.Notebook
---@param group integer that ends with the notebook
function M.watch(nb, group)
  if not parse.is_available() then
    return
  end
  vim.api.nvim_set_decoration_provider(NS, { on_win = on_win, on_line = on_line })
  windows.watch(nb.buf, group)
end

return M
