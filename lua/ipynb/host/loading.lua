-- Owns the time between the first screen of a large notebook and the rest of it; must not know
-- how either is read.
--
-- The first cells are painted while the host reads the file. Nothing can be done to the part
-- alone: the first key, or anything that speaks to the host, waits for the rest (about 50 ms
-- for 1,000 cells). A `:edit +123`, a mark, a script or a session want the whole file at once
-- and get it.

local rpc = require('ipynb.host.rpc')

local M = {}

-- Arguments after which Neovim goes to a place in the file, or runs what may.
local GOING_ARGUMENTS = { '^%+', '^%-c$', '^%-S', '^%-q', '^%-t', '^%-s$', '^%-l$' }

---@return boolean
local function goes_somewhere_at_start()
  for _, argument in ipairs(vim.v.argv) do
    for _, pattern in ipairs(GOING_ARGUMENTS) do
      if argument:match(pattern) then
        return true
      end
    end
  end
  return false
end

--- Whether Lua or Vimscript opens the file: what comes next in it may look at all lines.
---@return boolean
local function is_in_script()
  if vim.fn.expand('<stack>'):match('function ') or vim.g.SessionLoad then
    return true
  end
  local level = 2
  while true do
    local info = debug.getinfo(level, 'S')
    if not info then
      return false
    end
    if info.what ~= 'C' and not info.source:match('[/\\]ipynb[./\\]') then
      return true
    end
    level = level + 1
  end
end

--- How many lines of the file must be there at once; 0: all.
---@return integer
function M.min_lines()
  if vim.v.swapcommand ~= '' or #vim.api.nvim_list_uis() == 0 then
    return 0
  end
  local is_followed = vim.fn.histget(':', -1):find('|', 1, true) ~= nil -- `:edit x | 123`
  if vim.v.vim_did_enter == 0 then
    is_followed = goes_somewhere_at_start()
  end
  return (is_followed or is_in_script()) and 0 or 2 * vim.o.lines
end

---@param nb ipynb.Notebook
---@param on_rest fun(reply: table?, problem: string?)
function M.begin(nb, on_rest)
  local ns = vim.api.nvim_create_namespace('')
  nb.take_rest = function(...)
    nb.take_rest = nil
    vim.on_key(nil, ns)
    on_rest(...)
  end
  vim.on_key(function()
    if nb.take_rest then
      M.finish(nb)
    else
      vim.on_key(nil, ns)
    end
  end, ns)
end

--- Waits for the rest, if it is not there yet.
---@param nb ipynb.Notebook
function M.finish(nb)
  if not nb.take_rest then
    return
  end
  local reply, problem = rpc.request('rest', nb.buf)
  if reply and reply.is_sent then
    -- On its way before this answer: it is taken as soon as events are.
    vim.wait(1000, function()
      return nb.take_rest == nil
    end, 1)
    reply = nil
  end
  if nb.take_rest then
    nb.take_rest(reply, problem or 'the host was lost while it read the file')
  end
end

--- The host died: what is on screen is not all, so it must not be taken for a notebook.
---@param nb ipynb.Notebook
---@param problem string
---@return boolean was_loading
function M.on_host_death(nb, problem)
  local was_loading = nb.take_rest ~= nil
  if was_loading then
    nb.take_rest(nil, problem)
  end
  return was_loading
end

return M
