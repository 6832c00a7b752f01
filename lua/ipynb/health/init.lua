-- Owns `:checkhealth ipynb`: names what is missing and the command that mends it; changes nothing.

local M = {}

local health = vim.health
local PROBE_TIMEOUT_MS = 20000
local PACKAGES = 'pynvim jupyter_client nbformat pyzmq msgpack'

---@class ipynb.Probe what health.py says of one Python
---@field python string version
---@field is_new_enough boolean
---@field is_externally_managed boolean pip may not install into it
---@field packages table<string, { version: string?, error: string? }>
---@field import_error string '' when the plugin's package loads
---@field environment { python: string?, source: string?, has_ipykernel: boolean?, error: string? }
---@field kernelspecs { name: string, display_name: string, program: string }[]

---@param command string[]
---@return string? stdout
---@return string? problem one line
local function run(command)
  -- E: ENOENT and the like, when the program cannot be started at all.
  local ok, process = pcall(vim.system, command, { text = true })
  if not ok then
    return nil, tostring(process):gsub('\n.*', '')
  end
  local done = process:wait(PROBE_TIMEOUT_MS)
  if done.code ~= 0 then
    local lines = vim.split(vim.trim(done.stderr or ''), '\n')
    return nil, lines[#lines] ~= '' and lines[#lines] or ('exit code %d'):format(done.code)
  end
  return done.stdout
end

---@return string source where the host's Python was named
local function python_source()
  if require('ipynb.config').get().python then
    return 'the option `python`'
  elseif vim.g.python3_host_prog then
    return '`g:python3_host_prog`'
  end
  return '`python3` on PATH'
end

--- The notebook the user came from; `:checkhealth` shows its report in a new window.
---@return ipynb.Notebook?
local function last_notebook()
  local notebook = require('ipynb.notebook')
  local last = notebook.get(vim.fn.bufnr('#'))
  if last then
    return last
  end
  return (select(2, next(notebook.all())))
end

---@param python string
---@return ipynb.Probe?
local function check_python(python)
  local package = require('ipynb.host.rpc').package_path()
  local nb = last_notebook()
  local named = require('ipynb.config').get().kernel.python
  local folder = nb and { vim.fs.dirname(nb.path), named } or {}
  local stdout, problem = run({ python, package .. '/health.py', unpack(folder) })
  -- E: no JSON, when the program is no Python.
  local ok, probe = pcall(vim.json.decode, stdout or '')
  if not ok then
    health.error(('%s does not run: %s'):format(python, problem or 'is it a Python?'), {
      'Name a Python 3.10 or newer by the option `python` or `vim.g.python3_host_prog`.',
    })
    return nil
  end
  if not probe.is_new_enough then
    health.error(('%s is Python %s; the plugin needs 3.10 or newer'):format(python, probe.python), {
      'Name a newer one by the option `python` or `vim.g.python3_host_prog`.',
    })
    return nil
  end
  health.ok(('%s, Python %s, from %s'):format(python, probe.python, python_source()))
  return probe
end

--- How to install the packages; a Python of the system (PEP 668) refuses pip.
---@param python string
---@param probe ipynb.Probe
---@return string[] advice
local function how_to_install(python, probe)
  if not probe.is_externally_managed then
    return { ('Run: %s -m pip install %s'):format(python, PACKAGES) }
  end
  local venv = vim.fs.joinpath(vim.fn.stdpath('data') --[[@as string]], 'ipynb-venv')
  return {
    ('Run: %s -m venv %s && %s/bin/pip install %s'):format(python, venv, venv, PACKAGES),
    ("Then: require('ipynb').setup({ python = '%s/bin/python' })"):format(venv),
  }
end

---@param python string
---@param probe ipynb.Probe
local function check_packages(python, probe)
  local missing = {}
  for _, package in ipairs(vim.split(PACKAGES, ' ')) do
    local state = probe.packages[package]
    if state.error == 'missing' then
      missing[#missing + 1] = package
    elseif state.error then
      health.error(('%s does not load: %s'):format(package, state.error))
    else
      health.ok(('%s %s'):format(package, state.version))
    end
  end
  if #missing > 0 then
    health.error('Missing: ' .. table.concat(missing, ', '), how_to_install(python, probe))
  elseif probe.import_error ~= '' then
    health.error('The plugin does not load: ' .. probe.import_error, {
      'Reinstall the plugin and its packages, or report this line.',
    })
  end
end

---@return ipynb.Probe?
local function check_host()
  health.start('ipynb: Python of the host')
  local rpc = require('ipynb.host.rpc')
  local python, problem = rpc.python()
  local probe = nil
  if python then
    probe = check_python(python)
  else
    health.error(problem or 'no Python', {
      'Install Python 3.10 or newer, or name one by the option `python`.',
    })
  end
  if python and probe then
    check_packages(python, probe)
  end
  local status = rpc.status()
  if status.chan then
    health.ok(('The host runs (%s, channel %d)'):format(status.mode, status.chan))
  elseif status.error then
    health.error('The host does not run: ' .. status.error)
  else
    health.info(('No host runs (%s); the first notebook starts it'):format(status.mode))
  end
  return probe
end

--- Where `:UpdateRemotePlugins` writes, by the rule of Neovim's `s:GetManifestPath()`.
---@return string
local function manifest_path()
  local named = vim.env.NVIM_RPLUGIN_MANIFEST
  if named and named ~= '' then
    return named
  end
  return vim.fs.joinpath(vim.fn.stdpath('data') --[[@as string]], 'rplugin.vim')
end

local function check_registration()
  health.start('ipynb: remote plugin')
  local path = manifest_path()
  local lines = vim.fn.filereadable(path) == 1 and vim.fn.readfile(path) or {}
  local package = require('ipynb.host.rpc').package_path()
  local text = table.concat(lines, '\n')
  if text:find(package, 1, true) then
    health.ok('Registered in ' .. path)
  elseif text:find('ipynb_nvim', 1, true) then
    health.warn(path .. ' names another copy of the plugin', { 'Run :UpdateRemotePlugins' })
  else
    health.ok('Not in ' .. path .. '; not needed, the plugin registers itself')
  end
end

---@param probe ipynb.Probe?
local function check_kernels(probe)
  health.start('ipynb: kernels')
  for _, spec in ipairs(probe and probe.kernelspecs or {}) do
    health.ok(('%s: %s (%s)'):format(spec.name, spec.display_name, spec.program))
  end
  if probe and not probe.packages.jupyter_client.error and #probe.kernelspecs == 0 then
    health.warn('No kernel is installed for all notebooks', {
      "Have ipykernel in a notebook's own environment, or run: "
        .. ('%s -m pip install ipykernel'):format((require('ipynb.host.rpc').python())),
    })
  end
end

---@param probe ipynb.Probe?
local function check_notebook(probe)
  local nb = last_notebook()
  if not nb then
    return
  end
  health.start('ipynb: notebook ' .. vim.fn.fnamemodify(nb.path, ':~:.'))
  health.info(('%d cells'):format(nb.layout:count()))
  local environment = probe and probe.environment or {}
  if environment.error then
    health.error(environment.error)
  elseif environment.python and environment.has_ipykernel then
    health.ok(('Its Python is %s (%s)'):format(environment.python, environment.source))
  elseif environment.python then
    health.warn(environment.python .. ' has no ipykernel', {
      ('Run: %s -m pip install ipykernel'):format(environment.python),
    })
  else
    health.info('It has no Python environment of its own; its kernelspec decides')
  end
  if nb.kernel.connected then
    health.ok(('Kernel %s is %s'):format(nb.kernel.display_name, nb.kernel.execution_state))
  else
    health.info('No kernel runs; the first cell that is run starts it')
  end
end

local function check_terminal()
  health.start('ipynb: terminal')
  if vim.o.termguicolors then
    health.ok('termguicolors is on')
  else
    health.info("termguicolors is off: outputs' colours are reduced (:set termguicolors)")
  end
  if vim.o.encoding == 'utf-8' and (vim.env.LANG or vim.env.LC_ALL or ''):lower():find('utf') then
    health.ok('UTF-8')
  else
    health.info('If borders look broken, set the option `ascii`')
  end
end

--- Reports on Neovim, Python, registration, kernels, the current notebook and the terminal.
function M.check()
  health.start('ipynb: Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 1 then
    health.ok('Neovim ' .. version)
  else
    health.error('Neovim ' .. version .. ' is too old', { 'Install Neovim 0.10 or newer.' })
    return
  end
  local probe = check_host()
  check_registration()
  check_kernels(probe)
  check_notebook(probe)
  require('ipynb.health.parser').check(last_notebook())
  check_terminal()
end

return M
