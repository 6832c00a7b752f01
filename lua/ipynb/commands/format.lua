-- Owns the actions that format cells by name; must not know how cells are formatted.

local calls = require('ipynb.commands.call')
local format_run = require('ipynb.format.run')
local notebook = require('ipynb.notebook')

---@type ipynb.Action[]
return {
  {
    name = 'FormatCell',
    key = 'format_cell',
    is_on_cells = true,
    run = function(nb, call)
      local range = calls.range(nb, call)
      if range then
        format_run.cells(nb, notebook.ids(nb, range))
      end
    end,
  },
  {
    name = 'FormatAll',
    key = 'format_all',
    run = function(nb)
      format_run.cells(nb, vim.list_slice(nb.layout:ids()))
    end,
  },
}
