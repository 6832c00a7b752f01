-- Owns the actions on the kernel by name; must not know keys or how they are done.

local host = require('ipynb.host')
local kernel_list = require('ipynb.kernel.list')
local report = require('ipynb.report')
local run = require('ipynb.kernel.run')

---@param method string
local function tell(method)
  return function(nb)
    host.notify(nb, method)
  end
end

---@param nb? ipynb.Notebook
---@param lead string
---@return string[]
local function complete_kernel(nb, lead)
  if lead:match('^[./~]') then
    return vim.fn.getcompletion(lead, 'file')
  end
  return nb and host.request(nb, 'kernel_names') or {}
end

---@type ipynb.Action[]
return {
  {
    name = 'SetKernel',
    key = 'set_kernel',
    complete = complete_kernel,
    run = function(nb, call)
      if call.arguments[1] then
        kernel_list.set(nb, call.arguments[1], call.bang)
      else
        kernel_list.ask(nb, 'set')
      end
    end,
  },
  {
    name = 'ListKernels',
    run = function(nb)
      kernel_list.ask(nb, 'list')
    end,
  },
  {
    name = 'KernelStart',
    key = 'kernel_start',
    complete = complete_kernel,
    run = function(nb, call)
      if not call.arguments[1] and nb.kernel.connected then
        report.info(nb.kernel.display_name .. ' runs already')
        return
      end
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
  {
    name = 'KernelRestartAndRunAll',
    run = function(nb, call)
      if nb.kernel.connected then
        host.notify(nb, 'restart', call.bang)
      elseif call.bang then
        host.notify(nb, 'clear_all_outputs')
      end
      run.all(nb)
    end,
  },
  {
    name = 'KernelShutdown',
    key = 'kernel_shutdown',
    run = function(nb, call)
      host.notify(nb, 'shutdown', call.bang)
    end,
  },
  {
    name = 'KernelConnect',
    complete = function(_, lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
    run = function(nb, call)
      host.notify(nb, 'connect_kernel', call.arguments[1] or vim.NIL)
    end,
  },
  {
    name = 'KernelStatus',
    key = 'kernel_status',
    run = tell('kernel_status'),
  },
}
