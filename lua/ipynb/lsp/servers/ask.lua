-- Owns asking a server about its documents of a notebook: one question for each document that a
-- request is about, and all answers together; must not know what the methods mean.
--
--   request about the facade ── texts ──> cell 1, cell 2, … or the shadow ──> answers in this order

local kept = require('ipynb.lsp.servers.kept')
local real = require('ipynb.lsp.servers.real')
local translate = require('ipynb.lsp.servers.translate')

local M = {}

local IN_FLIGHT = 16

---@class ipynb.LspQuestion
---@field document ipynb.LspDocument about one of the server's documents
---@field params table the server's

---@param list ipynb.LspQuestion[]
---@param document ipynb.LspDocument
---@param uri string
---@param params table
local function add(list, document, uri, params)
  local view = document:about(uri)
  list[#list + 1] = { document = view, params = translate.to_server(view, params) }
end

--- Positions, each in its document; the answers keep their order.
---@param list ipynb.LspQuestion[]
---@param document ipynb.LspDocument
---@param params { positions: lsp.Position[] }
local function add_positions(list, document, params)
  local own, last_uri = {}, nil
  local function close()
    if last_uri then
      add(list, document, last_uri, vim.tbl_extend('force', params, { positions = own }))
    end
  end
  for _, position in ipairs(params.positions) do
    local uri = document.texts:uri_at(position.line + document.origin)
    if uri ~= last_uri then
      close()
      own, last_uri = {}, uri
    end
    own[#own + 1] = position
  end
  close()
end

--- What to ask a server.
---@param document ipynb.LspDocument the asked buffer
---@param params table
---@return ipynb.LspQuestion[] questions top to bottom
function M.questions(document, params)
  local list, texts, origin = {}, document.texts, document.origin
  local range = params.range
  if params.positions then
    add_positions(list, document, params)
    return list
  end
  local uris
  if params.position then
    uris = { texts:uri_at(params.position.line + origin) }
  elseif range then
    uris = texts:uris(range.start.line + origin, range['end'].line + origin)
  else
    uris = texts:uris(origin, origin + document.rows - 1)
  end
  for _, uri in ipairs(uris) do
    add(list, document, uri, params)
  end
  return list
end

--- Asks; all that was changed is told to the server before.
---@param server ipynb.LspServer
---@param method string
---@param params table
---@param on_answer fun(err: table?, result: any) called once, unless cancelled
---@return fun() cancel
function M.one(server, method, params, on_answer)
  server.texts:bring()
  return real.request(server.client, method, params, server.nb.shadow, on_answer)
end

--- Asks all of them, a few at a time: other requests need not wait for a thousand.
---@param server ipynb.LspServer
---@param method string
---@param questions ipynb.LspQuestion[]
---@param on_done fun(err: table?, answers: table<integer, any>) `err` where none was answered
---@return fun()? cancel
function M.each(server, method, questions, on_done)
  server.texts:bring()
  local find, answers, open = kept.finder(server, method), {}, {}
  for i, question in ipairs(questions) do
    local found = find(question)
    if found then
      answers[i] = found.result
    else
      open[#open + 1] = i
    end
  end
  local left, at, problem, cancels = #open, 0, nil, {}
  if left == 0 then
    on_done(nil, answers)
    return nil
  end
  local function ask_next()
    at = at + 1
    local i = open[at]
    if not i then
      return
    end
    local keep = kept.keeper(server, method, questions[i])
    cancels[i] = M.one(server, method, questions[i].params, function(err, result)
      answers[i], problem, left, cancels[i] = result, problem or err, left - 1, nil
      if not err then
        keep(result)
      end
      if left == 0 then
        on_done(next(answers) == nil and problem or nil, answers)
      else
        ask_next()
      end
    end)
  end
  for _ = 1, math.min(left, IN_FLIGHT) do
    ask_next()
  end
  return function()
    at = #open
    for _, cancel in pairs(cancels) do
      cancel()
    end
  end
end

return M
