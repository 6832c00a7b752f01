-- Owns the window that shows all of a cell's output; must not know where the lines come from.
-- One buffer and at most one window per notebook, kept in `nb.output_window`.

local config = require('ipynb.config')
local output_jump = require('ipynb.output.jump')
local output_text = require('ipynb.output.text')

local M = {}

local MIN_WIDTH, MAX_WIDTH_PART, MAX_HEIGHT_PART = 44, 0.9, 0.8

---@class ipynb.OutputWindow
---@field buf integer
---@field win integer
---@field cell_id string
---@field group integer autocommands that end with the window
---@field spans table<integer, (integer|string)[]> colours by line
---@field on_close fun() told when nothing is shown any more

---@param nb ipynb.Notebook
---@return boolean
local function is_open(nb)
  local window = nb.output_window
  return window ~= nil and vim.api.nvim_win_is_valid(window.win)
end

---@param nb ipynb.Notebook
---@param cell_id string
---@return ipynb.Chunk[]
local function title(nb, cell_id)
  local cell = nb.cells[cell_id]
  local count = cell and cell.execution_count
  return { { ' Output ', 'NotebookCodeSign' }, { ('[%s] '):format(count or ' '), 'NotebookHint' } }
end

---@return ipynb.Chunk[]
local function footer()
  return {
    { ' q', 'NotebookHintKey' },
    { (config.get().ascii and ' close, ' or ' close · '), 'NotebookHint' },
    { '<CR>', 'NotebookHintKey' },
    { (config.get().ascii and ' go to line, ' or ' go to line · '), 'NotebookHint' },
    { 'Y', 'NotebookHintKey' },
    { ' copy all ', 'NotebookHint' },
  }
end

--- A centred box as large as the text needs and the screen allows.
---@param buf integer
---@return vim.api.keyset.win_config
local function geometry(buf)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, 1000, false)
  local wanted = MIN_WIDTH
  for _, line in ipairs(lines) do
    wanted = math.max(wanted, vim.api.nvim_strwidth(line:sub(1, 1000)) + 1)
  end
  local screen_height = vim.o.lines - vim.o.cmdheight - 1
  local width = math.min(wanted, math.max(10, math.floor(vim.o.columns * MAX_WIDTH_PART)))
  local height = vim.api.nvim_buf_line_count(buf)
  height = math.min(height, math.max(1, math.floor(screen_height * MAX_HEIGHT_PART)))
  return {
    relative = 'editor',
    width = width,
    height = height,
    row = math.max(0, math.floor((screen_height - height) / 2) - 1),
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
  }
end

---@param buf integer
local function copy_all(buf)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  vim.fn.setreg('"', lines, 'l')
  local count = #lines == 1 and '1 line' or ('%d lines'):format(#lines)
  if vim.fn.has('clipboard') == 1 then
    vim.fn.setreg('+', lines, 'l')
    vim.api.nvim_echo({ { ('Copied %s to + and "'):format(count) } }, false, {})
  else
    vim.api.nvim_echo({ { ('Copied %s to " (no clipboard tool)'):format(count) } }, false, {})
  end
end

---@param nb ipynb.Notebook
---@return integer buf
local function make_buffer(nb)
  local buf = vim.api.nvim_create_buf(false, true)
  -- E95: the buffer of a window closed just now still has the name.
  local path = vim.fn.fnamemodify(nb.path, ':~:.')
  pcall(vim.api.nvim_buf_set_name, buf, ('ipynb://%s#output'):format(path))
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].undolevels = -1
  vim.b[buf].ipynb_facade = nb.buf
  local function map(lhs, rhs, desc)
    vim.keymap.set('n', lhs, rhs, { buffer = buf, nowait = true, desc = desc })
  end
  local function close()
    M.close(nb)
  end
  map('q', close, 'Close the output window')
  map('<Esc>', close, 'Close the output window')
  map('Y', function()
    copy_all(buf)
  end, 'Copy all output')
  for _, lhs in ipairs({ '<CR>', 'gf' }) do
    map(lhs, function()
      output_jump.at_cursor(nb, nb.output_window.cell_id, function()
        M.close(nb)
      end)
    end, 'Go to the cell or file of this line')
  end
  vim.bo[buf].filetype = 'notebook_output'
  vim.bo[buf].modifiable = false
  return buf
end

---@param nb ipynb.Notebook
local function watch(nb)
  local window = nb.output_window
  window.group = vim.api.nvim_create_augroup('ipynb.output_window.' .. nb.buf, {})
  vim.api.nvim_create_autocmd('VimResized', {
    group = window.group,
    callback = function()
      if is_open(nb) then
        vim.api.nvim_win_set_config(window.win, geometry(window.buf))
      end
    end,
  })
  local function forget()
    vim.api.nvim_del_augroup_by_id(window.group)
    -- Windows and buffers cannot go while the events of another one's end are handled.
    vim.schedule(function()
      M.forget(nb, window)
    end)
  end
  vim.api.nvim_create_autocmd('WinClosed', {
    group = window.group,
    pattern = tostring(window.win),
    callback = forget,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = window.group,
    buffer = nb.buf,
    callback = forget,
  })
end

---@param nb ipynb.Notebook
---@param window ipynb.OutputWindow its buffer has text
local function open_window(nb, window)
  local shape = vim.tbl_extend('force', geometry(window.buf), {
    style = 'minimal',
    border = config.get().ascii and { '+', '-', '+', '|', '+', '-', '+', '|' } or 'rounded',
    title = title(nb, window.cell_id),
    title_pos = 'left',
    footer = footer(),
    footer_pos = 'right',
  })
  window.win = vim.api.nvim_open_win(window.buf, true, shape)
  local wo = vim.wo[window.win][0]
  wo.wrap, wo.list, wo.cursorline, wo.winfixbuf = false, false, false, true
  wo.winhighlight = 'NormalFloat:Normal,FloatBorder:NotebookCellBorder'
  nb.output_window = window
  watch(nb)
end

--- Shows a cell's output in the notebook's output window and goes there.
---@param nb ipynb.Notebook
---@param cell_id string
---@param step ipynb.OutputStep the first lines
---@param on_close fun()
function M.open(nb, cell_id, step, on_close)
  local window = nb.output_window
  if window and is_open(nb) then
    window.cell_id = cell_id
    M.update(nb, cell_id, step)
    vim.api.nvim_set_current_win(window.win)
    vim.api.nvim_win_set_cursor(window.win, { 1, 0 })
    vim.api.nvim_win_set_config(window.win, { title = title(nb, cell_id) })
    return
  end
  window = { buf = make_buffer(nb), win = -1, cell_id = cell_id, group = -1, spans = {} }
  window.on_close = on_close
  output_text.setup()
  output_text.take(window.buf, window.spans, step)
  open_window(nb, window)
end

--- Takes the next step while the window shows this cell. A cursor on the last line stays there,
--- so that the window follows a running cell.
---@param nb ipynb.Notebook
---@param cell_id string
---@param step ipynb.OutputStep
function M.update(nb, cell_id, step)
  local window = nb.output_window
  if not window or not is_open(nb) or window.cell_id ~= cell_id then
    return
  end
  output_text.take(window.buf, window.spans, step)
  if step.is_last or step.first == 0 then
    vim.api.nvim_win_set_config(window.win, geometry(window.buf))
  end
end

--- Closes the window; the next one starts anew.
---@param nb ipynb.Notebook
function M.close(nb)
  if is_open(nb) then
    vim.api.nvim_win_close(nb.output_window.win, true)
  end
end

--- Ends a window that was closed, or whose notebook was.
---@param nb ipynb.Notebook
---@param window ipynb.OutputWindow
function M.forget(nb, window)
  if nb.output_window == window then
    M.close(nb)
    nb.output_window = nil
    window.on_close()
  end
  if vim.api.nvim_buf_is_valid(window.buf) then
    vim.api.nvim_buf_delete(window.buf, { force = true })
  end
end

return M
