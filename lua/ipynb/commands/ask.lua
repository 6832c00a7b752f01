-- Owns the actions of asking the kernel by name; must not know keys or how they are done.

---@type ipynb.Action[]
return {
  {
    name = 'Inspect',
    key = 'inspect',
    run = function(nb, call)
      require('ipynb.inspect').at_cursor(nb, { detail_level = call.bang and 1 or 0 })
    end,
  },
  {
    name = 'Inspect',
    key = 'inspect_in_notebook',
    where = 'facade',
    run = function(nb, call)
      local hovering = { bufnr = nb.buf, method = 'textDocument/hover' }
      local can_ask = require('ipynb.host.ask').is_possible(nb)
      if not can_ask and #vim.lsp.get_clients(hovering) > 1 then -- one is the kernel's
        vim.lsp.buf.hover()
        return
      end
      require('ipynb.inspect').at_cursor(nb, { detail_level = call.bang and 1 or 0 })
    end,
  },
  {
    name = 'InspectCell',
    key = 'inspect_cell',
    run = function(nb)
      require('ipynb.inspect.cell').open(nb)
    end,
  },
  {
    name = 'ToggleAutoHover',
    key = 'toggle_auto_hover',
    run = function(nb)
      require('ipynb.inspect.auto_hover').toggle(nb)
    end,
  },
  {
    name = 'Variables',
    key = 'variables',
    run = function(nb)
      require('ipynb.inspect.variables').open(nb)
    end,
  },
}
