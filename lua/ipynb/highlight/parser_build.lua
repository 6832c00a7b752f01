-- Owns compiling tree-sitter-ipynb/ once, in the background; must not know who uses the parser.

local M = {}

local SOURCES = { 'parser.c', 'scanner.c' }
local BUILD_TIMEOUT_MS = 120000

---@return string path of the grammar's folder in the checkout
function M.folder()
  local lua = debug.getinfo(1, 'S').source:sub(2)
  return vim.fs.joinpath(vim.fn.fnamemodify(lua, ':p:h:h:h:h'), 'tree-sitter-ipynb')
end

---@return string? path where the parser of exactly these sources belongs
local function target()
  local text = {}
  for i, name in ipairs(SOURCES) do
    local file = io.open(vim.fs.joinpath(M.folder(), 'src', name), 'rb')
    if not file then
      return nil
    end
    text[i] = file:read('*a')
    file:close()
  end
  local key = vim.fn.sha256(table.concat(text)):sub(1, 16)
  local data = vim.fn.stdpath('data') --[[@as string]]
  return vim.fs.joinpath(data, 'ipynb', 'parser', key .. '.so')
end

---@return string? path of the parser if it was built before
function M.find()
  local path = target()
  return path and vim.uv.fs_stat(path) and path or nil
end

---@return string[][] commands to try, in order
function M.compilers()
  local found = {}
  local named = vim.env.CC and vim.split(vim.env.CC, '%s+', { trimempty = true }) or {}
  local known = { named, { 'cc' }, { 'gcc' }, { 'clang' }, { 'zig', 'cc' }, { 'tcc' } }
  for _, command in ipairs(known) do
    if command[1] and vim.fn.executable(command[1]) == 1 then
      found[#found + 1] = command
    end
  end
  return found
end

--- Writes a line to the plugin's log.
---@param text string
function M.log(text)
  local path = vim.fs.joinpath(vim.fn.stdpath('log') --[[@as string]], 'ipynb.log')
  local line = ('%s WARNING parser: %s'):format(os.date('%Y-%m-%d %H:%M:%S'), text)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  -- E482: a folder that cannot be written; the line is in :checkhealth, too.
  pcall(vim.fn.writefile, { line }, path, 'a')
end

---@param command string[]
---@param output string
---@return string[]
local function command_line(command, output)
  local source = vim.fs.joinpath(M.folder(), 'src')
  local words = vim.list_extend({}, command)
  vim.list_extend(words, { '-O2', '-shared', '-fPIC', '-I', source, '-o', output })
  for _, name in ipairs(SOURCES) do
    words[#words + 1] = vim.fs.joinpath(source, name)
  end
  return words
end

---@param command string[]
---@param done vim.SystemCompleted
---@return string problem one line
local function problem_of(command, done)
  local said = vim.trim(done.stderr or ''):match('[^\n]*error[^\n]*') or vim.trim(done.stderr or '')
  said = vim.split(said, '\n')[1]
  local what = said ~= '' and said or ('exit code %d'):format(done.code)
  return ('%s does not compile the parser: %s'):format(table.concat(command, ' '), what)
end

--- Tries one compiler after the other.
---@param commands string[][]
---@param path string
---@param on_built fun(path: string?, problem: string?)
---@param problem? string of the last one
local function try(commands, path, on_built, problem)
  local command = table.remove(commands, 1)
  if not command then
    on_built(nil, problem or 'no C compiler (cc, gcc, clang, zig or tcc) was found')
    return
  end
  local output = ('%s.%d'):format(path, vim.uv.os_getpid())
  local function on_exit(done)
    if done.code == 0 then
      local _, rename_problem = vim.uv.fs_rename(output, path) -- whole, or not at all
      on_built(not rename_problem and path or nil, rename_problem)
    else
      vim.uv.fs_unlink(output)
      try(commands, path, on_built, problem_of(command, done))
    end
  end
  local options = { text = true, timeout = BUILD_TIMEOUT_MS }
  -- E: ENOENT, EACCES: the program cannot be started.
  local ok, started =
    pcall(vim.system, command_line(command, output), options, vim.schedule_wrap(on_exit))
  if not ok then
    try(commands, path, on_built, vim.split(tostring(started), '\n')[1])
  end
end

--- Compiles in the background.
---@param on_built fun(path: string?, problem: string?)
function M.start(on_built)
  local path = target()
  -- E739: the folder cannot be made.
  if not path then
    on_built(nil, M.folder() .. ' is not complete')
  elseif not pcall(vim.fn.mkdir, vim.fs.dirname(path), 'p') then
    on_built(nil, vim.fs.dirname(path) .. ' cannot be made')
  else
    try(M.compilers(), path, on_built)
  end
end

return M
