-- Owns letting the user's configuration attach to the shadow once more, when a client was
-- restarted; must not know which servers there are.

local M = {}

local POLL_MS, TRIES = 20, 100

--- Not while the old client ends: Neovim would take that for the new one.
---@param server ipynb.LspServer that has been left
---@param tries? integer
function M.start(server, tries)
  tries = tries or TRIES
  vim.defer_fn(function()
    local nb, client = server.nb, vim.lsp.get_client_by_id(server.client.id)
    if tries > 0 and client and not next(client.attached_buffers) then
      M.start(server, tries - 1)
    elseif nb.servers and vim.api.nvim_buf_is_valid(nb.shadow) then
      vim.bo[nb.shadow].filetype = nb.language
    end
  end, POLL_MS)
end

return M
