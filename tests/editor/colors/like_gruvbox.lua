-- The groups that a gruvbox scheme sets, dark and light, as a plain table.
vim.cmd.highlight('clear')
vim.g.colors_name = 'like_gruvbox'
local is_dark = vim.o.background == 'dark'
local c = is_dark
    and {
      bg = '#282828',
      bg1 = '#3c3836',
      bg2 = '#504945',
      bg3 = '#665c54',
      bg4 = '#7c6f64',
      fg = '#ebdbb2',
      gray = '#928374',
      red = '#fb4934',
      green = '#b8bb26',
      yellow = '#fabd2f',
      blue = '#83a598',
      aqua = '#8ec07c',
      orange = '#fe8019',
    }
  or {
    bg = '#fbf1c7',
    bg1 = '#ebdbb2',
    bg2 = '#d5c4a1',
    bg3 = '#bdae93',
    bg4 = '#a89984',
    fg = '#3c3836',
    gray = '#928374',
    red = '#9d0006',
    green = '#79740e',
    yellow = '#b57614',
    blue = '#076678',
    aqua = '#427b58',
    orange = '#af3a03',
  }
local groups = {
  Normal = { fg = c.fg, bg = c.bg },
  NormalFloat = { fg = c.fg, bg = c.bg1 },
  CursorLine = { bg = c.bg1 },
  CursorColumn = { bg = c.bg1 },
  ColorColumn = { bg = c.bg1 },
  Pmenu = { fg = c.fg, bg = c.bg2 },
  SignColumn = { bg = c.bg1 },
  NonText = { fg = c.bg2 },
  LineNr = { fg = c.bg4 },
  WinSeparator = { fg = c.bg3 },
  Comment = { fg = c.gray, italic = true },
  Function = { fg = c.green, bold = true },
  String = { fg = c.green, italic = true },
  Special = { fg = c.orange },
  ErrorMsg = { fg = c.bg, bg = c.red, bold = true },
  WarningMsg = { fg = c.red, bold = true },
  DiagnosticError = { fg = c.red },
  DiagnosticWarn = { fg = c.yellow },
  DiagnosticInfo = { fg = c.blue },
  DiagnosticOk = { fg = c.green },
  ['@markup.heading.1.markdown'] = { fg = c.green, bold = true },
  ['@markup.strong'] = { bold = true },
  ['@markup.raw.markdown_inline'] = { fg = c.aqua },
}
for name, value in pairs(groups) do
  vim.api.nvim_set_hl(0, name, value)
end
