-- Owns the options: declared once here, validated, merged; must not know what they are used for.
-- `scripts/gen_docs` makes the README's table and the help's section from `M.options`.

local check = require('ipynb.config.check')

local M = {}

---@class ipynb.Option
---@field name string dotted path
---@field type string|string[] a Lua type, or the list of allowed values
---@field default any
---@field unit? string
---@field help string one sentence

---@type ipynb.Option[]
M.options = {
  {
    name = 'python',
    type = { 'string', 'nil' },
    help = 'Python that runs the host; default: `g:python3_host_prog`, then `python3` on PATH.',
  },
  {
    name = 'host',
    type = { "'dedicated'", "'shared'" },
    default = 'dedicated',
    help = "A host process of our own, or Neovim's shared `python3` remote-plugin host.",
  },
  {
    name = 'ascii',
    type = 'boolean',
    default = false,
    help = 'Draw borders and signs with ASCII characters only.',
  },
  {
    name = 'hints',
    type = 'boolean',
    default = true,
    help = "Name the keys that help most on the active cell's lower border.",
  },
  {
    name = 'folds',
    type = 'boolean',
    default = true,
    help = "Cells are folds for `za`, `zM` and the like, where 'foldmethod' is `manual`.",
  },
  {
    name = 'picker',
    type = { "'auto'", "'select'", "'telescope'", "'fzf-lua'", "'snacks'" },
    default = 'auto',
    help = 'What lists cells and headings; `auto`: the first one installed, else `vim.ui.select`.',
  },
  {
    name = 'on_attach',
    type = { 'function', 'nil' },
    help = 'Called with buffer and `facade` or `edit` after the keys of each are mapped.',
  },
  {
    name = 'treesitter',
    type = 'boolean',
    default = true,
    help = 'Highlight with tree-sitter where a parser can be had; else by regex syntax.',
  },
  {
    name = 'markdown.render',
    type = 'boolean',
    default = true,
    help = 'Draw headings, lists, tables and the like of markdown cells.',
  },
  {
    name = 'markdown.conceal',
    type = 'boolean',
    default = true,
    help = 'Hide the marks of markdown outside of the cell that is edited.',
  },
  {
    name = 'kernel.python',
    type = { 'string', 'nil' },
    help = 'Python of the kernel for Python notebooks; default: the environment found upward '
      .. 'from the notebook.',
  },
  {
    name = 'kernel.stop_on_error',
    type = 'boolean',
    default = true,
    help = 'An error in a cell cancels the cells queued behind it.',
  },
  {
    name = 'kernel.keep',
    type = 'boolean',
    default = false,
    help = 'Kernels stay when Neovim ends; `:NotebookKernelConnect` finds them again.',
  },
  {
    name = 'kernel.record_timing',
    type = 'boolean',
    default = false,
    help = "Note in the cells' metadata when they ran, as JupyterLab does on request.",
  },
  {
    name = 'notify.after_s',
    type = { 'integer', 'false' },
    default = 60,
    unit = 'seconds',
    help = 'Say when a run that took at least this long has ended.',
  },
  {
    name = 'notify.terminal',
    type = { 'false', "'osc9'", "'osc99'" },
    default = false,
    help = 'Say it by the terminal too: most know OSC 9, kitty OSC 99.',
  },
  {
    name = 'output.max_lines',
    type = 'integer',
    default = 40,
    unit = 'lines',
    help = 'Longer outputs are cut in the middle; `go` opens all of it.',
  },
  {
    name = 'output.max_columns',
    type = 'integer',
    default = 500,
    unit = 'columns',
    help = 'Longer lines of output are clipped.',
  },
  {
    name = 'log_level',
    type = { "'debug'", "'info'", "'warning'", "'error'" },
    default = 'warning',
    help = "What the host writes to `stdpath('log')/ipynb.log`.",
  },
}

vim.list_extend(M.options, require('ipynb.config.ask'))
vim.list_extend(M.options, require('ipynb.config.lsp'))
vim.list_extend(M.options, require('ipynb.config.keys'))

---@param target table
---@param path string dotted
---@param value any
local function set_path(target, path, value)
  local keys = vim.split(path, '.', { plain = true })
  for i = 1, #keys - 1 do
    target[keys[i]] = target[keys[i]] or {}
    target = target[keys[i]]
  end
  target[keys[#keys]] = value
end

---@param given table
---@param prefix string
---@param by_name table<string, ipynb.Option>
---@param visit fun(option: ipynb.Option, value: any)
---@param problems string[]
local function walk(given, prefix, by_name, visit, problems)
  for name, value in pairs(given) do
    local path = prefix .. tostring(name)
    local group = false
    for known in pairs(by_name) do
      group = group or vim.startswith(known, path .. '.')
    end
    if by_name[path] then
      visit(by_name[path], value)
    elseif group and type(value) == 'table' then
      walk(value, path .. '.', by_name, visit, problems)
    elseif group then
      local given_here = vim.inspect(value)
      problems[#problems + 1] = ('ipynb.setup: `%s` must be table, not %s'):format(path, given_here)
    else
      problems[#problems + 1] = ('ipynb.setup: unknown option `%s`'):format(path)
    end
  end
end

---@type table?
local current

local function defaults()
  local result = {}
  for _, option in ipairs(M.options) do
    set_path(result, option.name, vim.deepcopy(option.default))
  end
  return result
end

--- Merges the user's options over the defaults; reports each problem with its path and
--- keeps the default there.
---@param given? table
---@return string[] problems one line each
function M.setup(given)
  local result, problems, by_name = defaults(), {}, {}
  for _, option in ipairs(M.options) do
    by_name[option.name] = option
  end
  walk(given or {}, '', by_name, function(option, value)
    local problem = check.problem(option, value)
    if problem then
      problems[#problems + 1] = problem
    else
      set_path(result, option.name, value)
    end
  end, problems)
  current = result
  return problems
end

---@return table options as nested tables
function M.get()
  current = current or defaults()
  return current
end

return M
