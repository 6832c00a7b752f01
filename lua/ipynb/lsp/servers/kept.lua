-- Owns answers about cells that are kept while the cell does not change: what is asked about the
-- whole notebook is one question for each of its cells; must not know what answers mean.
--
-- What other cells have a say in is kept only for cells out of view, and asked again when they are
-- seen:
--   scrolled ──> a moment later: answers of another state in view? ──> Neovim is told to ask again

local notebook = require('ipynb.notebook')

local M = {}

local SCROLL_DELAY_MS = 100

--- Methods whose answers are kept. Of those in which other cells have a say: how a server would
--- say that all must be asked again.
---@type table<string, string|false>
local METHODS = {
  ['textDocument/codeLens'] = 'workspace/codeLens/refresh',
  ['textDocument/documentLink'] = false,
  ['textDocument/documentSymbol'] = false,
  ['textDocument/foldingRange'] = false,
  ['textDocument/inlayHint'] = 'workspace/inlayHint/refresh',
  ['textDocument/semanticTokens/full'] = 'workspace/semanticTokens/refresh',
}

---@class ipynb.KeptAnswer
---@field version integer of the cell
---@field state? integer of the notebook; nil: the server knows better by now
---@field range? lsp.Range that was asked about
---@field result any

---@alias ipynb.KeptAnswers table<string, table<string, ipynb.KeptAnswer>> by URI and method

--- The cells that windows of the facade show.
---@param server ipynb.LspServer
---@return table<string, true> uris
local function in_view(server)
  local seen = {}
  for _, win in ipairs(vim.fn.win_findbuf(server.nb.buf)) do
    local first, last = vim.fn.line('w0', win) - 1, vim.fn.line('w$', win) - 1
    for _, uri in ipairs(server.texts:uris(math.max(first, 0), math.max(last, 0))) do
      seen[uri] = true
    end
  end
  return seen
end

--- What finds the answers of a method that still hold.
---@param server ipynb.LspServer
---@param method string
---@return fun(question: ipynb.LspQuestion): ipynb.KeptAnswer?
function M.finder(server, method)
  local seen = METHODS[method] and server.texts.is_notebook and in_view(server) or {}
  return function(question)
    local uri = question.document.uri
    local answer = uri and (server.kept[uri] or {})[method]
    if not answer then
      return nil
    end
    local version, state = server.texts:stamp(uri)
    local is_text = answer.version == version
    local is_same = is_text and vim.deep_equal(answer.range, question.params.range)
    return is_same and (not seen[uri] or answer.state == state) and answer or nil
  end
end

--- What keeps the answer to a question that is asked now.
---@param server ipynb.LspServer
---@param method string
---@param question ipynb.LspQuestion
---@return fun(result: any)
function M.keeper(server, method, question)
  local uri, kept = question.document.uri, server.kept
  local version, state
  if uri and METHODS[method] ~= nil then
    version, state = server.texts:stamp(uri)
  end
  return function(result)
    if version then
      kept[uri] = kept[uri] or {}
      kept[uri][method] =
        { version = version, state = state, range = question.params.range, result = result }
    end
  end
end

--- A server says that what it has answered holds no more.
---@param server ipynb.LspServer
---@param refresh string method
function M.doubt(server, refresh)
  for _, answers in pairs(server.kept) do
    for method, answer in pairs(answers) do
      if METHODS[method] == refresh then
        answer.state = nil
      end
    end
  end
end

--- Lets what is seen now be asked again, where it was answered of another state.
---@param server ipynb.LspServer
local function refresh_seen(server)
  local stale = {}
  for uri in pairs(in_view(server)) do
    local _, state = server.texts:stamp(uri)
    for method, answer in pairs(server.kept[uri] or {}) do
      if METHODS[method] and answer.state ~= state then
        stale[METHODS[method]] = true
      end
    end
  end
  for refresh in pairs(stale) do
    if vim.lsp.handlers[refresh] then
      server.tell(refresh)
    end
  end
end

---@param nb ipynb.Notebook
local function refresh_soon(nb)
  local is_wanted = vim.iter(pairs(nb.servers or {})):any(function(_, server)
    return next(server.kept) ~= nil
  end)
  if not is_wanted or nb.refreshes_seen_soon then
    return
  end
  nb.refreshes_seen_soon = true
  vim.defer_fn(function()
    nb.refreshes_seen_soon = nil
    for _, server in pairs(nb.servers or {}) do
      refresh_seen(server)
    end
  end, SCROLL_DELAY_MS)
end

---@param group integer of autocommands
function M.watch(group)
  vim.api.nvim_create_autocmd('WinScrolled', {
    group = group,
    callback = function(event)
      local win = tonumber(event.match)
      local is_there = win and vim.api.nvim_win_is_valid(win)
      local nb = is_there and notebook.get(vim.api.nvim_win_get_buf(win))
      if nb and nb.servers then
        refresh_soon(nb)
      end
    end,
  })
end

return M
