-- Owns quickfix and location lists that name shadows, as vim.lsp fills them from other files: the
-- facades are named instead; must not know what filled them.

local documents = require('ipynb.lsp.servers.document')
local notebook = require('ipynb.notebook')

local M = {}

---@return table<integer, integer> facades by shadow
local function facades()
  local by_shadow = {}
  for buf, nb in pairs(notebook.all()) do
    by_shadow[nb.shadow] = buf
  end
  return by_shadow
end

--- In such a list notebooks themselves are what servers have read from disk: old text, and rows of
--- cells.
---@param item table
---@return boolean
local function is_of_disk(item)
  local is_buffer = item.bufnr > 0 and vim.api.nvim_buf_is_valid(item.bufnr)
  return is_buffer and documents.is_hidden(vim.uri_from_bufnr(item.bufnr))
end

---@param list { items: table[], idx: integer }
---@return { items: table[], idx: integer }? mended nil: it names none
local function mended(list)
  local by_shadow = facades()
  local has_shadow = vim.iter(list.items):any(function(item)
    return by_shadow[item.bufnr] ~= nil
  end)
  if not has_shadow then
    return nil
  end
  local items, idx = {}, 1
  for i, item in ipairs(list.items) do
    if by_shadow[item.bufnr] or not is_of_disk(item) then
      item.bufnr = by_shadow[item.bufnr] or item.bufnr
      items[#items + 1] = item
    end
    if i == list.idx then
      idx = math.max(1, #items)
    end
  end
  return { items = items, idx = idx }
end

---@param win integer of a list
local function mend(win)
  local is_loclist = vim.fn.getwininfo(win)[1].loclist == 1
  local what = { id = 0, items = true, idx = 0 }
  local list = is_loclist and vim.fn.getloclist(win, what) or vim.fn.getqflist(what)
  local new = mended(list)
  if new then
    new = vim.tbl_extend('force', new, { id = list.id })
    if is_loclist then
      vim.fn.setloclist(win, {}, 'r', new)
    else
      vim.fn.setqflist({}, 'r', new)
    end
  end
end

--- Looks at each list that comes to a window, or is filled again there.
---@param group integer
function M.watch(group)
  vim.api.nvim_create_autocmd('BufReadPost', {
    group = group,
    pattern = 'quickfix',
    callback = function()
      local win = vim.api.nvim_get_current_win()
      vim.schedule(function()
        if vim.api.nvim_win_is_valid(win) and vim.fn.win_gettype(win):match('^[ql]') then
          mend(win)
        end
      end)
    end,
  })
end

return M
