-- Owns formatting a notebook by a server, its cells one after the other; must not know how one is
-- formatted, keys or commands.

local change = require('ipynb.text.change')
local diagnostics = require('ipynb.lsp.servers.diagnostics')
local facade = require('ipynb.text.facade')
local format_cell = require('ipynb.lsp.servers.format_cell')
local format_mask = require('ipynb.lsp.mask.format')
local injection = require('ipynb.highlight.injection')

local M = {}

---@class ipynb.FormatOrder
---@field method string
---@field options table
---@field ranges? table<string, lsp.Range> by cell, rows and columns of the cell

--- Formats cells by one server, one after the other: pylsp formats in threads that share what they
--- change, and has no edits for some of several cells asked for at once.
---@param server ipynb.LspServer
---@param order ipynb.FormatOrder
---@param cells table<string, string[]> text by cell
---@param on_done fun(cells: table<string, string[]>, problem: string?)
---@return fun() cancel
function M.cells(server, order, cells, on_done)
  local result, waiting, problem, cancel = {}, {}, nil, nil
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
    cancel = format_cell.run(server, order, cell, function(formatted, one_problem)
      result[cell.id] = formatted
      problem = problem or one_problem
      go_on(index + 1)
    end)
  end
  go_on(1)
  return function()
    if cancel then
      cancel()
    end
  end
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
  diagnostics.while_many(nb, #changes, function()
    change.apply(nb, changes)
  end)
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
---@return fun() cancel
local function answer(server, document, order, ids, respond)
  local before = M.texts(server.nb, ids)
  return M.cells(server, order, before, function(after, problem)
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
