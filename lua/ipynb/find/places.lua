-- Owns the lists of places in a notebook to choose from: cells, headings; must not know pickers.

local config = require('ipynb.config')
local facade = require('ipynb.text.facade')
local fold_text = require('ipynb.fold.text')
local glyphs = require('ipynb.render.glyphs')
local outline = require('ipynb.find.outline')

local M = {}

---@class ipynb.Place a line of a cell, as an entry of a picker
---@field text string one line, no control characters
---@field cell_id string
---@field row integer 0-based line in the cell
---@field preview fun(): string[], string the cell's text and its filetype

---@param nb ipynb.Notebook
---@param id string
---@return fun(): string[], string
local function preview_of(nb, id)
  return function()
    if not nb.layout:index(id) then
      return {}, ''
    end
    local cell_type = nb.cells[id].cell_type
    return facade.content(nb, id), cell_type == 'code' and nb.language or cell_type
  end
end

---@param cell ipynb.Cell
---@return string
local function label(cell)
  if cell.cell_type ~= 'code' then
    return cell.cell_type
  end
  local is_running = cell.execution_state == 'queued' or cell.execution_state == 'busy'
  return ('[%s]'):format(is_running and '*' or cell.execution_count or ' ')
end

---@param cell ipynb.Cell
---@param signs ipynb.Glyphs
---@return string
local function state(cell, signs)
  local shown = { queued = signs.queued, busy = signs.spinner[1], ok = signs.ok }
  shown.error, shown.cancelled = signs.error, signs.cancelled
  return shown[cell.execution_state] or ' '
end

--- All cells: number, count or type, state, first line of text.
---@param nb ipynb.Notebook
---@return ipynb.Place[]
function M.cells(nb)
  local signs = glyphs.get(glyphs.is_ascii(config.get()))
  local width = #tostring(nb.layout:count())
  local places = {}
  for index, id in ipairs(nb.layout:ids()) do
    local cell, number = nb.cells[id], ('%%%dd'):format(width):format(index)
    local parts = { number, ('%-8s'):format(label(cell)), state(cell, signs) }
    parts[4] = fold_text.first_line(nb, id)
    places[index] = {
      text = table.concat(parts, ' '),
      cell_id = id,
      row = 0,
      preview = preview_of(nb, id),
    }
  end
  return places
end

--- The headings of all markdown cells, indented by their level.
---@param nb ipynb.Notebook
---@return ipynb.Place[]
function M.headings(nb)
  local places = {}
  for _, id in ipairs(nb.layout:ids()) do
    local is_markdown = nb.cells[id].cell_type == 'markdown'
    for _, heading in ipairs(is_markdown and outline.headings(facade.content(nb, id)) or {}) do
      local text = heading.text:gsub('%c', ' ')
      places[#places + 1] = {
        text = ('  '):rep(heading.level - 1) .. text,
        cell_id = id,
        row = heading.row,
        preview = preview_of(nb, id),
      }
    end
  end
  return places
end

return M
