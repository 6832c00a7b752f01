-- Owns what Vim ties to rows and a person to cells: letter marks, closed folds. They are kept
-- over the rows' replacement; must not know why rows are replaced.

local fold = require('ipynb.fold')
local letter_marks = require('ipynb.text.letter_marks')

local M = {}

---@class ipynb.Places
---@field order string[] cells as they stood
---@field marks ipynb.LetterMark[]
---@field folds ipynb.FoldStates

---@param nb ipynb.Notebook
---@param first? integer index of the first cell that may go; nil: all may
---@param last? integer
---@return ipynb.Places
function M.take(nb, first, last)
  local order = nb.layout:ids()
  local ids = order
  if first and last then -- with the neighbours
    ids = vim.list_slice(order, math.max(first - 1, 1), math.min(last + 1, #order))
  end
  return { order = order, marks = letter_marks.take(nb), folds = fold.states(nb, ids) }
end

--- Cells that came or changed, and those above gaps that others left.
---@param nb ipynb.Notebook
---@param order string[] cells as they stood
---@param travel ipynb.Travel
---@return string[] ids
local function changed(nb, order, travel)
  local ids = vim.tbl_filter(function(id)
    return nb.layout:index(id) ~= nil
  end, vim.tbl_keys(vim.tbl_extend('keep', {}, travel.inserted, travel.touched)))
  local above = nil
  for _, id in ipairs(next(travel.removed) and order or {}) do
    if not travel.removed[id] then
      above = nb.layout:index(id) and id
    elseif above ~= ids[#ids] then
      ids[#ids + 1] = above or nb.layout:id_at(1)
    end
  end
  return ids
end

---@param nb ipynb.Notebook
---@param places ipynb.Places
---@param travel ipynb.Travel
function M.restore(nb, places, travel)
  letter_marks.restore(nb, places.marks, travel)
  if next(places.folds) then
    fold.restore(nb, places.folds, changed(nb, places.order, travel))
  end
end

return M
