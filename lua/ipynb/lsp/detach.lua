-- Owns taking clients off a buffer, and buffers from clients; must not know which they are or why.
--
-- Where a client still starts, Neovim has noted the buffer as attached, but nothing about it, and
-- before 0.12 fails when either goes. So it is done when the client is ready.

local M = {}

--- How often a client that still starts is looked at.
local POLL_MS, MAX_POLLS = 20, 500

-- So many numbers beyond those of the clients that run are looked at.
local MAX_STARTING = 50
local HAS_FAULT = vim.fn.has('nvim-0.12') == 0

--- Whether a client that still starts has noted a buffer. Neovim does not list such a client, but
--- has each by its number.
---@param buf integer
---@return boolean
local function is_noted(buf)
  local last = 0
  for _, client in ipairs(vim.lsp.get_clients()) do
    last = math.max(last, client.id)
  end
  for id = 1, last + MAX_STARTING do
    local client = vim.lsp.get_client_by_id(id)
    if client and not client.initialized and client.attached_buffers[buf] then
      return true
    end
  end
  return false
end

--- Wipes a buffer that is not shown, when no client still starts for it.
---@param buf integer
---@param has_come? boolean one came while this waited: Neovim has put off a part of that
function M.wipe(buf, has_come)
  if not vim.api.nvim_buf_is_valid(buf) then
    return
  elseif HAS_FAULT and vim.api.nvim_buf_is_loaded(buf) and is_noted(buf) then
    vim.defer_fn(function()
      M.wipe(buf, true)
    end, POLL_MS)
  elseif has_come then
    vim.defer_fn(function()
      M.wipe(buf)
    end, POLL_MS)
  else
    vim.api.nvim_buf_delete(buf, { force = true })
  end
end

--- Takes a client off a buffer, when it is ready, if it is still meant then.
---@param client vim.lsp.Client
---@param buf integer
---@param is_meant? fun(): boolean
---@param polls? integer left
function M.detach(client, buf, is_meant, polls)
  if not vim.api.nvim_buf_is_valid(buf) or not vim.lsp.buf_is_attached(buf, client.id) then
    return
  elseif client.initialized then
    vim.lsp.buf_detach_client(buf, client.id)
    return
  end
  polls = polls or MAX_POLLS
  if polls > 0 then
    vim.defer_fn(function()
      if not is_meant or is_meant() then
        M.detach(client, buf, is_meant, polls - 1)
      end
    end, POLL_MS)
  end
end

return M
