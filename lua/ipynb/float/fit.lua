-- Owns the geometry of the edit float: it lies exactly over the visible part of its cell;
-- must not know the cell's text or what is done with it.
--
--   facade window        float
--   ┌──────────────┐
--   │ border       │
--   │ line 1       │ <- row 0 of the float, when the cell's start is in view
--   │ …            │
--   │ line n       │ <- last row; the facade scrolls up before the float gets scrolled
--   └──────────────┘

local M = {}

---@class ipynb.Area
---@field width integer columns of text
---@field height integer rows
---@field topline integer 0-based row of the facade at the top

---@param win integer
---@return ipynb.Area
local function area(win)
  local info = vim.fn.getwininfo(win)[1]
  return {
    width = math.max(info.width - info.textoff, 1),
    height = info.height - (info.winbar or 0),
    topline = info.topline - 1,
  }
end

---@param win integer
---@return vim.fn.winsaveview.ret
local function view_of(win)
  return vim.api.nvim_win_call(win, vim.fn.winsaveview)
end

---@param win integer
---@return integer columns scrolled out at the left
function M.leftcol(win)
  return view_of(win).leftcol
end

--- The same as `window_row`, for a window that is scrolled sideways: no column of the row need
--- be in view there.
---@param win integer
---@param row integer
---@param view vim.fn.winsaveview.ret
---@return integer?
local function counted_row(win, row, view)
  local first = view.topline - 1
  if row < first or row >= vim.fn.getwininfo(win)[1].botline then
    return nil
  elseif row == first then
    return view.topfill
  end
  local above = { start_row = first, start_vcol = 0, end_row = row - 1 }
  return view.topfill + vim.api.nvim_win_text_height(win, above).all
end

--- Screen row of a facade row inside its window; nil when it is not visible.
---@param win integer
---@param row integer
---@return integer?
local function window_row(win, row)
  local pos = vim.fn.screenpos(win, row + 1, 1)
  if pos.row == 0 then
    local view = view_of(win)
    return view.leftcol > 0 and counted_row(win, row, view) or nil
  end
  local info = vim.fn.getwininfo(win)[1]
  return pos.row - info.winrow - (info.winbar or 0)
end

--- Rows that the edit buffer needs from its first visible line on.
---@param win integer the float
---@param topline integer 0-based
---@param limit integer
---@return integer
local function text_rows(win, topline, limit)
  local lines = vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(win)) - topline
  if lines >= limit or not vim.wo[win].wrap then
    return math.max(math.min(lines, limit), 1)
  end
  local height = vim.api.nvim_win_text_height(win, { start_row = topline })
  return math.max(math.min(height.all, limit), 1)
end

--- Scrolls the facade so that the cell has room below, its first line and the line of the
--- cursor staying in view.
---@param parent integer
---@param row integer first content row
---@param wanted integer rows
function M.make_room(parent, row, wanted)
  -- First, as winline() brings the view up to date after lines were drawn above.
  local cursor_at = vim.api.nvim_win_call(parent, vim.fn.winline) - 1
  local height = area(parent).height
  local at = window_row(parent, row)
  if not at then
    return
  end
  local over = math.min(at + wanted + 1 - height, at, cursor_at)
  if over > 0 then
    vim.api.nvim_win_call(parent, function()
      vim.cmd.normal({ over .. '\5', bang = true })
    end)
  end
end

--- Where a float over a row of the facade is anchored: at the text, so that it scrolls with it;
--- at the window where column 0, and with it the row's place, is scrolled out or at the right.
---@param parent integer
---@param row integer
---@param at integer the row's place in the window
---@return vim.api.keyset.win_config
local function anchor(parent, row, at)
  local config = { relative = 'win', win = parent, row = 0, col = 0, bufpos = { row, 0 } }
  local is_mirrored = vim.wo[parent].rightleft
  if is_mirrored or M.leftcol(parent) > 0 then
    local info = vim.fn.getwininfo(parent)[1]
    config.row, config.bufpos = at + (info.winbar or 0), nil
    config.col = is_mirrored and 0 or info.textoff
  end
  return config
end

---@class ipynb.Place
---@field anchor vim.api.keyset.win_config
---@field width integer
---@field height integer
---@field topline integer 0-based first line of the edit buffer in view

--- Where the float belongs now.
---@param parent integer window of the facade
---@param row integer first content row
---@param lines integer content lines
---@return ipynb.Place
function M.place(parent, row, lines)
  M.make_room(parent, row, lines)
  local view = area(parent)
  local topline = math.max(view.topline - row, 0)
  local at = window_row(parent, row + topline) or 0
  return {
    anchor = anchor(parent, row + topline, at),
    width = view.width,
    height = math.max(math.min(lines - topline, view.height - at), 1),
    topline = topline,
  }
end

---@param place ipynb.Place
---@return vim.api.keyset.win_config
function M.config(place)
  local size = { width = place.width, height = place.height }
  local config = { focusable = true, zindex = 40, border = 'none' } -- whatever 'winborder' is
  return vim.tbl_extend('error', size, config, place.anchor)
end

--- Neovim before 0.12 leaves the float where its parent was, and knows the new place when drawn.
---@param edit ipynb.Edit
---@param wanted vim.api.keyset.win_config
local function set_config(edit, wanted)
  local config, at = vim.api.nvim_win_get_config(edit.win), vim.fn.win_screenpos(edit.parent)
  local has_moved = edit.parent_at ~= nil and not vim.deep_equal(at, edit.parent_at)
  edit.parent_at = at
  if has_moved then
    vim.cmd.redraw()
  end
  local is_other = vim.iter({ 'height', 'width', 'row', 'col', 'bufpos' }):any(function(name)
    return not vim.deep_equal(config[name], wanted[name])
  end)
  if has_moved or is_other then
    vim.api.nvim_win_set_config(edit.win, wanted)
  end
end

--- Shows the cell's start again when the facade is scrolled past all that is left of it.
---@param edit ipynb.Edit
---@param row integer first content row
---@param lines integer
local function show_start(edit, row, lines)
  if area(edit.parent).topline - row >= lines then
    vim.api.nvim_win_call(edit.parent, function()
      vim.fn.winrestview({ topline = row + 1, lnum = row + 1 })
    end)
  end
end

-- A cell with more lines than this fills any window: wrapped lines need no counting.
local MAX_COUNTED = 200

---@param edit ipynb.Edit
---@return integer rows the whole text takes
local function rows_of(edit)
  local lines = vim.api.nvim_buf_line_count(edit.buf)
  if lines > MAX_COUNTED or not vim.wo[edit.win].wrap then
    return lines
  end
  return vim.api.nvim_win_text_height(edit.win, {}).all
end

--- With 'nowrap' the facade scrolls sideways with the float, as one text. Its cursor goes along:
--- Neovim would scroll back to it.
---@param edit ipynb.Edit
---@param row integer first content row
local function follow_sideways(edit, row)
  if vim.wo[edit.win].wrap then
    return
  end
  local leftcol = M.leftcol(edit.win)
  if leftcol ~= M.leftcol(edit.parent) then
    local cursor = vim.api.nvim_win_get_cursor(edit.win)
    vim.api.nvim_win_call(edit.parent, function()
      vim.fn.winrestview({ lnum = row + cursor[1], col = cursor[2], leftcol = leftcol })
    end)
  end
end

--- Whether the text takes other rows than when the float was fitted; asked at every key.
---@param edit ipynb.Edit
---@return boolean
function M.is_outgrown(edit)
  return rows_of(edit) ~= edit.rows
end

--- Fits the float to its text and its parent window.
---@param edit ipynb.Edit
---@param row integer first content row
function M.fit(edit, row)
  follow_sideways(edit, row)
  edit.rows = rows_of(edit)
  local lines = vim.api.nvim_buf_line_count(edit.buf)
  show_start(edit, row, lines)
  M.make_room(edit.parent, row, edit.rows)
  local parent = area(edit.parent)
  local hidden = math.max(math.min(parent.topline - row, lines - 1), 0)
  local at = window_row(edit.parent, row + hidden) or 0
  local height = text_rows(edit.win, hidden, parent.height - at)
  local config = anchor(edit.parent, row + hidden, at)
  config.width, config.height = parent.width, height
  set_config(edit, config)
  local top = vim.fn.getwininfo(edit.win)[1].topline - 1
  if top > hidden and height >= text_rows(edit.win, hidden, height + 1) then
    -- Everything fits: no line may stay scrolled out at the top.
    vim.api.nvim_win_call(edit.win, function()
      vim.fn.winrestview({ topline = hidden + 1 })
    end)
  end
end

return M
