-- Owns the line that stands for a closed fold in the notebook; must not know how folds are made.

local border = require('ipynb.render.border')
local notebook = require('ipynb.notebook')
local style = require('ipynb.render.style')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.folds')

--- Above a cell's border and below its run state, which is right of it.
local PRIORITY = 205

--- Lines looked at for the first one that is not blank.
local MAX_BLANK = 50
local MAX_TEXT = 200

--- The first line of a cell's text that says something; no control characters.
---@param nb ipynb.Notebook
---@param id string
---@return string
function M.first_line(nb, id)
  local row, end_row = nb.layout:content(id)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, row, math.min(end_row, row + MAX_BLANK), true)
  for _, line in ipairs(lines) do
    if line:find('%S') then
      return (vim.fn.strcharpart(vim.trim(line):gsub('%c', ' '), 0, MAX_TEXT))
    end
  end
  return ''
end

---@param nb ipynb.Notebook
---@param id string
---@return string
local function size(nb, id)
  local height = nb.layout:height(id)
  local text = height == 1 and '1 line' or ('%d lines'):format(height)
  return nb.cells[id].output_count > 0 and text .. ', output' or text
end

---@param nb ipynb.Notebook
---@param id string
---@return ipynb.Chunk[]
local function cell_chunks(nb, id)
  local cell, look = nb.cells[id], style.of(nb)
  look.is_active = nb.active_cell == id
  local chunks = border.top(cell, look)
  local filler = table.remove(chunks)
  chunks[1] = { look.glyphs.closed .. ' ', filler[2] }
  local text = M.first_line(nb, id)
  if text ~= '' then
    chunks[#chunks + 1] = { ' ' .. text, 'NotebookFold' }
    chunks[#chunks + 1] = { look.glyphs.separator, 'NotebookHint' }
  end
  chunks[#chunks + 1] = { size(nb, id) .. ' ', 'NotebookHint' }
  chunks[#chunks + 1] = filler
  return chunks
end

--- A fold of the user's own, over cells or a part of one.
---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@return ipynb.Chunk[]
local function own_chunks(nb, row, end_row)
  local look = style.of(nb)
  local _, first = nb.layout:at(row)
  local _, last = nb.layout:at(end_row - 1)
  local cells = last == first and '1 cell' or ('%d cells'):format(last - first + 1)
  local text = ('%s %d lines in %s '):format(look.glyphs.closed, end_row - row, cells)
  return { { text, 'NotebookFold' }, { look.top_filler, 'NotebookCellBorder' } }
end

---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@return ipynb.Chunk[]? chunks nil: no cells here
local function chunks_of(nb, row, end_row)
  local id = nb.layout:at(row)
  if not id then
    return nil
  end
  local first, last = nb.layout:range(id)
  if first == row and last == end_row then
    return cell_chunks(nb, id)
  end
  return own_chunks(nb, row, end_row)
end

--- Neovim asks for each closed fold in view; a cell's border would hide what is said, so the
--- provider below says it over the border again.
---@return ipynb.Chunk[]|string
function M.text()
  local nb = notebook.get()
  return nb and chunks_of(nb, vim.v.foldstart - 1, vim.v.foldend) or vim.fn.foldtext()
end

---@param win integer
---@param buf integer
---@param row integer
local function draw_line(_, win, buf, row)
  local nb = notebook.get(buf)
  local last = nb
    and vim.api.nvim_win_call(win, function()
      return vim.fn.foldclosedend(row + 1)
    end)
  local chunks = last and last ~= -1 and chunks_of(nb, row, last)
  if chunks then
    vim.api.nvim_buf_set_extmark(buf, NS, row, 0, {
      virt_text = chunks,
      virt_text_win_col = 0,
      hl_mode = 'replace',
      priority = PRIORITY,
      ephemeral = true,
    })
  end
end

--- Draws in windows for which `is_used` says so; others cost one call at each redraw.
---@param is_used fun(win: integer): boolean
function M.draw_where(is_used)
  vim.api.nvim_set_decoration_provider(NS, {
    on_win = function(_, win, buf)
      return notebook.get(buf) ~= nil and is_used(win)
    end,
    on_line = draw_line,
  })
end

return M
