-- Owns the tree-sitter parser `ipynb`: finds, loads and registers it; must not know notebooks.
--
-- A parser on the runtimepath (nvim-treesitter builds one there) comes first; else the one that
-- was built from tree-sitter-ipynb/ into stdpath('data'), by ipynb.parser_build.

local injection = require('ipynb.highlight.injection')
local parser_build = require('ipynb.highlight.parser_build')

local M = {}

local NAME = 'ipynb'

---@class ipynb.ParserStatus
---@field state 'unknown'|'building'|'loaded'|'failed'
---@field path? string what was loaded
---@field problem? string one line

--- The whole mutable state of this module.
---@type ipynb.ParserStatus, fun()[]
local status, waiting = { state = 'unknown' }, {}

--- Whether a language's parser is there; loads it.
---@param language string
---@param path? string
---@return boolean
function M.has(language, path)
  -- E: no such parser, or one of another ABI; 0.10 raises, newer ones return nil.
  pcall(vim.treesitter.language.add, language, path and { path = path } or nil)
  return (pcall(vim.treesitter.language.inspect, language))
end

---@param path? string
---@return boolean
local function load(path)
  if not M.has(NAME, path) then
    return false
  end
  injection.register()
  status =
    { state = 'loaded', path = path or vim.api.nvim_get_runtime_file('parser/ipynb.*', false)[1] }
  return true
end

---@param path string? nil: none was built
---@param problem string?
local function on_built(path, problem)
  if path and not load(path) then
    problem = path .. ' was built, but Neovim cannot load it'
  end
  if problem then
    status = { state = 'failed', problem = problem }
    parser_build.log(problem)
  end
  local callbacks = waiting
  waiting = {}
  if status.state == 'loaded' then
    for _, callback in ipairs(callbacks) do
      callback()
    end
  end
end

--- Calls back as soon as the parser is loaded: at once, after it was built, or never.
---@param on_loaded fun()
function M.ensure(on_loaded)
  if status.state == 'loaded' or status.state == 'unknown' and load() then
    on_loaded()
  elseif status.state == 'failed' then
    return
  else
    local built = status.state == 'unknown' and parser_build.find()
    if built and load(built) then
      on_loaded()
      return
    end
    waiting[#waiting + 1] = on_loaded
    if status.state == 'unknown' then
      status = { state = 'building' }
      parser_build.start(on_built)
    end
  end
end

---@return ipynb.ParserStatus
function M.status()
  return status
end

---@return table `install_info` of nvim-treesitter, both branches
local function install_info()
  local folder = parser_build.folder()
  return { url = folder, path = folder, files = { 'src/parser.c', 'src/scanner.c' } }
end

--- What nvim-treesitter needs to build the parser itself (`:TSInstall ipynb`): the `main` branch
--- asks by `User TSUpdate`, `master` has a table of its own.
function M.register()
  vim.api.nvim_create_autocmd('User', {
    group = vim.api.nvim_create_augroup('ipynb.parser', {}),
    pattern = 'TSUpdate',
    callback = function()
      local parsers = package.loaded['nvim-treesitter.parsers']
      if type(parsers) == 'table' and not parsers.get_parser_configs then
        parsers[NAME] = { install_info = install_info() }
      end
    end,
  })
  local parsers = package.loaded['nvim-treesitter.parsers']
  if type(parsers) == 'table' and parsers.get_parser_configs then
    parsers.get_parser_configs()[NAME] = { install_info = install_info(), filetype = NAME }
  end
end

return M
