-- Owns the text in the output window's buffer and its colours; must not know windows' places or
-- why the text changes. Lines come in steps; colours are drawn for the lines in view only.

local highlights = require('ipynb.render.highlights')
local notebook = require('ipynb.notebook')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.output_window')

---@class ipynb.OutputStep
---@field first integer 0-based line; all from it on are replaced
---@field lines string[] without newlines or control characters
---@field spans (integer|string)[][] for each line: start, end (bytes), group, start, …
---@field is_last boolean

--- Draws the colours of one line.
---@param buf integer
---@param row integer
---@param spans (integer|string)[]
local function draw_line(buf, row, spans)
  for i = 1, #spans, 3 do
    vim.api.nvim_buf_set_extmark(buf, NS, row, spans[i], {
      end_col = spans[i + 1],
      hl_group = spans[i + 2],
      ephemeral = true,
      strict = false,
    })
  end
end

--- Lets Neovim ask for colours when it draws lines.
function M.setup()
  vim.api.nvim_set_decoration_provider(NS, {
    on_win = function(_, _, buf)
      local nb = vim.b[buf].ipynb_facade and notebook.get(buf)
      return nb ~= nil and nb.output_window ~= nil and nb.output_window.buf == buf
    end,
    on_line = function(_, _, buf, row)
      local nb = notebook.get(buf)
      local spans = nb and nb.output_window and nb.output_window.spans[row + 1]
      if spans then
        draw_line(buf, row, spans)
      end
    end,
  })
end

---@param spans table<integer, (integer|string)[]> changed
---@param step ipynb.OutputStep
---@param old_count integer lines before the step
local function keep_spans(spans, step, old_count)
  for row = step.first + 1, old_count do
    spans[row] = nil
  end
  local known = {}
  for i, line_spans in ipairs(step.spans) do
    if #line_spans > 0 then
      spans[step.first + i] = line_spans
      for j = 3, #line_spans, 3 do
        if not known[line_spans[j]] then
          known[line_spans[j]] = true
          highlights.ensure(line_spans[j])
        end
      end
    end
  end
end

--- The windows whose cursor is on the last line: they follow the text.
---@param buf integer
---@return integer[]
local function windows_at_end(buf)
  local last = vim.api.nvim_buf_line_count(buf)
  return vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_cursor(win)[1] == last
  end, vim.fn.win_findbuf(buf))
end

--- Takes one step into the buffer.
---@param buf integer
---@param spans table<integer, (integer|string)[]> the buffer's, changed
---@param step ipynb.OutputStep
function M.take(buf, spans, step)
  local count = vim.api.nvim_buf_line_count(buf)
  local following = windows_at_end(buf)
  keep_spans(spans, step, count)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, step.first, -1, false, step.lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
  for _, win in ipairs(following) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
  end
end

return M
