-- Owns formatting cell by cell: each cell is shown to the server as a document of its own, so that
-- nothing outside of it can be changed; must not know keys or commands.

local ask = require('ipynb.lsp.servers.ask')
local change = require('ipynb.text.change')
local config = require('ipynb.config')
local facade = require('ipynb.text.facade')
local format_mask = require('ipynb.lsp.mask.format')
local injection = require('ipynb.highlight.injection')
local real = require('ipynb.lsp.servers.real')

local M = {}

--- Numbers of the documents, the whole mutable state of this module.
local last_no = 0

---@class ipynb.FormatOrder
---@field method string
---@field options table
---@field ranges? table<string, lsp.Range> by cell, rows and columns of the cell

--- Blank lines at the end, as many as the option says.
---@param lines string[]
---@return string[]
local function end_cleanly(lines)
  local last = #lines
  while last > 1 and not lines[last]:find('%S') do
    last = last - 1
  end
  local result = vim.list_slice(lines, 1, last)
  for _ = 1, config.get().format.trailing_blank_lines do
    result[#result + 1] = ''
  end
  return result
end

---@param lines string[]
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string[]
local function edited(lines, edits, encoding)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  -- Fails when a server's edits make no sense.
  local ok, problem = pcall(vim.lsp.util.apply_text_edits, edits, buf, encoding)
  local result = vim.api.nvim_buf_get_lines(buf, 0, -1, true)
  vim.api.nvim_buf_delete(buf, { force = true })
  if not ok then
    error(problem, 0)
  end
  return result
end

---@param nb ipynb.Notebook
---@return string
local function new_uri(nb)
  last_no = last_no + 1
  local stem, extension = vim.api.nvim_buf_get_name(nb.shadow):match('^(.*)%.([^.]*)$')
  return vim.uri_from_fname(('%s.cell%d.%s'):format(stem, last_no, extension))
end

---@param server ipynb.LspServer
---@param uri string
---@param lines string[]
local function open(server, uri, lines)
  real.notify(server.client, 'textDocument/didOpen', {
    textDocument = {
      uri = uri,
      languageId = server.nb.language,
      version = 0,
      text = table.concat(lines, '\n') .. '\n',
    },
  })
end

---@class ipynb.FormatCell
---@field id string
---@field lines string[]
---@field hidden string[] the same without magics

--- Formats a cell; the answer is all of its lines.
---@param server ipynb.LspServer
---@param order ipynb.FormatOrder
---@param cell ipynb.FormatCell
---@param on_done fun(lines: string[], problem: string?)
local function format_cell(server, order, cell, on_done)
  local client, lines, hidden = server.client, cell.lines, cell.hidden
  -- A server that knows cells keeps what is right in them alone: magics, a `;` at the end.
  local own_uri = server.texts:document_of(cell.id, lines)
  local uri = own_uri or new_uri(server.nb)
  local range = order.ranges and order.ranges[cell.id]
  local params = { textDocument = { uri = uri }, options = order.options, range = range }
  local method = range and 'textDocument/rangeFormatting' or 'textDocument/formatting'
  if own_uri then
    hidden = lines
  else
    open(server, uri, hidden)
  end
  ask.one(server, method, params, function(err, edits)
    if not own_uri then
      real.notify(client, 'textDocument/didClose', { textDocument = { uri = uri } })
    end
    if err or type(edits) ~= 'table' then
      on_done(lines, err and err.message)
      return
    end
    -- Fails when a server's edits make no sense.
    local ok, result = pcall(edited, hidden, edits, client.offset_encoding)
    if ok and hidden ~= lines then
      result = format_mask.restore(result, hidden, lines)
    end
    if not ok or not result then
      on_done(lines, server.name .. ': its edits make no sense here')
      return
    end
    on_done(end_cleanly(result))
  end)
end

--- Formats cells by one server, one after the other: pylsp formats in threads that share what they
--- change, and has no edits for some of several cells asked for at once.
---@param server ipynb.LspServer
---@param order ipynb.FormatOrder
---@param cells table<string, string[]> text by cell
---@param on_done fun(cells: table<string, string[]>, problem: string?)
function M.cells(server, order, cells, on_done)
  local result, waiting, problem = {}, {}, nil
  local has_magics = injection.has_magics(server.nb.language)
  for id, lines in pairs(cells) do
    result[id] = lines
    local hidden = has_magics and format_mask.hide(lines) or not has_magics and lines
    if hidden then
      waiting[#waiting + 1] = { id = id, lines = lines, hidden = hidden }
    end
  end
  local function go_on(index)
    local cell = waiting[index]
    if not cell then
      on_done(result, problem)
      return
    end
    format_cell(server, order, cell, function(formatted, one_problem)
      result[cell.id] = formatted
      problem = problem or one_problem
      go_on(index + 1)
    end)
  end
  go_on(1)
end

--- Puts formatted text, unless the cell has changed meanwhile.
---@param nb ipynb.Notebook
---@param before table<string, string[]>
---@param after table<string, string[]>
---@return integer changed cells
function M.put(nb, before, after)
  local changes = {}
  for id, lines in pairs(after) do
    local is_same = nb.layout:index(id) and vim.deep_equal(facade.content(nb, id), before[id])
    if is_same and not vim.deep_equal(lines, before[id]) then
      changes[#changes + 1] = { cell_id = id, lines = lines }
    end
  end
  if #changes > 0 then
    change.apply(nb, changes)
  end
  return #changes
end

---@param nb ipynb.Notebook
---@param ids string[]
---@return table<string, string[]>
function M.texts(nb, ids)
  local texts = {}
  for _, id in ipairs(ids) do
    if nb.cells[id].cell_type == 'code' then
      texts[id] = facade.content(nb, id)
    end
  end
  return texts
end

---@param lines string[]
---@param count integer lines before
---@return lsp.TextEdit[]
local function whole_edit(lines, count)
  local range = {
    start = { line = 0, character = 0 },
    ['end'] = { line = count, character = 0 },
  }
  return { { range = range, newText = table.concat(lines, '\n') .. '\n' } }
end

---@param server ipynb.LspServer
---@param document ipynb.LspDocument
---@param order ipynb.FormatOrder
---@param ids string[]
---@param respond fun(result: any, err: table?)
local function answer(server, document, order, ids, respond)
  local before = M.texts(server.nb, ids)
  M.cells(server, order, before, function(after, problem)
    local id = document.cell_id
    if problem then
      respond(nil, { code = -32803, message = problem })
    elseif not id then
      M.put(server.nb, before, after)
      respond({}) -- there is nothing left to do: the facade is not modifiable
    elseif after[id] and not vim.deep_equal(after[id], before[id]) then
      respond(whole_edit(after[id], #before[id]))
    else
      respond({})
    end
  end)
end

---@type ipynb.ServerHandler
function M.document(server, document, request, respond)
  local ids = document.cell_id and { document.cell_id } or server.nb.layout:ids()
  answer(server, document, { options = request.params.options }, ids, respond)
end

---@type ipynb.ServerHandler
function M.range(server, document, request, respond)
  local nb, range = server.nb, request.params.range
  local ids, ranges = {}, {}
  local row, last = range.start.line + document.origin, range['end'].line + document.origin
  while row <= last do
    local id = nb.layout:at(row)
    if not id then
      break
    end
    local first, end_row = nb.layout:content(id)
    ids[#ids + 1] = id
    if range.start.line + document.origin >= first and last < end_row then
      ranges[id] = {
        start = { line = range.start.line + document.origin - first, character = 0 },
        ['end'] = { line = last - first + 1, character = 0 },
      }
    end
    row = math.max(end_row + 1, row + 1)
  end
  answer(server, document, { options = request.params.options, ranges = ranges }, ids, respond)
end

return M
