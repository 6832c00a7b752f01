-- Owns the part of `:checkhealth ipynb` about tree-sitter; changes nothing.

local M = {}

local health = vim.health

---@param problem string
local function fail(problem)
  health.warn(problem .. '; regular expressions colour the notebooks', {
    'Install a C compiler (cc, gcc, clang, zig or tcc), or name one by $CC, and restart Neovim.',
  })
end

---@param parser { status: fun(): ipynb.ParserStatus }
local function check_own(parser)
  local build = require('ipynb.highlight.parser_build')
  local status = parser.status()
  local found = status.path or vim.api.nvim_get_runtime_file('parser/ipynb.*', false)[1]
  found = found or build.find()
  if status.state == 'failed' then
    fail(status.problem --[[@as string]])
  elseif found then
    health.ok(('Parser `ipynb`: %s'):format(found))
  elseif status.state == 'building' then
    health.info('Parser `ipynb` is being built')
  elseif #build.compilers() == 0 then
    fail('No C compiler was found, and no parser `ipynb`')
  else
    local command = table.concat(build.compilers()[1], ' ')
    health.info(('Parser `ipynb`: the first notebook builds it with %s'):format(command))
  end
end

---@param nb ipynb.Notebook
local function check_language(nb)
  local name = require('ipynb.highlight.injection').parser_name(nb.language)
  if name and require('ipynb.highlight.parser').has(name) then
    health.ok(('Parser `%s`, for the code of this notebook'):format(name))
  elseif name then
    health.info(('No parser `%s`: code is coloured by syntax/%s.vim'):format(name, nb.language))
  end
end

--- Reports on the parsers of notebooks.
---@param nb ipynb.Notebook? the user came from
function M.check(nb)
  health.start('ipynb: tree-sitter')
  if require('ipynb.config').get().treesitter == false then
    health.info('The option `treesitter` is off: regular expressions colour the notebooks')
    return
  end
  check_own(require('ipynb.highlight.parser'))
  if nb and nb.language ~= '' then
    check_language(nb)
  end
end

return M
