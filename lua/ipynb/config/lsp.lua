-- Owns the options of language servers; must not know who speaks to them.

---@type ipynb.Option[]
return {
  {
    name = 'lsp.enabled',
    type = 'boolean',
    default = true,
    help = "Let your own language servers for the notebook's language attach to it.",
  },
  {
    name = 'lsp.ways',
    type = "table of 'shadow' or 'notebook'",
    default = {},
    help = "What servers get of a notebook, by the server's name: one document of all code, or "
      .. 'each cell (`:help ipynb-lsp-ways`).',
  },
  {
    name = 'format.trailing_blank_lines',
    type = 'integer',
    default = 0,
    unit = 'lines',
    help = 'Blank lines that formatting leaves at the end of a cell.',
  },
}
