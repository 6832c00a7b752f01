-- Owns files named .ipynb that are shown as their own text, because they are no notebook or no
-- host can read them; must not know notebooks.

local report = require('ipynb.report')

local M = {}

---@param buf integer
---@param path string
local function load(buf, path)
  local bo = vim.bo[buf]
  local levels = bo.undolevels
  bo.modifiable, bo.undolevels = true, -1
  local stat = vim.uv.fs_stat(path) -- a pipe would block
  if stat and stat.type == 'file' and vim.fn.filereadable(path) == 1 then
    bo.fixendofline = false
    vim.api.nvim_buf_call(buf, function()
      vim.api.nvim_buf_set_lines(buf, 0, -1, false, {})
      -- `++edit`: encoding, line ends and final newline are noted as by :edit, to be kept by :w.
      vim.b.ipynb_plain_path = path
      vim.cmd("silent execute 'keepalt noautocmd read ++edit' fnameescape(b:ipynb_plain_path)")
      vim.api.nvim_buf_set_lines(buf, 0, 1, false, {})
    end)
  end
  bo.undolevels = levels
  bo.modified = false
end

--- A text that may be mended by hand: an ordinary buffer, the cursor at the error.
---@param buf integer
---@param path string
---@param problem { text: string, lnum: integer, col: integer, is_readable: boolean }
function M.show(buf, path, problem)
  if not problem.is_readable then
    M.show_locked(buf, path)
    return
  end
  load(buf, path)
  vim.b[buf].ipynb_plain = 'editable'
  vim.bo[buf].filetype = 'json'
  local win = vim.fn.bufwinid(buf)
  if win ~= -1 then
    local lnum = math.min(problem.lnum, vim.api.nvim_buf_line_count(buf))
    local line = vim.api.nvim_buf_get_lines(buf, lnum - 1, lnum, true)[1]
    local col = vim.fn.byteidx(line, problem.col) -- -1: behind the end
    vim.api.nvim_win_set_cursor(win, { lnum, col == -1 and #line or col })
  end
end

--- No host: the text is shown and can be neither changed nor overwritten.
---@param buf integer
---@param path string
function M.show_locked(buf, path)
  load(buf, path)
  vim.b[buf].ipynb_plain = 'locked'
  vim.bo[buf].filetype = 'json'
  vim.bo[buf].readonly, vim.bo[buf].modifiable = true, false
end

--- The buffer becomes a notebook (again).
---@param buf integer
function M.forget(buf)
  vim.b[buf].ipynb_plain = nil
  vim.bo[buf].readonly = false
end

--- Lets Neovim itself write.
---@param buf integer
---@param command table the arguments of `:write`
local function write(buf, command)
  command.bang = vim.v.cmdbang == 1
  command.mods = { noautocmd = true, keepalt = true }
  vim.api.nvim_buf_call(buf, function()
    -- E: anything :write can say; its own message is the one line.
    local ok, problem = pcall(vim.cmd.write, command)
    if not ok then
      report.error((tostring(problem):gsub('^.-Vim%(%w+%):', '')))
    end
  end)
end

---@param buf integer
---@param path string
function M.write(buf, path)
  if vim.b[buf].ipynb_plain == 'locked' then
    report.error('not written: the file was not read as a notebook. Reload it with :edit')
    return
  end
  write(buf, { vim.fn.fnameescape(path) })
end

--- Some lines of a buffer that is no notebook.
---@param buf integer
---@param path string
---@param is_append boolean
function M.write_part(buf, path, is_append)
  local name = vim.fn.fnameescape(path)
  local first = vim.api.nvim_buf_get_mark(buf, '[')[1]
  local last = vim.api.nvim_buf_get_mark(buf, ']')[1]
  write(buf, { is_append and '>> ' .. name or name, range = { first, last } })
end

return M
