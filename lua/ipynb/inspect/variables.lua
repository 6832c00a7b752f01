-- Owns the window of a kernel's variables: open, refresh, sort, filter; must not know how they are
-- laid out. One per notebook, kept in `nb.variables`.
--
-- While it is open, each end of a run asks the kernel anew, once nothing runs or waits.

local ask = require('ipynb.host.ask')
local config = require('ipynb.config')
local inspector = require('ipynb.inspect')
local variables_view = require('ipynb.inspect.variables_view')

local M = {}

local ORDERS = { 'kernel', 'name', 'type', 'size' }

---@param nb ipynb.Notebook
---@return boolean
local function is_open(nb)
  local view = nb.variables
  return view ~= nil
    and vim.api.nvim_win_is_valid(view.win)
    and vim.api.nvim_win_get_buf(view.win) == view.buf
end

---@param nb ipynb.Notebook
---@return boolean
local function is_running(nb)
  for _, cell in pairs(nb.cells) do
    if cell.execution_state == 'busy' or cell.execution_state == 'queued' then
      return true
    end
  end
  return false
end

--- Asks the kernel anew, unless it is busy: the end of the run asks then.
---@param nb ipynb.Notebook
function M.refresh(nb)
  local view = nb.variables
  if not is_open(nb) or (is_running(nb) and view.answer) then
    return
  end
  if view.cancel then
    view.cancel()
  end
  view.cancel = ask.kernel(nb, {
    kind = 'variables',
    about = { names = {}, is_all = view.is_all },
    timeout_ms = config.get().inspect.timeout_ms,
  }, function(answer)
    view.cancel, view.answer = nil, answer
    if nb.variables == view and is_open(nb) then
      local is_first = vim.api.nvim_buf_line_count(view.buf) <= 1
      variables_view.draw(nb)
      if is_first then
        variables_view.fit(nb)
      end
    end
  end)
  if not view.answer then
    variables_view.draw(nb)
  end
end

---@param nb ipynb.Notebook
local function inspect(nb)
  local one = nb.variables.shown[vim.api.nvim_win_get_cursor(0)[1]]
  if one and not inspector.enter() then
    local about = { lines = { one.name }, row = 0, offset = vim.fn.strchars(one.name) }
    inspector.inspect(nb, about, one.name, {})
  end
end

---@param nb ipynb.Notebook
local function ask_filter(nb)
  local view = nb.variables
  vim.ui.input({ prompt = 'Filter: ', default = view.filter }, function(filter)
    if filter and nb.variables == view and is_open(nb) then
      view.filter = filter
      variables_view.draw(nb)
    end
  end)
end

---@param nb ipynb.Notebook
local function map_keys(nb)
  local view = nb.variables
  local function map(lhs, desc, rhs)
    vim.keymap.set('n', lhs, rhs, { buffer = view.buf, nowait = true, desc = desc })
  end
  map('q', 'Close the variables', function()
    M.close(nb)
  end)
  map('r', 'Ask the kernel again', function()
    M.refresh(nb)
  end)
  map('s', 'Sort by the next column', function()
    local index = 1
    for i, order in ipairs(ORDERS) do
      index = order == view.order and i or index
    end
    view.order = ORDERS[index % #ORDERS + 1]
    variables_view.draw(nb)
  end)
  map('a', 'Functions, classes and modules, too', function()
    view.is_all = not view.is_all
    M.refresh(nb)
  end)
  map('/', 'Filter by name or type', function()
    ask_filter(nb)
  end)
  map('<CR>', 'Inspect the variable', function()
    inspect(nb)
  end)
end

---@param nb ipynb.Notebook
local function watch(nb)
  local view = nb.variables
  local group = vim.api.nvim_create_augroup('ipynb.variables.' .. nb.buf, {})
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = { 'NotebookCellDone', 'NotebookKernel*' },
    callback = function(event)
      if event.data.buf == nb.buf then
        vim.schedule(function()
          M.refresh(nb)
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = view.buf,
    callback = function()
      vim.api.nvim_del_augroup_by_id(group)
      if view.cancel then
        view.cancel()
      end
      nb.variables = nil
    end,
  })
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = 'NotebookClosed',
    callback = function(event)
      if event.data.buf == nb.buf then
        vim.schedule(function()
          M.close(nb)
        end)
      end
    end,
  })
end

--- Opens the window below all others and goes there.
---@param nb ipynb.Notebook
function M.open(nb)
  if is_open(nb) then
    vim.api.nvim_set_current_win(nb.variables.win)
    return
  end
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  -- E95: another notebook of that name has such a window.
  pcall(vim.api.nvim_buf_set_name, buf, 'Variables of ' .. vim.fn.fnamemodify(nb.path, ':t:r'))
  vim.b[buf].ipynb_facade = nb.buf
  local options = { split = 'below', win = -1, height = variables_view.MIN_HEIGHT }
  local win = vim.api.nvim_open_win(buf, true, options)
  local wo = vim.wo[win][0]
  wo.wrap, wo.number, wo.relativenumber, wo.signcolumn, wo.list = false, false, false, 'no', false
  wo.cursorline, wo.winfixheight, wo.spell, wo.foldenable = true, true, false, false
  vim.bo[buf].filetype = 'notebook_variables'
  nb.variables = {
    buf = buf,
    win = win,
    order = 'kernel',
    filter = '',
    is_all = false,
    shown = {},
  }
  map_keys(nb)
  watch(nb)
  M.refresh(nb)
end

--- Closes the window; where it is the last one it shows another buffer.
---@param nb ipynb.Notebook
function M.close(nb)
  if is_open(nb) then
    vim.api.nvim_buf_delete(nb.variables.buf, { force = true })
  end
end

return M
