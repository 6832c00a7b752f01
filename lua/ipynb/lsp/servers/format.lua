-- Owns answering a request to format facade or edit buffer; must not know how a cell is formatted.

local format = require('ipynb.format')
local format_cell = require('ipynb.lsp.servers.format_cell')
local report = require('ipynb.report')

local M = {}

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
---@return fun() cancel
local function answer(server, document, order, ids, respond)
  local before = format.texts(server.nb, ids)
  local formatter = format_cell.formatter(server)
  return format.cells(server.nb, formatter, order, before, function(after, problem)
    local id = document.cell_id
    local is_part = problem and not id and not vim.deep_equal(after, before)
    if problem and not is_part then
      respond(nil, { code = -32803, message = problem })
    elseif not id then
      if problem then
        report.warn(('%s: %s; other cells are formatted'):format(server.name, problem))
      end
      format.put(server.nb, before, after)
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
  return answer(server, document, { options = request.params.options }, ids, respond)
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
  local order = { options = request.params.options, ranges = ranges }
  return answer(server, document, order, ids, respond)
end

return M
