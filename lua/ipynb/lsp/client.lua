-- Owns starting an in-process client: it comes to buffers only when it is ready; must not know what
-- it does there.
--
-- Neovim attaches a client that still starts, and before 0.12 fails when such a buffer goes: a
-- notebook that is closed right after it was opened.

local M = {}

---@param config vim.lsp.ClientConfig
---@param on_ready fun(client: vim.lsp.Client) attaches it to what wants it
---@return integer? client_id nil, and the user was told, where it cannot start
function M.start(config, on_ready)
  config.on_init = on_ready
  if vim.fn.has('nvim-0.11') == 0 then
    return (vim.lsp.start_client(config))
  end
  return vim.lsp.start(config, {
    attach = false,
    reuse_client = function()
      return false
    end,
  })
end

--- Attaches it; one that still starts comes by its `on_ready`.
---@param client vim.lsp.Client
---@param buf integer
function M.attach(client, buf)
  local is_possible = client.initialized and vim.api.nvim_buf_is_loaded(buf)
  if is_possible and not vim.lsp.buf_is_attached(buf, client.id) then
    vim.lsp.buf_attach_client(buf, client.id)
  end
end

return M
