-- Owns the host: its process, channel and death; must not know what the messages mean.
--
--   stopped ── start() ──> running ── process exits ──> stopped (the user is told once)
--
-- A dedicated host is our own process on the remote plugin's package; a shared one is the
-- channel of Neovim's `python3` remote-plugin host. Both take the same two methods.
--
-- What follows each key is posted: sent when the key is on screen, as the host would work beside
-- the redraw, or before anything else that is sent.

local dedicated_host = require('ipynb.host.dedicated')
local shared_host = require('ipynb.host.shared')

local M = {}

local NOTIFY, REQUEST = 'ipynb_notify', 'ipynb_request'
local POST_DELAY_MS = 5 -- Neovim has written the screen then, also on a busy machine

---@class ipynb.Host
---@field chan integer
---@field mode 'dedicated'|'shared'
---@field python? string
---@field stderr string[]

--- The whole mutable state of this module.
local state = {
  ---@type ipynb.Host?
  host = nil,
  ---@type string? why the last host could not start or ended
  problem = nil,
  ---@type fun(problem: string, is_told: boolean)[]
  death_listeners = {},
  is_leaving = false,
  is_asking = false, -- a death is told by whoever asked
  ---@type any[][] method and arguments
  posted = {},
  ---@type uv.uv_timer_t?
  timer = nil,
}

---@return string path of the Python package of the remote plugin
local function package_path()
  local this = debug.getinfo(1, 'S').source:sub(2)
  return vim.fs.normalize(vim.fn.fnamemodify(this, ':p:h:h:h:h') .. '/rplugin/python3/ipynb_nvim')
end
M.package_path = package_path

---@return string? python
---@return string? problem
function M.python()
  local given = require('ipynb.config').get().python or vim.g.python3_host_prog
  if given then
    local path = vim.fn.exepath(vim.fn.expand(given))
    return path ~= '' and path or nil, given .. ' is not an executable Python'
  end
  local path = vim.fn.exepath('python3')
  return path ~= '' and path or nil, 'no python3 on PATH: install Python 3.10+ or set `python`'
end

---@param problem string
local function on_death(problem)
  state.host, state.problem, state.posted = nil, problem, {}
  if state.is_leaving then
    return
  end
  for _, listener in ipairs(state.death_listeners) do
    listener(problem, state.is_asking)
  end
end

---@return ipynb.Host? host
---@return string? problem
local function start_dedicated()
  local python, problem = M.python()
  if not python then
    return nil, problem
  end
  local host = { mode = 'dedicated', python = python, stderr = { '' } }
  host.chan = dedicated_host.start(python, package_path(), host.stderr, function(why)
    if state.host == host then
      on_death(why)
    end
  end)
  if not host.chan then
    return nil, 'cannot start ' .. python
  end
  return host
end

---@return ipynb.Host? host
---@return string? problem
local function start_shared()
  local chan, problem = shared_host.start(package_path())
  if not chan then
    return nil, problem
  end
  local host = { chan = chan, mode = 'shared', stderr = { '' } }
  shared_host.watch(chan, function()
    return state.host == host
  end, function()
    on_death('the shared python3 host ended')
  end)
  return host
end

---@return integer? chan
---@return string? problem
function M.start()
  if state.host and not shared_host.is_alive(state.host.chan) then
    on_death('the host ended')
  end
  if state.host then
    return state.host.chan
  end
  local shared = require('ipynb.config').get().host == 'shared'
  local host, problem = (shared and start_shared or start_dedicated)()
  state.host, state.problem = host, problem
  return host and host.chan, problem
end

---@return boolean
function M.is_running()
  return state.host ~= nil
end

---@param ... any
---@return boolean sent
local function send(...)
  if not state.host then
    return false
  end
  -- E: "Invalid channel" between the host's death and its on_exit.
  local ok = pcall(vim.rpcnotify, state.host.chan, NOTIFY, ...)
  return ok
end

local function send_posted()
  local posted = state.posted
  state.posted = {}
  for _, message in ipairs(posted) do
    send(unpack(message, 1, message.n))
  end
end

--- Sends without waiting; starts no host.
---@param method string
---@param ... any
---@return boolean sent
function M.notify(method, ...)
  send_posted()
  return send(method, ...)
end

--- Sends a moment later; the order of all that is sent is kept.
---@param method string
---@param ... any
function M.post(method, ...)
  if not state.host then
    return
  end
  state.posted[#state.posted + 1] = { n = select('#', ...) + 1, method, ... }
  if #state.posted == 1 then
    state.timer = state.timer or assert(vim.uv.new_timer())
    state.timer:start(POST_DELAY_MS, 0, vim.schedule_wrap(send_posted))
  end
end

--- Asks and waits; starts a host when there is none.
---@param method string
---@param ... any
---@return any? result
---@return string? problem
function M.request(method, ...)
  local chan, problem = M.start()
  if not chan then
    return nil, problem
  end
  local host = state.host
  send_posted()
  -- E: the host died meanwhile, or its import failed.
  local ok, result = pcall(vim.rpcrequest, chan, REQUEST, method, ...)
  if ok then
    if type(result) == 'table' and result.error ~= nil then
      return nil, result.error
    end
    return result
  end
  if host and host.mode == 'dedicated' then
    -- on_exit brings stderr and the exit code, which say more than "Invalid channel".
    state.is_asking = true
    vim.wait(500, function()
      return state.host ~= host
    end, 5)
    state.is_asking = false
    if state.host == host then
      return nil, tostring(result):gsub('\n.*', '')
    end
    return nil, state.problem
  end
  return nil, tostring(result):gsub('\n.*', '')
end

---@param listener fun(problem: string, is_told: boolean)
function M.on_death(listener)
  table.insert(state.death_listeners, listener)
end

--- Neovim leaves: let the host end its kernels.
function M.stop()
  state.is_leaving = true
  if state.host and shared_host.is_alive(state.host.chan) then
    M.request('leave', vim.v.dying > 0)
    if state.host and state.host.mode == 'dedicated' then
      vim.fn.jobstop(state.host.chan)
    end
  end
end

---@return { mode: string, chan: integer?, python: string?, error: string? }
function M.status()
  local host = state.host
  return {
    mode = host and host.mode or require('ipynb.config').get().host,
    chan = host and host.chan,
    python = host and host.python or (M.python()),
    error = state.problem,
  }
end

return M
