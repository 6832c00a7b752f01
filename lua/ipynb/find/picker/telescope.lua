-- Owns a list of places in telescope.nvim (its developers.md); must not know what they are.

local M = {}

---@param place ipynb.Place
---@return table
local function entry(place)
  return { value = place, display = place.text, ordinal = place.text }
end

---@param preview table the previewer: `state.bufnr`, `state.winid`
---@param chosen table the entry
local function show(preview, chosen)
  local buf, win, place = preview.state.bufnr, preview.state.winid, chosen.value
  local lines, filetype = place.preview()
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  require('telescope.previewers.utils').highlighter(buf, filetype)
  vim.schedule(function() -- the window shows the buffer only afterwards
    if vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_buf(win) == buf then
      vim.api.nvim_win_set_cursor(win, { math.min(place.row + 1, math.max(#lines, 1)), 0 })
    end
  end)
end

---@param pick ipynb.Pick
function M.open(pick)
  local actions = require('telescope.actions')
  local state = require('telescope.actions.state')
  local finders = require('telescope.finders')
  local previewers = require('telescope.previewers')
  local sorter = require('telescope.config').values.generic_sorter({})
  local picker = require('telescope.pickers').new({}, {
    prompt_title = pick.title,
    finder = finders.new_table({ results = pick.places, entry_maker = entry }),
    sorter = sorter,
    previewer = previewers.new_buffer_previewer({ title = 'Cell', define_preview = show }),
    attach_mappings = function(prompt_buf)
      actions.select_default:replace(function()
        local chosen = state.get_selected_entry()
        actions.close(prompt_buf)
        if chosen then
          pick.choose(chosen.value)
        end
      end)
      return true
    end,
  })
  picker:find()
end

return M
