-- Owns the actions on the kernel by name; must not know keys or how they are done.

local host = require('ipynb.host')
local kernel = require('ipynb.kernel')

---@param method string
local function tell(method)
  return function(nb)
    host.notify(nb, method)
  end
end

---@type ipynb.Action[]
return {
  {
    name = 'KernelStart',
    key = 'kernel_start',
    complete = function(nb)
      return nb and host.request(nb, 'kernel_names') or {}
    end,
    run = function(nb, call)
      host.notify(nb, 'start_kernel', call.arguments[1] or vim.NIL)
    end,
  },
  { name = 'KernelInterrupt', key = 'kernel_interrupt', run = tell('interrupt') },
  {
    name = 'KernelRestart',
    key = 'kernel_restart',
    run = function(nb, call)
      host.notify(nb, 'restart', call.bang)
    end,
  },
  { name = 'KernelShutdown', key = 'kernel_shutdown', run = tell('shutdown') },
  {
    name = 'KernelStatus',
    key = 'kernel_status',
    run = function(nb)
      kernel.show_status(nb)
    end,
  },
}
