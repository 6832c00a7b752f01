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

--- Screen row of a facade row inside its window; nil when it is not visible.
---@param win integer
---@param row integer
---@return integer?
local function window_row(win, row)
  local pos = vim.fn.screenpos(win, row + 1, 1)
  if pos.row == 0 then
    return nil
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

---@class ipynb.Place
---@field bufpos integer[]
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
    bufpos = { row + topline, 0 },
    width = view.width,
    height = math.max(math.min(lines - topline, view.height - at), 1),
    topline = topline,
  }
end

---@param parent integer
---@param place ipynb.Place
---@return vim.api.keyset.win_config
function M.config(parent, place)
  return {
    relative = 'win',
    win = parent,
    bufpos = place.bufpos,
    row = 0,
    col = 0,
    width = place.width,
    height = place.height,
    focusable = true,
    zindex = 40,
  }
end

---@param edit ipynb.Edit
---@param bufpos integer[]
---@param width integer
---@param height integer
local function set_config(edit, bufpos, width, height)
  local config = vim.api.nvim_win_get_config(edit.win)
  if config.height ~= height or config.width ~= width or config.bufpos[1] ~= bufpos[1] then
    vim.api.nvim_win_set_config(edit.win, {
      relative = 'win',
      win = edit.parent,
      bufpos = bufpos,
      row = 0,
      col = 0,
      width = width,
      height = height,
    })
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
  edit.rows = rows_of(edit)
  local lines = vim.api.nvim_buf_line_count(edit.buf)
  show_start(edit, row, lines)
  M.make_room(edit.parent, row, edit.rows)
  local parent = area(edit.parent)
  local hidden = math.max(math.min(parent.topline - row, lines - 1), 0)
  local at = window_row(edit.parent, row + hidden) or 0
  local height = text_rows(edit.win, hidden, parent.height - at)
  set_config(edit, { row + hidden, 0 }, parent.width, height)
  local top = vim.fn.getwininfo(edit.win)[1].topline - 1
  if top > hidden and height >= text_rows(edit.win, hidden, height + 1) then
    -- Everything fits: no line may stay scrolled out at the top.
    vim.api.nvim_win_call(edit.win, function()
      vim.fn.winrestview({ topline = hidden + 1 })
    end)
  end
end

return M
