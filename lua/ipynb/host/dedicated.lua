-- Owns a host process of our own: its start, what it says on stderr, why it ended; must not know
-- what is asked of it.

local M = {}

local PACKAGES = 'pynvim jupyter_client nbformat pyzmq msgpack'
local BOOT = 'import sys, pynvim; sys.argv[0] = "ipynb-host"; pynvim.start_host()'
local MAX_STDERR_LINES = 200

---@param python string
---@param stderr string[]
---@param code integer
---@return string problem one line: what failed, what to do
local function explain(python, stderr, code)
  local last = ''
  for _, line in ipairs(stderr) do
    if line:match('%S') then
      last = line
    end
  end
  if last:match('ModuleNotFoundError') then
    local module = last:match("'([^']+)'") or '?'
    local command = ('%s -m pip install %s'):format(python, PACKAGES)
    return ('Python package %s is missing: run  %s'):format(module, command)
  end
  if last ~= '' then
    return ('the host ended: %s; see :checkhealth ipynb'):format(last)
  elseif code > 128 then
    return ('the host was killed (signal %d)'):format(code - 128)
  end
  return ('the host ended (exit code %d)'):format(code)
end

---@param python string
---@param package string path of the remote plugin's package
---@param stderr string[] gets the last lines it writes there; one empty line at first
---@param on_exit fun(problem: string)
---@return integer? chan
function M.start(python, package, stderr, on_exit)
  local chan = vim.fn.jobstart({ python, '-c', BOOT, package }, {
    rpc = true,
    env = { PYTHONUNBUFFERED = '1' },
    on_stderr = function(_, lines) -- the first goes on where the last chunk ended
      stderr[#stderr] = (stderr[#stderr] or '') .. lines[1]
      vim.list_extend(stderr, lines, 2)
      while #stderr > MAX_STDERR_LINES do
        table.remove(stderr, 1)
      end
    end,
    on_exit = function(_, code)
      on_exit(explain(python, stderr, code))
    end,
  })
  return chan > 0 and chan or nil
end

return M
