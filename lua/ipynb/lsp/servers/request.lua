-- Owns the way of one request: what was typed goes first, then the question to the server, then
-- its answer; must not know what the methods mean.

local ask = require('ipynb.lsp.servers.ask')
local document = require('ipynb.lsp.servers.document')
local methods = require('ipynb.lsp.servers.methods')
local mirror = require('ipynb.text.mirror')
local shape = require('ipynb.lsp.servers.shape')
local siblings = require('ipynb.lsp.servers.siblings')
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
  return buf and document.new(server, buf)
end

--- What to ask. An item that comes back is asked about as the server made it.
---@param method ipynb.LspMethod
---@param asked ipynb.LspDocument
---@param params table
---@return ipynb.LspQuestion[]
local function questions(method, asked, params)
  if params.textDocument and not method.ask then
    return ask.questions(asked, params)
  end
  local data = (params.item or params).data
  local view = asked:about(type(data) == 'table' and data.about or asked.texts:uri_at(0))
  return { { document = view, params = (method.ask or translate.to_server)(view, params) } }
end

--- The answers of a server's documents as one of the asked buffer.
---@param method ipynb.LspMethod
---@param mapped any[]
---@return any
local function merged(method, mapped)
  if #mapped < 2 then
    return mapped[1]
  elseif method.merge then
    return method.merge(mapped)
  end
  local all = {}
  for _, one in ipairs(mapped) do
    vim.list_extend(all, vim.islist(one) and one or { one })
  end
  return all
end

---@param server ipynb.LspServer
---@param name string
---@return ipynb.LspHandler
local function handler(server, name)
  local method = methods.all[name]
  return function(request, respond)
    local params = request.params
    siblings.each(server.client.id, function(one)
      flush(one.nb)
      one.texts:bring()
    end)
    local asked = asked_document(server, params)
    if not asked or params.position and not asked:code_cell(params.position.line) then
      respond(nil)
      return
    elseif method.handle then
      return method.handle(server, asked, request, respond)
    end
    local narrowed, own_params = nil, params
    if method.narrow then
      narrowed, own_params = method.narrow(server, asked, params)
    end
    local list = questions(method, asked, own_params)
    return ask.each(server, narrowed or name, list, function(err, answers)
      local now = not err and asked_document(server, params)
      if not now then
        -- That a server has ended Neovim says itself.
        respond(nil, not server.is_ended and err or nil)
        return
      end
      local map, mapped = method.answer or translate.from_server, {}
      for i, question in ipairs(list) do
        local uri = question.document.uri
        local is_there = answers[i] ~= nil and (not uri or now:is_own(uri))
        -- A server may answer anything.
        local ok, one = true, nil
        if is_there then
          ok, one = pcall(map, now:about(uri), answers[i], method.answer and params or method)
        end
        if not ok then
          local text = ('%s: an answer to %s that is none'):format(server.name, name)
          respond(nil, { code = PARSE_ERROR, message = text })
          return
        end
        mapped[#mapped + 1] = shape.sound(name, one)
      end
      respond(merged(method, mapped))
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
