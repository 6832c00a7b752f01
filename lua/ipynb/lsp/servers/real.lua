-- Owns speaking to a language server's own client, alike in all versions of Neovim; must not know
-- notebooks.
--
-- A server that dies answers nothing more: `abandon` answers what is still open.

local M = {}

local IS_METHOD = vim.fn.has('nvim-0.11') == 1 -- before, a client's functions took no `self`
local REQUEST_FAILED = -32803

--- Methods that Neovim 0.10 does not know and therefore takes for supported.
local UNKNOWN = {
  ['textDocument/colorPresentation'] = 'colorProvider',
  ['textDocument/documentColor'] = 'colorProvider',
  ['textDocument/foldingRange'] = 'foldingRangeProvider',
  ['textDocument/inlineCompletion'] = 'inlineCompletionProvider',
  ['textDocument/linkedEditingRange'] = 'linkedEditingRangeProvider',
  ['textDocument/onTypeFormatting'] = 'documentOnTypeFormattingProvider',
  ['textDocument/selectionRange'] = 'selectionRangeProvider',
}

---@class ipynb.OpenRequest
---@field buf integer
---@field answer fun(err: table)

--- Open requests by client, the whole mutable state of this module.
---@type table<integer, table<table, ipynb.OpenRequest>>
local open = {}

---@param client vim.lsp.Client
---@param name string
---@param ... any
---@return any ...
local function call(client, name, ...)
  if IS_METHOD then
    return client[name](client, ...)
  end
  return client[name](...)
end

---@param client vim.lsp.Client
---@param method string
---@param buf integer
---@return boolean
function M.supports(client, method, buf)
  if IS_METHOD then
    return client:supports_method(method, buf)
  elseif UNKNOWN[method] then
    return (client.server_capabilities[UNKNOWN[method]] or false) ~= false
  end
  return client.supports_method(method, { bufnr = buf })
end

---@param client vim.lsp.Client
---@return boolean
function M.is_stopped(client)
  return call(client, 'is_stopped')
end

---@param client vim.lsp.Client
---@param method string
---@param params table
function M.notify(client, method, params)
  if not M.is_stopped(client) then
    call(client, 'notify', method, params)
  end
end

---@param client vim.lsp.Client
function M.stop(client)
  if not M.is_stopped(client) then
    call(client, 'stop')
  end
end

---@param client vim.lsp.Client
---@param id integer of a request
function M.cancel(client, id)
  if not M.is_stopped(client) then
    call(client, 'cancel_request', id)
  end
end

--- Asks; what was typed in `buf` is told to the server before.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param buf integer
---@param on_answer fun(err: table?, result: any) called once, unless cancelled
---@return fun() cancel
function M.request(client, method, params, buf, on_answer)
  local token, requests = {}, open[client.id] or {}
  open[client.id] = requests
  requests[token] = {
    buf = buf,
    answer = function(err)
      on_answer(err, nil)
    end,
  }
  local function answer(err, result)
    if requests[token] then
      requests[token] = nil
      on_answer(err, result ~= vim.NIL and result or nil)
    end
  end
  local is_sent, id = false, nil
  if not M.is_stopped(client) then
    is_sent, id = call(client, 'request', method, params, answer, buf)
  end
  if not is_sent then
    vim.schedule(function()
      answer({ code = REQUEST_FAILED, message = client.name .. ' is not running' }, nil)
    end)
  end
  return function()
    if requests[token] then
      requests[token] = nil
      if id then
        M.cancel(client, id)
      end
    end
  end
end

--- The server has ended, or is not asked any more: what was asked is answered by that.
---@param client vim.lsp.Client
---@param buf integer about which it was asked
function M.abandon(client, buf)
  local requests = open[client.id] or {}
  for token, request in pairs(requests) do
    if request.buf == buf then
      requests[token] = nil
      request.answer({ code = REQUEST_FAILED, message = client.name .. ' has ended' })
    end
  end
  if next(requests) == nil then
    open[client.id] = nil
  end
end

return M
