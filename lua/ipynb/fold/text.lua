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
  for at = row, math.min(end_row, row + MAX_BLANK) - 1 do
    local line = vim.api.nvim_buf_get_lines(nb.buf, at, at + 1, true)[1]
    if line:find('%S') then
      local text = vim.trim(line):gsub('%c', ' ')
      return #text > MAX_TEXT and vim.fn.strcharpart(text, 0, MAX_TEXT) or text
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
---@param look ipynb.BorderStyle
---@return ipynb.Chunk[]
local function cell_chunks(nb, id, look)
  look.is_active = nb.active_cell == id
  local chunks = border.top(nb.cells[id], look)
  local filler = table.remove(chunks)
  chunks[1] = { look.glyphs.closed .. ' ', look.is_active and filler[2] or 'NotebookHint' }
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
---@param look ipynb.BorderStyle
---@return ipynb.Chunk[]
local function own_chunks(nb, row, end_row, look)
  local _, first = nb.layout:at(row)
  local _, last = nb.layout:at(end_row - 1)
  local cells = last == first and '1 cell' or ('%d cells'):format(last - first + 1)
  local text = ('%s %d lines in %s '):format(look.glyphs.closed, end_row - row, cells)
  return { { text, 'NotebookFold' }, { look.top_filler, 'NotebookCellBorder' } }
end

---@param nb ipynb.Notebook
---@param row integer
---@param end_row integer
---@return string? id of the cell that the fold is; nil: another fold
local function cell_of(nb, row, end_row)
  local id = nb.layout:at(row)
  if id then
    local first, last = nb.layout:range(id)
    return first == row and last == end_row and id or nil
  end
end

--- Neovim asks for each closed fold in view. A cell's border would hide what is said, so it is
--- said over the border, by the provider below.
---@return ipynb.Chunk[]|string
function M.text()
  local nb, row, end_row = notebook.get(), vim.v.foldstart - 1, vim.v.foldend
  if not nb or nb.layout:count() == 0 then
    return vim.fn.foldtext()
  elseif cell_of(nb, row, end_row) then
    return ' '
  end
  return own_chunks(nb, row, end_row, style.of(nb))
end

---@param nb ipynb.Notebook
---@param win integer
---@param row integer
---@param look ipynb.BorderStyle
local function draw_line(nb, win, row, look)
  local end_row = vim.api.nvim_win_call(win, function()
    return vim.fn.foldclosedend(row + 1)
  end)
  if end_row == -1 then
    return
  end
  local id = cell_of(nb, row, end_row)
  vim.api.nvim_buf_set_extmark(nb.buf, NS, row, 0, {
    virt_text = id and cell_chunks(nb, id, look) or own_chunks(nb, row, end_row, look),
    virt_text_win_col = 0,
    hl_mode = 'replace',
    priority = PRIORITY,
    ephemeral = true,
  })
end

--- Draws in windows for which `is_used` says so; others cost one call at each redraw.
---@param is_used fun(win: integer): boolean
function M.draw_where(is_used)
  local nb, look
  vim.api.nvim_set_decoration_provider(NS, {
    on_win = function(_, win, buf)
      nb = notebook.get(buf)
      if not nb or nb.layout:count() == 0 or not is_used(win) then
        return false
      end
      look = style.of(nb)
    end,
    on_line = function(_, win, _, row)
      draw_line(nb, win, row, look)
    end,
  })
end

return M
