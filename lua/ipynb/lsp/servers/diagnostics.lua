-- Owns what servers report of a notebook: taken from them, filtered, shown on the facade and in the
-- float; must not know when a server is asked.
--
-- Kept by the server's document, as servers say all of one at a time, and placed by cell, so that
-- they stand right wherever the cell is. The shadow itself has none: lists of all buffers name each
-- problem once.

local document = require('ipynb.lsp.servers.document')
local filter = require('ipynb.lsp.servers.filter')
local reports = require('ipynb.lsp.servers.report')
local translate = require('ipynb.lsp.servers.translate')

local M = {}

M.ns = vim.api.nvim_create_namespace('ipynb.diagnostics')

--- Neovim looks through a buffer's diagnostics at each change of it: many changes go without.
local MANY_CHANGES = 10

---@class ipynb.Problem
---@field cell_id string
---@field row integer line in the cell
---@field shown vim.Diagnostic its lines are set when shown
---@field height integer lines it goes down
---@field original lsp.Diagnostic

---@param asked ipynb.LspDocument
---@param diagnostic lsp.Diagnostic
---@param range lsp.Range
---@return table
local function shown(asked, diagnostic, range)
  return {
    col = range.start.character,
    end_col = range['end'].character,
    severity = diagnostic.severity,
    message = diagnostic.message,
    source = diagnostic.source,
    code = diagnostic.code,
    user_data = {
      lsp = {
        code = diagnostic.code,
        tags = diagnostic.tags,
        relatedInformation = translate.from_server(asked, diagnostic.relatedInformation),
      },
    },
  }
end

---@param asked ipynb.LspDocument about the document that it is in
---@param diagnostic lsp.Diagnostic
---@return ipynb.Reading
local function read(asked, diagnostic)
  local nb, range = asked.nb, diagnostic.range
  local first, last = asked:to_facade(range.start), asked:to_facade(range['end'])
  local id = asked:code_cell(first.line)
  if not id then
    return {}
  end
  local row, end_row = nb.layout:content(id)
  local own = { start = first, ['end'] = last }
  local place = { document = asked, cell_id = id, first = row, end_row = end_row, range = own }
  if filter.is_false(place, diagnostic) then
    return { cell_id = id }
  end
  if last.line >= end_row then
    own['end'] = { line = end_row - 1, character = #asked:line(end_row - 1) }
  end
  local problem = {
    cell_id = id,
    row = first.line - row,
    height = own['end'].line - first.line,
    shown = shown(asked, diagnostic, own),
    original = diagnostic,
  }
  return { cell_id = id, problem = problem }
end

---@param nb ipynb.Notebook
---@param one ipynb.Problem
---@param only_cell? string
---@return vim.Diagnostic
local function placed_one(nb, one, only_cell)
  local origin = only_cell and 0 or nb.layout:content(one.cell_id)
  local lnum = origin + math.min(one.row, nb.layout:height(one.cell_id) - 1)
  local result = { lnum = lnum, end_lnum = lnum + one.height }
  for key, value in pairs(one.shown) do -- of thousands at once
    result[key] = value
  end
  return result
end

---@param nb ipynb.Notebook
---@param only_cell? string
---@return vim.Diagnostic[]
local function placed(nb, only_cell)
  local result = {}
  for _, server in pairs(nb.servers) do
    for _, report in pairs(server.reports) do
      for _, one in ipairs(report.problems) do
        if nb.layout:index(one.cell_id) and (not only_cell or one.cell_id == only_cell) then
          result[#result + 1] = placed_one(nb, one, only_cell)
        end
      end
    end
  end
  return result
end

--- Shows them on the facade, and in the float if it is open.
---@param nb ipynb.Notebook
function M.show(nb)
  nb.shows_diagnostics_soon = nil
  if not nb.servers or not vim.api.nvim_buf_is_loaded(nb.buf) then
    return
  end
  nb.hides_diagnostics = vim.startswith(vim.api.nvim_get_mode().mode, 'i')
  vim.diagnostic.set(M.ns, nb.buf, placed(nb))
  for buf, mirror in pairs(nb.mirrors) do
    local is_open = nb.layout:index(mirror.cell_id) and #vim.fn.win_findbuf(buf) > 0
    if vim.api.nvim_buf_is_loaded(buf) then
      vim.diagnostic.set(M.ns, buf, is_open and placed(nb, mirror.cell_id) or {})
    end
  end
end

--- Neovim shows what comes in insert mode when that is left in the same buffer: never on the
--- facade, where it is not.
---@param nb ipynb.Notebook
function M.show_hidden(nb)
  if nb.hides_diagnostics and vim.api.nvim_buf_is_loaded(nb.buf) then
    vim.diagnostic.show(M.ns, nb.buf)
  end
  nb.hides_diagnostics = nil
end

--- Shows them in an edit buffer that comes to a window.
---@param nb ipynb.Notebook
---@param buf integer
function M.show_in(nb, buf)
  local mirror = nb.mirrors[buf]
  if mirror and nb.layout:index(mirror.cell_id) then
    vim.diagnostic.set(M.ns, buf, placed(nb, mirror.cell_id))
  end
end

--- Takes them from an edit buffer that is in no window any more.
---@param buf integer
function M.hide_in(buf)
  if vim.api.nvim_buf_is_loaded(buf) and #vim.fn.win_findbuf(buf) == 0 then
    vim.diagnostic.reset(M.ns, buf)
  end
end

--- Servers tell of many documents one after the other: all are shown at once.
---@param nb ipynb.Notebook
local function show_soon(nb)
  if not nb.shows_diagnostics_soon then
    nb.shows_diagnostics_soon = true
    vim.schedule(function()
      M.show(nb)
    end)
  end
end

--- A server may say anything.
---@param diagnostic any
---@return boolean
local function is_sound(diagnostic)
  return type(diagnostic) == 'table'
    and type(diagnostic.message) == 'string'
    and translate.is_range(diagnostic.range)
end

--- Takes what a server says of a document: all of it, of one of the two ways in which servers say.
---@param server ipynb.LspServer
---@param uri string
---@param way ipynb.ReportWay
---@param list lsp.Diagnostic[]
function M.take(server, uri, way, list)
  local asked, row = document.new(server, server.nb.buf), server.texts:place(uri)
  if not asked or not row then
    return
  end
  uri = server.texts:uri_at(row) or uri -- as we spell it
  asked = asked:about(uri)
  local report = server.reports[uri] or reports.new()
  server.reports[uri] = report
  local has_changed = report:take(way, vim.tbl_filter(is_sound, list), function(diagnostic)
    local ok, reading = pcall(read, asked, diagnostic)
    return ok and reading or {}
  end, server.texts:unchanged())
  if has_changed then
    show_soon(server.nb)
  end
end

--- A document has gone; servers do not say that its problems have, too.
---@param server ipynb.LspServer
---@param uri string
function M.drop(server, uri)
  server.reports[uri] = nil
  show_soon(server.nb)
end

--- Lets a number of cells be changed.
---@param nb ipynb.Notebook
---@param count integer
---@param act fun()
function M.while_many(nb, count, act)
  local is_many = nb.servers ~= nil and count >= MANY_CHANGES
  if is_many then
    vim.diagnostic.reset(M.ns, nb.buf)
  end
  if count > 0 then
    act()
  end
  if is_many then
    M.show(nb)
  end
end

--- The server's own reports that touch a range of a document, as code actions want them.
---@param server ipynb.LspServer
---@param uri string
---@param range lsp.Range the server's
---@return lsp.Diagnostic[]
function M.at(server, uri, range)
  local found = {}
  for _, one in ipairs((server.reports[uri] or { problems = {} }).problems) do
    local own = one.original.range
    if own.start.line <= range['end'].line and own['end'].line >= range.start.line then
      found[#found + 1] = one.original
    end
  end
  return found
end

---@param nb ipynb.Notebook
function M.clear(nb)
  for _, buf in ipairs(vim.list_extend({ nb.buf }, vim.tbl_keys(nb.mirrors))) do
    if vim.api.nvim_buf_is_loaded(buf) then
      vim.diagnostic.reset(M.ns, buf)
    end
  end
end

return M
