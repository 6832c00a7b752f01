-- Owns what a language server's process would be: takes the requests of a Neovim client and gives
-- each to its handler; must not know what any method does.
--
--   request ──> captured, read only (it may come under textlock) ──> next tick: handler ──> answer
--      └──────> $/cancelRequest ──> the handler's cancel; an answer that comes later is dropped
--
-- Answers never come before `request` has returned: Neovim 0.10 notes a request only then.

local M = {}

local COMPLETION = 'textDocument/completion'
local METHOD_NOT_FOUND = -32601

---@class ipynb.LspRequest
---@field method string
---@field params table
---@field captured any what `capture` returned when the request was made
---@field drop fun() there will be no answer, and none is waited for

--- Takes a request and answers once, at any time; may return what ends it early.
---@alias ipynb.LspRespond fun(result: any, err: table?)
---@alias ipynb.LspHandler fun(request: ipynb.LspRequest, respond: ipynb.LspRespond): fun()?

---@class ipynb.LspService
---@field capabilities table
---@field handlers table<string, ipynb.LspHandler>
---@field buffer_of fun(uri: string?): integer? the buffer that a request is about
---@field capture fun(method: string, params: table?): any reads, changes nothing

---@class ipynb.LspPending
---@field method string
---@field buf? integer that was asked about
---@field callback fun(err: table?, result: any, id: integer)
---@field on_reply? fun(id: integer)
---@field cancel? fun()

---@class ipynb.LspTransport
---@field package service ipynb.LspService
---@field package dispatchers vim.lsp.rpc.Dispatchers
---@field package pending table<integer, ipynb.LspPending>
---@field package last_id integer
---@field package is_closed boolean
local Transport = {}
Transport.__index = Transport

--- Whether Neovim takes an answer still: it completes in the window that asked, and 0.10 fails on
--- tokens of a buffer that has gone. Floats go by a key.
---@param pending ipynb.LspPending
---@return boolean
local function is_awaited(pending)
  local buf = pending.buf
  if pending.method == COMPLETION then
    return buf ~= nil and #vim.fn.win_findbuf(buf) > 0
  end
  return not buf or vim.api.nvim_buf_is_valid(buf)
end

---@package
---@param id integer
---@param err? table
---@param result any
function Transport:answer(id, err, result)
  local pending = self.pending[id]
  if not pending then
    return
  end
  self.pending[id] = nil
  vim.schedule(function()
    if pending.on_reply then
      pending.on_reply(id)
    end
    if is_awaited(pending) then
      pending.callback(err, result, id)
    end
  end)
end

---@package
---@param id integer
---@param request ipynb.LspRequest
function Transport:handle(id, request)
  local handler = self.service.handlers[request.method]
  if not handler then
    local message = 'not supported: ' .. request.method
    self:answer(id, { code = METHOD_NOT_FOUND, message = message }, nil)
    return
  end
  local cancel = handler(request, function(result, err)
    self:answer(id, err, result)
  end)
  if self.pending[id] then
    self.pending[id].cancel = cancel
  end
end

---@package
---@param method string
---@param params table?
---@param callback fun(err: table?, result: any, id: integer)
---@param on_reply? fun(id: integer)
---@return boolean accepted
---@return integer? id
function Transport:request(method, params, callback, on_reply)
  if self.is_closed then
    return false
  end
  self.last_id = self.last_id + 1
  local id = self.last_id
  local about = (params or {}).textDocument
  local buf = about and self.service.buffer_of(about.uri)
  self.pending[id] = { method = method, buf = buf, callback = callback, on_reply = on_reply }
  if method == 'initialize' then
    self:answer(id, nil, { capabilities = self.service.capabilities })
  elseif method == 'shutdown' then
    self:answer(id, nil, vim.NIL)
  else
    local captured = self.service.capture(method, params)
    local function drop()
      self:cancel(id)
    end
    local request = { method = method, params = params or {}, captured = captured, drop = drop }
    vim.schedule(function()
      if self.pending[id] then
        self:handle(id, request)
      end
    end)
  end
  return true, id
end

--- As from a server's process: the answer to a cancelled request is not given to its caller.
---@package
---@param id integer
function Transport:cancel(id)
  local pending = self.pending[id]
  if not pending then
    return
  end
  self.pending[id] = nil
  if pending.cancel then
    pending.cancel()
  end
  vim.schedule(function()
    if pending.on_reply then
      pending.on_reply(id)
    end
  end)
end

---@package
function Transport:close()
  if self.is_closed then
    return
  end
  self.is_closed = true
  for _, id in ipairs(vim.tbl_keys(self.pending)) do
    self:cancel(id)
  end
  vim.schedule(function()
    self.dispatchers.on_exit(0, 0)
  end)
end

--- What `cmd` of a client's configuration may be: a function of the dispatchers.
---@param service ipynb.LspService
---@return fun(dispatchers: vim.lsp.rpc.Dispatchers): vim.lsp.rpc.PublicClient
function M.command(service)
  return function(dispatchers)
    local self = setmetatable({
      service = service,
      dispatchers = dispatchers,
      pending = {},
      last_id = 0,
      is_closed = false,
    }, Transport)
    return {
      request = function(...)
        return self:request(...)
      end,
      notify = function(method, params)
        if method == '$/cancelRequest' then
          self:cancel(params.id)
        elseif method == 'exit' then
          self:close()
        end
        return not self.is_closed
      end,
      is_closing = function()
        return self.is_closed
      end,
      terminate = function()
        self:close()
      end,
    }
  end
end

return M
