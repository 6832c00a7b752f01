-- Owns the way of one request: what was typed goes first, then the question to the server, then
-- its answer; must not know what the methods mean.

local document = require('ipynb.lsp.servers.document')
local methods = require('ipynb.lsp.servers.methods')
local mirror = require('ipynb.text.mirror')
local real = require('ipynb.lsp.servers.real')
local shape = require('ipynb.lsp.servers.shape')
local translate = require('ipynb.lsp.servers.translate')

local M = {}

local PARSE_ERROR = -32700

--- Whether text may not be changed now: in 'tagfunc', 'omnifunc' and the like.
---@return boolean
local function is_text_locked()
  -- E565. The window that is current already: nothing happens.
  return not pcall(vim.api.nvim_set_current_win, vim.api.nvim_get_current_win())
end

--- Nothing typed is left behind, unless text may not be changed; then the last flush counts.
---@param nb ipynb.Notebook
local function flush(nb)
  for _, one in pairs(nb.mirrors) do
    if one.dirty.first then
      if not is_text_locked() then
        mirror.flush(nb)
      end
      return
    end
  end
end

---@param server ipynb.LspServer
---@param params table
---@return ipynb.LspDocument?
local function asked_document(server, params)
  local about = params.textDocument or params.data
  local uri = type(about) == 'table' and about.uri or nil
  local buf = document.buffer_of(server.nb, uri)
  return buf and document.new(server.nb, server.client, buf)
end

---@param server ipynb.LspServer
---@param name string
---@return ipynb.LspHandler
local function handler(server, name)
  local method = methods.all[name]
  return function(request, respond)
    local params = request.params
    flush(server.nb)
    local asked = asked_document(server, params)
    if not asked or params.position and not asked:code_cell(params.position.line) then
      respond(nil)
      return
    elseif method.handle then
      return method.handle(server, asked, request, respond)
    end
    local sent = (method.ask or translate.to_server)(asked, params)
    return real.request(server.client, name, sent, server.nb.shadow, function(err, result)
      local now = not err and result ~= nil and asked_document(server, params)
      if not now then
        -- That a server has ended Neovim says itself.
        respond(nil, not server.is_ended and err or nil)
        return
      end
      local map = method.answer or translate.from_server
      -- A server may answer anything.
      local ok, mapped = pcall(map, now, result, method.answer and params or method)
      if not ok then
        local text = ('%s: an answer to %s that is none'):format(server.client.name, name)
        respond(nil, { code = PARSE_ERROR, message = text })
        return
      end
      respond(shape.sound(name, mapped))
    end)
  end
end

---@param server ipynb.LspServer
---@return table<string, ipynb.LspHandler>
function M.handlers(server)
  local handlers = {}
  for name in pairs(methods.all) do
    handlers[name] = handler(server, name)
  end
  return handlers
end

return M
