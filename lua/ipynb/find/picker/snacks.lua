-- Owns a list of places in the picker of snacks.nvim; must not know what they are.

local M = {}

---@param context table of the preview: `item`, `preview`
local function show(context)
  local lines, filetype = context.item.place.preview()
  context.preview:reset()
  context.preview:set_lines(lines)
  context.preview:highlight({ ft = filetype })
  context.preview:loc() -- goes to `item.pos`
end

---@param pick ipynb.Pick
function M.open(pick)
  local items = vim.tbl_map(function(place)
    return { text = place.text, place = place, pos = { place.row + 1, 0 } }
  end, pick.places)
  require('snacks').picker.pick({
    title = pick.title,
    items = items,
    format = 'text',
    preview = show,
    confirm = function(picker, item)
      picker:close()
      if item then
        pick.choose(item.place)
      end
    end,
  })
end

return M
