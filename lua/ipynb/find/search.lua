-- Owns that a search goes past the borders of cells, whose marker lines nobody sees; must not
-- know what is searched for.
--
--   n N * # g* g#, or <CR> after / and ?  ──>  CursorMoved: on a border? then on to the next match
--                                         ──>  SafeState: the key was something else
--
-- The keys stay Vim's own or the user's: a map such as `n` for `nzzzv` is followed, too.

local fold = require('ipynb.fold')
local notebook = require('ipynb.notebook')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.search')

--- Keys that may be a search; the value says whether it goes against 'v:searchforward'.
local KEYS = { n = false, N = true, ['*'] = false, ['#'] = false }

--- Matches on borders are passed for so long at most.
local TIMEOUT_MS = 200

---@class ipynb.Search
---@field buf integer facade
---@field is_reversed boolean

--- The search that may be going on; the whole mutable state of this module.
---@type ipynb.Search?
local search

---@param buf integer facade
---@param is_reversed boolean
local function expect(buf, is_reversed)
  search = { buf = buf, is_reversed = is_reversed }
  vim.api.nvim_create_autocmd('SafeState', {
    group = vim.api.nvim_create_augroup('ipynb.search', {}),
    once = true,
    callback = function()
      search = nil
    end,
  })
end

---@param key string
local function on_key(key)
  local is_reversed = KEYS[key]
  if is_reversed == nil then
    return
  end
  local buf = vim.api.nvim_get_current_buf()
  if notebook.all()[buf] and vim.api.nvim_get_mode().mode:find('^[nvV\22]') then
    expect(buf, is_reversed)
  end
end

---@param nb ipynb.Notebook
---@param row integer
---@return boolean
local function is_border(nb, row)
  local id = nb.layout:at(row)
  if not id then
    return false
  end
  local first, last = nb.layout:content(id)
  return row < first or row >= last
end

--- Goes on from a match on a border; stays where there are no others.
---@param nb ipynb.Notebook
---@param is_reversed boolean
local function pass(nb, is_reversed)
  local win = vim.api.nvim_get_current_win()
  local lnum, col = unpack(vim.api.nvim_win_get_cursor(win))
  local pattern = vim.fn.getreg('/')
  if not is_border(nb, lnum - 1) or vim.fn.searchpos(pattern, 'cnW', lnum)[2] ~= col + 1 then
    return
  end
  local is_forward = (vim.v.searchforward == 1) ~= is_reversed
  local found = vim.fn.search(pattern, is_forward and '' or 'b', 0, TIMEOUT_MS, function()
    return is_border(nb, vim.fn.line('.') - 1) and 1 or 0
  end)
  if found > 0 then
    fold.follow_move(win, 'search')
  end
end

---@param nb ipynb.Notebook
---@param group integer that ends with the notebook
function M.watch(nb, group)
  vim.on_key(on_key, NS)
  vim.api.nvim_create_autocmd('CmdlineLeave', {
    group = group,
    buffer = nb.buf,
    callback = function()
      local cmdtype = vim.fn.getcmdtype()
      if (cmdtype == '/' or cmdtype == '?') and not vim.v.event.abort then
        expect(nb.buf, false)
      end
    end,
  })
  vim.api.nvim_create_autocmd('CursorMoved', {
    group = group,
    buffer = nb.buf,
    callback = function()
      if search and search.buf == nb.buf then
        local is_reversed = search.is_reversed
        search = nil
        pass(nb, is_reversed)
      end
    end,
  })
end

return M
