-- Owns what servers say wrongly of notebooks: rules about the place in a file, IPython's own names,
-- top-level await; data and no buffers.
--
-- `code` or `message` says which diagnostics, `place` where they are false.

local M = {}

---@class ipynb.FalseRule
---@field codes? string[] exact, or a pattern with `^`
---@field message? string pattern in lower case
---@field place string a function of rule_places.lua

---@type ipynb.FalseRule[]
M.rules = {
  -- Imports not at the top: each cell has its own.
  { codes = { 'E402', 'C0413', 'wrong-import-position' }, place = 'anywhere' },
  { codes = { 'C0411', 'C0412', 'wrong-import-order', 'ungrouped-imports' }, place = 'anywhere' },
  -- What comes after a cell's imports is in another cell.
  { codes = { 'I001' }, place = 'anywhere' },
  -- Blank lines: other cells are blank lines to the server.
  { codes = { '^E30%d$' }, place = 'cell_start' },
  { codes = { 'W391', 'W292' }, place = 'anywhere' },
  -- A cell's last expression is what it shows.
  {
    codes = {
      'B015',
      'B018',
      'W0104',
      'W0106',
      'pointless-statement',
      'expression-not-assigned',
      'reportUnusedExpression',
      'reportUnusedCallResult',
      'reportUnusedCoroutine',
      'unused-awaitable',
    },
    place = 'cell_end',
  },
  { codes = { 'E703', 'W0301' }, place = 'cell_end' },
  -- Cells are written anew, and are compiled one by one.
  {
    codes = { 'F811', 'reportRedeclaration' },
    message = '^redefinition of unused',
    place = 'of_other_cell',
  },
  { message = '__future__.*must', place = 'cell_start' },
  { codes = { 'F404' }, place = 'cell_start' },
  -- The module: its name, its docstring, its package.
  { codes = { 'N999', 'INP001', 'C0103', 'invalid-name', 'CPY001' }, place = 'document_start' },
  { codes = { 'INP001', 'D100', 'C0114', 'missing-module-docstring' }, place = 'anywhere' },
  -- IPython runs it in an event loop.
  { codes = { 'F704', 'PLE1142', 'E1142' }, place = 'top_level' },
  { message = 'await.*outside', place = 'top_level' },
  { message = 'await.*only within', place = 'top_level' },
  { message = "'yield' outside function", place = 'top_level_await' },
  { message = 'async.*outside', place = 'top_level' },
  { message = 'async.*only within', place = 'top_level' },
  { message = 'async.*not allowed', place = 'top_level' },
}

--- Said of a name that nothing defines.
M.UNDEFINED = {
  'F821',
  'E0602',
  'undefined-variable',
  'reportUndefinedVariable',
  'unresolved-reference',
}
M.UNDEFINED_MESSAGES = { '^undefined name', 'is not defined$', 'when used is not defined$' }

--- Said of a name that nothing uses: magics are not read for names.
M.UNUSED = { 'F401', 'F841', 'B007', 'W0611', 'W0612', 'unused-import', 'unused-variable' }

--- Names that IPython defines.
M.NAMES = {
  display = true,
  exit = true,
  get_ipython = true,
  quit = true,
  In = true,
  Out = true,
  _ = true,
  __ = true,
  ___ = true,
  _dh = true,
  _exit_code = true,
  _ih = true,
  _oh = true,
}

--- Magics after which any name may be defined.
M.DEFINING_MAGICS = { 'run', 'pylab', 'load', 'rerun', 'macro', 'recall', 'edit' }

--- Cell magics whose body, in another language, defines names of Python.
M.DEFINING_CELLS = { 'cython', 'cython_inline', 'fortran' }

return M
