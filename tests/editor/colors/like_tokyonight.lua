-- The groups that tokyonight (dark) and catppuccin latte (light) set, as a plain table. With
-- g:is_transparent the page has no colour of its own.
vim.cmd.highlight('clear')
vim.g.colors_name = 'like_tokyonight'
local is_dark = vim.o.background == 'dark'
local c = is_dark
    and {
      bg = '#1a1b26',
      float = '#16161e',
      column = '#15161e',
      line = '#292e42',
      fg = '#c0caf5',
      nontext = '#545c7e',
      lnum = '#3b4261',
      separator = '#15161e',
      comment = '#565f89',
      func = '#7aa2f7',
      string = '#9ece6a',
      special = '#2ac3de',
      error = '#db4b4b',
      warn = '#e0af68',
      info = '#0db9d7',
      ok = '#1abc9c',
    }
  or {
    bg = '#eff1f5',
    float = '#e6e9ef',
    column = '#ccd0da',
    line = '#e9ebf1',
    fg = '#4c4f69',
    nontext = '#9ca0b0',
    lnum = '#bcc0cc',
    separator = '#dce0e8',
    comment = '#7c7f93',
    func = '#1e66f5',
    string = '#40a02b',
    special = '#ea76cb',
    error = '#d20f39',
    warn = '#df8e1d',
    info = '#04a5e5',
    ok = '#40a02b',
  }
local groups = {
  Normal = { fg = c.fg, bg = not vim.g.is_transparent and c.bg or nil },
  NormalFloat = { fg = c.fg, bg = c.float },
  CursorLine = { bg = c.line },
  CursorColumn = { bg = c.line },
  ColorColumn = { bg = c.column },
  Pmenu = { fg = c.fg, bg = c.float },
  NonText = { fg = c.nontext },
  LineNr = { fg = c.lnum },
  WinSeparator = { fg = c.separator, bold = true },
  Comment = { fg = c.comment, italic = true },
  Function = { fg = c.func },
  String = { fg = c.string },
  Special = { fg = c.special },
  ErrorMsg = { fg = c.error },
  WarningMsg = { fg = c.warn },
  DiagnosticError = { fg = c.error },
  DiagnosticWarn = { fg = c.warn },
  DiagnosticInfo = { fg = c.info },
  DiagnosticOk = { fg = c.ok },
  ['@markup.heading.1.markdown'] = { fg = c.func, bg = c.line, bold = true },
  ['@markup.strong'] = { bold = true },
  ['@markup.raw.markdown_inline'] = { fg = c.info, bg = c.line },
}
for name, value in pairs(groups) do
  vim.api.nvim_set_hl(0, name, value)
end
