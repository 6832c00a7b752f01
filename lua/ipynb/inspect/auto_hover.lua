-- Owns inspection by itself where the cursor rests; must not know what is shown.
--
--   CursorMoved ──> timer ──> CursorHold or the delay is over ──> ask ──> float, without focus
--        └──────────── any movement drops the question and the float

local config = require('ipynb.config')
local inspector = require('ipynb.inspect')
local inspector_float = require('ipynb.inspect.float')
local report = require('ipynb.report')

local M = {}

---@class ipynb.AutoHover
---@field group integer
---@field timer uv.uv_timer_t
---@field cancel? fun()

---@param nb ipynb.Notebook
---@return boolean
local function is_here(nb)
  local buf = vim.api.nvim_get_current_buf()
  local is_code = buf == nb.buf or nb.mirrors[buf] ~= nil
  return is_code and vim.api.nvim_get_mode().mode == 'n' and not inspector_float.find()
end

---@param nb ipynb.Notebook
local function hover(nb)
  local auto = nb.auto_hover
  if auto and is_here(nb) then
    auto.cancel = inspector.at_cursor(nb, { is_quiet = true })
  end
end

---@param nb ipynb.Notebook
local function wait(nb)
  local auto = nb.auto_hover
  if auto.cancel then
    auto.cancel()
    auto.cancel = nil
  end
  local delay_ms = config.get().inspect.hover_delay_ms
  auto.timer:start(
    delay_ms,
    0,
    vim.schedule_wrap(function()
      hover(nb)
    end)
  )
end

---@param nb ipynb.Notebook
function M.start(nb)
  M.stop(nb)
  local group = vim.api.nvim_create_augroup('ipynb.auto_hover.' .. nb.buf, {})
  nb.auto_hover = { group = group, timer = assert(vim.uv.new_timer()) }
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorHold' }, {
    group = group,
    callback = function(event)
      if event.buf == nb.buf or nb.mirrors[event.buf] then
        wait(nb)
      end
    end,
  })
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = 'NotebookClosed',
    callback = function(event)
      if event.data.buf == nb.buf then
        M.stop(nb)
      end
    end,
  })
end

---@param nb ipynb.Notebook
function M.stop(nb)
  local auto = nb.auto_hover
  if auto then
    nb.auto_hover = nil
    auto.timer:stop()
    auto.timer:close()
    vim.api.nvim_del_augroup_by_id(auto.group)
    if auto.cancel then
      auto.cancel()
    end
  end
end

--- Switches it on or off for one notebook.
---@param nb ipynb.Notebook
function M.toggle(nb)
  if nb.auto_hover then
    M.stop(nb)
  else
    M.start(nb)
  end
  report.info(nb.auto_hover and 'inspecting where the cursor rests' or 'inspecting on request only')
end

return M
