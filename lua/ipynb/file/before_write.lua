-- Owns letting the user's BufWritePre autocommands at a notebook that is about to be written:
-- Neovim runs none where BufWriteCmd writes; must not know what they do, or how it is written.
--
-- What edits the text there, to take blanks from line ends say, fails: the notebook is not
-- modifiable. That is no news at each save, and the other autocommands run all the same.

local report = require('ipynb.report')

local M = {}

local NOT_MODIFIABLE = '^E21:'
--- What stands around the message of an error.
local AROUND = { '^Error ', '^line%s+%d+:', '^stack traceback:', '^%s' }

---@param line string
---@return boolean
local function says_something(line)
  return line:find('%S') ~= nil
    and not line:find(NOT_MODIFIABLE)
    and not vim.iter(AROUND):any(function(pattern)
      return line:find(pattern) ~= nil
    end)
end

--- Runs them in the current buffer. What they say is said in one line.
function M.run()
  if #vim.api.nvim_get_autocmds({ event = 'BufWritePre' }) == 0 then
    return
  end
  local command = 'silent! doautocmd <nomodeline> BufWritePre'
  local said = vim.api.nvim_exec2(command, { output = true }).output or ''
  local lines = vim.tbl_filter(says_something, vim.split(said, '\n'))
  if #lines > 0 then
    report.warn((table.concat(lines, ' ')))
  end
end

return M
