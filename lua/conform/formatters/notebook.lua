-- Owns what conform.nvim calls the formatter "notebook"; must not know how cells are formatted.

return {
  meta = {
    url = 'https://github.com/stevearc/conform.nvim',
    description = 'Formats the cells of a notebook (ipynb.nvim) as files of their language.',
  },
  condition = function(_, context)
    return require('ipynb.format.conform').can(context.buf)
  end,
  format = function(_, context, lines, callback)
    require('ipynb.format.conform').answer(context, lines, callback)
  end,
}
