-- Owns the actions of finding the way by name: jumps, folds, text objects; must not know keys or
-- how they are done.

local calls = require('ipynb.commands.call')
local fold = require('ipynb.fold')
local jump = require('ipynb.find.jump')
local output_fold = require('ipynb.output.fold')
local picker = require('ipynb.find.picker')
local places_list = require('ipynb.find.places')
local report = require('ipynb.report')
local text_object = require('ipynb.cells.text_object')

local ALL = { 'n', 'x' }
local OBJECT = { 'x', 'o' }

---@param nb ipynb.Notebook
---@param title string
---@param places ipynb.Place[]
---@param nothing string said when there are none
local function pick(nb, title, places, nothing)
  if #places == 0 then
    report.info(nothing)
    return
  end
  jump.to_facade(nb)
  picker.open({
    title = title,
    places = places,
    choose = function(place)
      jump.to(nb, place.cell_id, place.row)
    end,
  })
end

---@param nb ipynb.Notebook
---@return integer? win the notebook's, where its cells are folds; nil: it is said why not
local function folding_window(nb)
  local win = jump.to_facade(nb) and vim.api.nvim_get_current_win()
  if not win then
    report.info('the notebook is in no window')
  elseif vim.wo[win].foldmethod == 'manual' then
    fold.use(nb, win)
    return win
  else
    report.info(("cells are no folds here: 'foldmethod' is %s"):format(vim.wo[win].foldmethod))
  end
end

---@param keys string
local function fold_all(keys)
  return function(nb)
    if folding_window(nb) then
      vim.cmd.normal({ keys, bang = true })
    end
  end
end

---@param select fun(nb: ipynb.Notebook, count: integer)
local function object(select)
  return function(nb, call)
    select(nb, call.count or 1)
  end
end

---@type ipynb.Action[]
return {
  {
    name = 'JumpToCell',
    key = 'jump_to_cell',
    run = function(nb)
      pick(nb, 'Cells', places_list.cells(nb), 'no cells')
    end,
  },
  {
    name = 'Outline',
    key = 'outline',
    run = function(nb)
      pick(nb, 'Outline', places_list.headings(nb), 'no headings in markdown cells')
    end,
  },
  {
    name = 'FoldCell',
    key = 'fold_cell',
    modes = ALL,
    is_on_cells = true,
    run = function(nb, call)
      local range = calls.range(nb, call)
      if range and folding_window(nb) then
        fold.toggle(nb, range)
      end
    end,
  },
  { name = 'FoldAll', key = 'fold_all', run = fold_all('zM') },
  { name = 'UnfoldAll', key = 'unfold_all', run = fold_all('zR') },
  {
    name = 'FoldOutput',
    key = 'fold_output',
    modes = ALL,
    is_on_cells = true,
    run = function(nb, call)
      local all = call.bang and { index = 1, count = nb.layout:count() }
      local range = all or calls.range(nb, call)
      if range then
        output_fold.toggle(nb, range)
      end
    end,
  },
  {
    name = 'AroundCell',
    key = 'around_cell',
    modes = OBJECT,
    is_motion = true,
    run = object(text_object.around),
  },
  {
    name = 'InnerCell',
    key = 'inner_cell',
    modes = OBJECT,
    is_motion = true,
    run = object(text_object.inner),
  },
}
