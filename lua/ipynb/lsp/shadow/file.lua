-- Owns what the shadow looks like to the rest of Neovim: a source file beside the notebook, with
-- the language's filetype; must not know its text or who attaches to it.
--
-- It has no 'buftype', as vim.lsp.enable() attaches to files only; so it is 'modified' at times,
-- and `:wall` would write it and `:quitall` complain. Neither happens. Where it would be shown, as
-- a server's place, the facade is: row N is row N there.

local M = {}

--- Where a filetype is not the extension itself.
local EXTENSIONS = {
  clojure = 'clj',
  cs = 'cs',
  elixir = 'ex',
  erlang = 'erl',
  fsharp = 'fsx',
  haskell = 'hs',
  javascript = 'js',
  julia = 'jl',
  kotlin = 'kts',
  matlab = 'm',
  mma = 'wl',
  objc = 'm',
  ocaml = 'ml',
  octave = 'm',
  perl = 'pl',
  powershell = 'ps1',
  ps1 = 'ps1',
  python = 'py',
  qsharp = 'qs',
  raku = 'raku',
  ruby = 'rb',
  rust = 'rs',
  sage = 'sage',
  scheme = 'scm',
  sh = 'sh',
  bash = 'sh',
  stata = 'do',
  typescript = 'ts',
}

---@param language string a filetype
---@return string extension of its files
function M.extension(language)
  return EXTENSIONS[language] or language:match('^%w+$') or 'txt'
end

---@param nb ipynb.Notebook
---@param nth integer
---@return string path beside the notebook; imports of its neighbours must resolve
local function path_of(nb, nth)
  return nb.path .. (nth > 1 and nth or '') .. '.' .. M.extension(nb.language)
end

---@param nb ipynb.Notebook
local function set_name(nb)
  for nth = 1, 9 do
    local path = path_of(nb, nth)
    local is_taken = vim.uv.fs_stat(path) ~= nil
    -- E95: a buffer of that name exists.
    if not is_taken and pcall(vim.api.nvim_buf_set_name, nb.shadow, path) then
      return
    end
  end
end

--- Shows the facade in its place; who goes there sets the cursor after this. The jump is one.
---@param nb ipynb.Notebook
local function show_facade(nb)
  if vim.api.nvim_buf_is_loaded(nb.buf) then
    vim.bo[nb.shadow].buflisted = false -- vim.lsp lists what it shows
    vim.cmd.buffer({ nb.buf, mods = { keepalt = true, keepjumps = true } })
  end
end

---@param nb ipynb.Notebook
---@param group integer
local function watch(nb, group)
  local buf = nb.shadow
  local function settle()
    if vim.api.nvim_buf_is_valid(buf) then
      vim.bo[buf].modified = false
    end
  end
  vim.api.nvim_create_autocmd('BufWriteCmd', { group = group, buffer = buf, callback = settle })
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = group,
    buffer = buf,
    nested = true, -- the facade comes to a window
    callback = function()
      show_facade(nb)
    end,
  })
  vim.api.nvim_create_autocmd({ 'QuitPre', 'ExitPre' }, { group = group, callback = settle })
end

--- Nobody sees the shadow: Neovim need not ask what to draw there. It would in a moment.
---@param buf integer
function M.draw_nothing(buf)
  for _, name in ipairs({ 'document_color', 'semantic_tokens', 'inlay_hint' }) do
    local feature = vim.lsp[name]
    if feature and feature.enable then
      feature.enable(false, { bufnr = buf })
    end
  end
end

--- Gives the shadow its name and filetype; whatever the user has for that filetype attaches.
---@param nb ipynb.Notebook
function M.show(nb)
  local buf = nb.shadow
  set_name(nb)
  vim.bo[buf].buflisted = false
  vim.bo[buf].buftype = ''
  vim.bo[buf].modified = false
  watch(nb, vim.api.nvim_create_augroup('ipynb.shadow.' .. buf, { clear = true }))
  vim.bo[buf].filetype = nb.language
end

return M
