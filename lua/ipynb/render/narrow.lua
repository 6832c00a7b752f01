-- Owns hiding the rest of a marker line that wraps, in windows too narrow for it; must not know
-- what stands on borders.

local notebooks = require('ipynb.notebook')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.narrow')
--- Below that of the borders, which stand on the line's first row.
local PRIORITY = 150

--- The longest marker: `# <<ipynb_nvim:markdown>>`.
local MARKER_WIDTH = 25
--- More than signs, folds and numbers take of a window; asked first, as it costs next to nothing.
local MAX_TEXTOFF = 60
local BLANKS = { { (' '):rep(MARKER_WIDTH), 'NotebookPage' } }

---@param win integer
---@param buf integer
---@return boolean is_drawn
local function on_win(_, win, buf)
  local is_notebook = notebooks.all()[buf] ~= nil
  if not is_notebook or vim.api.nvim_win_get_width(win) >= MARKER_WIDTH + MAX_TEXTOFF then
    return false
  elseif not vim.wo[win].wrap then
    return false
  end
  local info = vim.fn.getwininfo(win)[1]
  return info.width - info.textoff < MARKER_WIDTH
end

---@param buf integer
---@param row integer
local function on_line(_, _, buf, row)
  local nb = notebooks.all()[buf]
  local id = nb and nb.layout:at(row)
  if not id then
    return
  end
  local first, end_row = nb.layout:range(id)
  if row == first or row == end_row - 1 then
    vim.api.nvim_buf_set_extmark(buf, NS, row, 0, {
      virt_text = BLANKS,
      virt_text_win_col = 0,
      virt_text_repeat_linebreak = true,
      hl_mode = 'combine',
      priority = PRIORITY,
      ephemeral = true,
    })
  end
end

--- Looks at each window's width at its redraws, from now on.
function M.setup()
  vim.api.nvim_set_decoration_provider(NS, { on_win = on_win, on_line = on_line })
end

return M
