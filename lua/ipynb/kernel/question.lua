-- Owns asking the user what kernels ask, one question at a time; must not know how a kernel is run.
--
-- A prompt takes the keys that were meant for something else, so it waits for its moment: normal
-- mode, and a pause in typing. Until then one line says that a cell waits.

local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

local PAUSE_MS = 250
local NS = vim.api.nvim_create_namespace('ipynb.question')

---@class ipynb.Question
---@field buf integer facade
---@field cell_id string
---@field prompt string lines without control characters
---@field is_password boolean
---@field items? string[] choose between these instead of typing
---@field reply fun(answer: any) nil: the user left the prompt
---@field is_said? boolean the user was told that it waits

--- The whole mutable state: the questions without an answer, oldest first; the one on screen;
--- the timer that ends with a pause in typing.
---@type ipynb.Question[], ipynb.Question?, uv.uv_timer_t?
local waiting, open, timer = {}, nil, nil

---@param question ipynb.Question
---@return string
local function prompt_of(question)
  local prompt = question.prompt ~= '' and question.prompt or 'input: '
  if notebook.get() == notebook.get(question.buf) then
    return prompt
  end
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(question.buf))
  return ('[%s] %s'):format(name, prompt)
end

---@param question ipynb.Question
local function forget(question)
  waiting = vim.tbl_filter(function(one)
    return one ~= question
  end, waiting)
end

---@param question ipynb.Question
---@param text? any
local function answer(question, text)
  local is_wanted = vim.tbl_contains(waiting, question)
  forget(question)
  open = nil
  M.wait()
  if is_wanted and notebook.get(question.buf) then
    question.reply(text)
  end
end

---@param question ipynb.Question
local function ask(question)
  open = question
  local prompt = prompt_of(question)
  if question.items then
    -- E: Keyboard interrupt, CTRL-C at the prompt; or an error of the user's own vim.ui.select.
    local ok = pcall(vim.ui.select, question.items, { prompt = prompt }, function(_, index)
      answer(question, index)
    end)
    if not ok and open == question then
      answer(question, nil)
    end
    return
  end
  if question.is_password then
    -- E: Vim:Interrupt, CTRL-C at the prompt.
    local ok, text = pcall(vim.fn.inputsecret, { prompt = prompt, cancelreturn = vim.NIL })
    answer(question, ok and text ~= vim.NIL and text or nil)
    return
  end
  -- E: Keyboard interrupt, CTRL-C at the prompt.
  local ok = pcall(vim.ui.input, { prompt = prompt }, function(given)
    answer(question, given)
  end)
  if not ok and open == question then
    answer(question, nil)
  end
end

local function end_waiting()
  vim.on_key(nil, NS)
  if timer then
    timer:close()
    timer = nil
  end
end

local function on_pause()
  local question = waiting[1]
  if not question then
    end_waiting()
  elseif open then
    return
  elseif vim.list_contains({ 'n', 'nt' }, vim.api.nvim_get_mode().mode) then
    end_waiting()
    ask(question)
  elseif not question.is_said then
    question.is_said = true
    local who = question.items and 'a question waits' or 'a cell waits for input'
    report.info(('%s; it asks in normal mode: %s'):format(who, question.prompt))
  end
end

--- Asks the oldest question after the next pause; each key starts the pause anew.
function M.wait()
  if #waiting == 0 or open then
    return
  end
  if not timer then
    timer = assert(vim.uv.new_timer())
    vim.on_key(function()
      if timer then
        timer:start(PAUSE_MS, 0, vim.schedule_wrap(on_pause))
      end
    end, NS)
  end
  timer:start(PAUSE_MS, 0, vim.schedule_wrap(on_pause))
end

---@param question ipynb.Question
local function add(question)
  waiting[#waiting + 1] = question
  vim.api.nvim_create_autocmd('User', {
    group = vim.api.nvim_create_augroup('ipynb.question', { clear = true }),
    pattern = 'NotebookClosed',
    callback = function(event)
      M.revoke(event.data.buf)
    end,
  })
  M.wait()
end

--- Takes a kernel's question (`input()`, a password).
---@param nb ipynb.Notebook
---@param question { id: string, prompt: string, is_password: boolean }
---@param reply fun(text: string?) nil: the user left the prompt
function M.add(nb, question, reply)
  add({
    buf = nb.buf,
    cell_id = question.id,
    prompt = question.prompt,
    is_password = question.is_password,
    reply = reply,
  })
end

--- Takes a question of the host's.
---@param nb ipynb.Notebook
---@param prompt string
---@param items string[]
---@param reply fun(index: integer?) nil: the user left the prompt
function M.choose(nb, prompt, items, reply)
  add({
    buf = nb.buf,
    cell_id = '',
    prompt = prompt,
    is_password = false,
    items = items,
    reply = reply,
  })
end

--- Drops the questions of a notebook's cell, or of all: nobody waits for the answer any more. A
--- prompt on the command line goes.
---@param buf integer facade
---@param cell_id? string
function M.revoke(buf, cell_id)
  for _, question in ipairs(vim.list_slice(waiting)) do
    if question.buf == buf and (not cell_id or question.cell_id == cell_id) then
      forget(question)
      if open == question and vim.fn.getcmdtype() == '@' then
        vim.api.nvim_input('<Esc>')
      end
    end
  end
end

return M
