-- Owns taking clients off a buffer, and buffers from clients; must not know which they are or why.
--
-- Where a client still starts, Neovim has noted the buffer as attached, but nothing about it, and
-- before 0.12 fails when either goes. So it is done when the client is ready.

local M = {}

--- How often a client that still starts is looked at.
local POLL_MS, MAX_POLLS = 20, 500

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
