-- Owns questions to the kernel: sent without waiting, each answered once; must not know what is
-- asked for.
--
--   ask ──> answer of that number │ too late │ no kernel │ the host ended ──> on_answer, once
--     └───> cancel: nothing
--
-- No kernel is started by a question.

local rpc = require('ipynb.host.rpc')

local M = {}

local NOT_YET = { starting = 'the kernel starts', restarting = 'the kernel restarts' }

---@class ipynb.Asked
---@field buf integer facade
---@field on_answer fun(answer: table?)
---@field timer uv.uv_timer_t

--- The whole mutable state: the questions without an answer, by number, and the last number.
---@type table<integer, ipynb.Asked>, integer
local asked, last_no = {}, 0

---@param no integer
---@return ipynb.Asked?
local function take(no)
  local question = asked[no]
  asked[no] = nil
  if question then
    question.timer:stop()
    question.timer:close()
  end
  return question
end

---@param no integer
---@param answer table?
local function settle(no, answer)
  local question = take(no)
  if question then
    question.on_answer(answer)
  end
end

--- Why there is no kernel to ask. One that starts runs the cells that wait first.
---@param nb ipynb.Notebook
---@return string? problem
function M.problem(nb)
  if not nb.kernel.connected or not nb.is_attached or not rpc.is_running() then
    return 'no kernel runs: run a cell first'
  end
  return NOT_YET[nb.kernel.execution_state]
end

--- Whether there is a kernel to ask.
---@param nb ipynb.Notebook
---@return boolean
function M.is_possible(nb)
  return M.problem(nb) == nil
end

---@param nb ipynb.Notebook
---@param question { kind: 'complete'|'inspect'|'variables', about: table, timeout_ms: integer }
---@param on_answer fun(answer: table?) nil: there is none; never called before this returns
---@return fun() cancel
function M.kernel(nb, question, on_answer)
  last_no = last_no + 1
  local no = last_no
  asked[no] = { buf = nb.buf, on_answer = on_answer, timer = assert(vim.uv.new_timer()) }
  local is_sent = M.is_possible(nb) and rpc.notify('ask', nb.buf, no, question.kind, question.about)
  local timeout_ms = is_sent and question.timeout_ms or 0
  asked[no].timer:start(
    timeout_ms,
    0,
    vim.schedule_wrap(function()
      if asked[no] and is_sent then
        rpc.notify('drop_question', nb.buf, no)
      end
      settle(no, nil)
    end)
  )
  return function()
    if take(no) and is_sent then
      rpc.notify('drop_question', nb.buf, no)
    end
  end
end

--- Takes an answer of the host; one that comes too late is nobody's.
---@param no integer
---@param answer? table
function M.on_answer(no, answer)
  settle(no, answer)
end

rpc.on_death(function()
  for _, no in ipairs(vim.tbl_keys(asked)) do
    settle(no, nil)
  end
end)

return M
