-- Owns Neovim's `python3` remote-plugin host as a place to run in: start, life, start after a
-- death; must not know what is asked of it.

local M = {}

local POLL_MS = 400

--- IsRunning and nvim_get_chan_info lie about a shared host's death; jobwait does not.
---@param chan integer
---@return boolean
function M.is_alive(chan)
  return vim.fn.jobwait({ chan }, 0)[1] == -1
end

--- Nothing tells of a shared host's death: look, until it comes or `is_wanted` says no.
---@param chan integer
---@param is_wanted fun(): boolean
---@param on_death fun()
function M.watch(chan, is_wanted, on_death)
  local timer = assert(vim.uv.new_timer())
  timer:start(
    POLL_MS,
    POLL_MS,
    vim.schedule_wrap(function()
      if timer:is_closing() or (is_wanted() and M.is_alive(chan)) then
        return
      end
      timer:close()
      if is_wanted() then
        on_death()
      end
    end)
  )
end

--- Neovim never starts a host again that died, but a clone of it.
---@param path string
---@return integer chan
local function require_host(path)
  local chan = vim.fn['remote#host#Require']('python3')
  if chan ~= 0 and not M.is_alive(chan) then
    -- E: "already registered" when this is the second death.
    pcall(vim.fn['remote#host#RegisterPlugin'], 'python3-ipynb', path, {})
    vim.fn['remote#host#RegisterClone']('python3-ipynb', 'python3')
    chan = vim.fn['remote#host#Require']('python3-ipynb')
  end
  return chan
end

--- Starts the host unless it runs.
---@param path string the remote plugin's package
---@return integer? chan
---@return string? problem
function M.start(path)
  if vim.fn['remote#host#IsRunning']('python3') == 0 then
    -- E: "already registered" when the manifest names the plugin, which is what we want.
    pcall(vim.fn['remote#host#RegisterPlugin'], 'python3', path, {})
  end
  -- Fails when there is no provider; its own message names the cause.
  local ok, chan = pcall(require_host, path)
  if not ok or chan == 0 then
    local reason = tostring(chan):gsub('\n.*', '')
    return nil, ('the shared python3 host does not start (%s)'):format(reason)
  end
  return chan
end

return M
