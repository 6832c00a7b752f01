-- Owns formatting at the user's word, as one undo step: by conform.nvim where it formats the
-- language, else by all servers that format, one after the other; must not know how one does.

local capabilities = require('ipynb.lsp.servers.capabilities')
local conform = require('ipynb.format.conform')
local format = require('ipynb.format')
local format_cell = require('ipynb.lsp.servers.format_cell')
local mirror = require('ipynb.text.mirror')
local report = require('ipynb.report')

local M = {}

---@param nb ipynb.Notebook
---@return ipynb.Formatter[]
local function formatters(nb)
  local own, found = conform.formatter(nb), {}
  if own then
    return { own }
  end
  for _, server in pairs(nb.servers or {}) do
    if capabilities.formats(server.client, nb.shadow) then
      found[#found + 1] = server
    end
  end
  table.sort(found, function(a, b)
    return a.client.id < b.client.id
  end)
  return vim.tbl_map(format_cell.formatter, found)
end

---@param nb ipynb.Notebook
---@return table options as Neovim makes them
local function options(nb)
  local bo = vim.bo[nb.shadow]
  local width = bo.shiftwidth > 0 and bo.shiftwidth or bo.tabstop
  return { tabSize = width, insertSpaces = bo.expandtab }
end

--- Formats code cells.
---@param nb ipynb.Notebook
---@param ids string[]
function M.cells(nb, ids)
  mirror.flush(nb)
  local list, before = formatters(nb), format.texts(nb, ids)
  if #list == 0 then
    report.warn('no language server that formats is attached')
    return
  elseif not next(before) then
    report.info('no code cell to format')
    return
  end
  local order = { options = options(nb) }
  local function go_on(index, texts)
    local formatter = list[index]
    if not formatter then
      local count = format.put(nb, before, texts)
      report.info(('%d %s formatted'):format(count, count == 1 and 'cell' or 'cells'))
      return
    end
    format.cells(nb, formatter, order, texts, function(formatted, problem)
      if problem then
        report.warn(('%s: %s'):format(formatter.name, problem))
      end
      go_on(index + 1, formatted)
    end)
  end
  go_on(1, before)
end

return M
