-- What luacheck may assume about this code: LuaJIT inside Neovim.
std = 'luajit'
cache = false
max_line_length = 100
max_comment_line_length = 100
-- `self` of a method that implements an interface, and names that say "not used here".
self = false
ignore = { '212/_.*' }
read_globals = {
  'vim',
}
-- Options and variables are set through these; functions of vim.* are never replaced
-- (tests/unit/test_architecture.py looks for that).
globals = {
  'vim.g',
  'vim.b',
  'vim.w',
  'vim.o',
  'vim.bo',
  'vim.wo',
  'vim.go',
  'vim.opt',
  'vim.opt_local',
  'vim.env',
}
exclude_files = { '.venv', '.state', 'node_modules' }
