-- Owns ending what else colours a whole facade, as configurations start it for every filetype:
-- `vim.treesitter.start()`, syntax rules; must not know how cells are coloured.
--
-- One tree over 1,000 cells costs 5 to 30 ms a key, and regular expressions under trees are work
-- for nothing. Whoever starts them and whenever, the drawing that follows finds them.

local M = {}

local ns = vim.api.nvim_create_namespace('ipynb.rivals')

--- Facade buffers that trees colour, by whether the code's own parser is there: then nothing is
--- left for syntax rules. The whole mutable state of this module.
---@type table<integer, boolean>
local watched = {}

---@param buf integer facade
---@return boolean
local function has_rival(buf)
  return vim.b[buf].ts_highlight == true or watched[buf] and vim.bo[buf].syntax == 'ipynb'
end

---@param buf integer facade
local function stop(buf)
  if watched[buf] == nil or not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  if vim.b[buf].ts_highlight then
    vim.treesitter.stop(buf) -- sets 'syntax' as the filetype wants
  end
  if watched[buf] and vim.bo[buf].syntax == 'ipynb' then
    vim.bo[buf].syntax = ''
  end
end

local function provide()
  vim.api.nvim_set_decoration_provider(ns, {
    on_win = function(_, _, buf)
      if watched[buf] ~= nil and has_rival(buf) then
        vim.schedule(function()
          stop(buf)
        end)
      end
      return false
    end,
  })
end

---@param buf integer facade
---@param has_code boolean
function M.attach(buf, has_code)
  if not next(watched) then
    provide()
  end
  watched[buf] = has_code
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    buffer = buf,
    once = true,
    callback = function()
      watched[buf] = nil
    end,
  })
  stop(buf)
end

return M
