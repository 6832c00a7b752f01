-- Owns which language a cell's text is in, for the grammar's injections; must not know windows.

local M = {}

--- See `in_language`; the whole mutable state of this module.
local text_language = ''

--- Languages whose kernels read `%magic` and `!shell` lines before the language does.
local HAS_MAGICS = { python = true, sage = true }

--- Cell magics that say the language of their cell; of all others it is the notebook's.
local MAGIC_LANGUAGES = {
  bash = 'bash',
  bigquery = 'sql',
  cmd = 'dosbatch',
  html = 'html',
  HTML = 'html',
  javascript = 'javascript',
  js = 'javascript',
  julia = 'julia',
  latex = 'latex',
  markdown = 'markdown',
  perl = 'perl',
  R = 'r',
  ruby = 'ruby',
  sh = 'bash',
  sql = 'sql',
  svg = 'svg',
  SVG = 'svg',
  sx = 'bash',
  system = 'bash',
  ['!'] = 'bash',
}

---@param language string filetype of the notebook
---@return boolean
function M.has_magics(language)
  return HAS_MAGICS[language] == true
end

--- The parser's name for a filetype, only where it is a plain name: notebooks are not trusted.
---@param language string filetype
---@return string? name
function M.parser_name(language)
  local name = vim.treesitter.language.get_lang(language) or language
  return name:match('^[%w_]+$')
end

--- `%%writefile x.py` and `%%script perl` name the language by what follows.
---@param magic string
---@param arguments string
---@return string? filetype
local function named_by_arguments(magic, arguments)
  local last = arguments:match('(%S+)%s*$')
  if not last then
    return nil
  elseif magic == 'writefile' or magic == 'file' then
    return (vim.filetype.match({ filename = last }))
  elseif magic == 'script' then
    return vim.fs.basename(arguments:match('(%S+)')):match('^%a+')
  end
end

--- The language that a cell's `%%magic` says.
---@param magic string with its percent signs
---@param arguments string
---@param language string of the notebook
---@return string? filetype nil: none that is known
function M.of_magic(magic, arguments, language)
  local name = magic:gsub('^%s*%%*', '')
  if name == 'script' or name == 'writefile' or name == 'file' then
    return named_by_arguments(name, arguments)
  end
  return MAGIC_LANGUAGES[name] or language
end

---@param node TSNode a cell's content
---@param source integer|string
---@param language string
---@return string? filetype
local function of_content(node, source, language)
  local first = node:named_child(0)
  if not first or first:type() ~= 'cell_magic' then
    return language
  end
  local name, arguments = first:named_child(0), first:named_child(1)
  return M.of_magic(
    name and vim.treesitter.get_node_text(name, source) or '',
    arguments and vim.treesitter.get_node_text(arguments, source) or '',
    language
  )
end

--- A text that is no buffer does not know its notebook.
---@param source integer|string
---@return string filetype
local function language_of(source)
  if type(source) == 'string' then
    return text_language
  end
  return vim.b[vim.b[source].ipynb_facade or source].ipynb_language or ''
end

--- Runs `act`; the language of texts that it parses or queries is this one.
---@param language string filetype
---@param act fun()
function M.in_language(language, act)
  local before = text_language
  text_language = language
  local ok, problem = pcall(act)
  text_language = before
  if not ok then
    error(problem, 0) -- only to set the language back first
  end
end

---@param match table<integer, TSNode[]|TSNode>
---@param source integer|string
---@param predicate any[]
---@param metadata table
local function inject_code(match, source, predicate, metadata)
  local nodes = match[predicate[2]]
  local node = type(nodes) == 'table' and nodes[#nodes] or nodes
  local language = language_of(source)
  if not node or language == '' then
    return
  end
  if M.has_magics(language) then
    language = of_content(node, source, language) or ''
  else
    metadata['injection.include-children'] = ''
  end
  metadata['injection.language'] = M.parser_name(language)
end

--- Makes the queries' directive and predicate known; they are there for all of Neovim.
function M.register()
  local query = vim.treesitter.query
  local options = { force = true, all = true }
  query.add_directive('ipynb-inject-code!', function(match, _, source, predicate, metadata)
    inject_code(match, source, predicate, metadata)
  end, options)
  query.add_predicate('ipynb-has-magics?', function(_, _, source)
    return M.has_magics(language_of(source))
  end, options)
end

return M
