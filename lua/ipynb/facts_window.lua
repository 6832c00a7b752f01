-- Owns a small window of facts to read, two columns, closed by q; must not know what they are.

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.facts')
local MAX_WIDTH_PART = 0.9

---@class ipynb.Fact
---@field [1] string what
---@field [2] string the fact, one line
---@field is_marked? boolean it is the one in use

---@param facts ipynb.Fact[]
---@return string[] lines
---@return integer column where the facts begin, in bytes
local function compose(facts)
  local label_width = 0
  for _, fact in ipairs(facts) do
    label_width = math.max(label_width, vim.api.nvim_strwidth(fact[1]))
  end
  local lines = {}
  for i, fact in ipairs(facts) do
    local filler = (' '):rep(label_width - vim.api.nvim_strwidth(fact[1]))
    lines[i] = ' ' .. fact[1] .. filler .. '  ' .. fact[2] .. ' '
  end
  return lines, label_width
end

---@param buf integer
---@param facts ipynb.Fact[]
local function colour(buf, facts)
  for i, fact in ipairs(facts) do
    vim.api.nvim_buf_set_extmark(buf, NS, i - 1, 1, {
      end_col = 1 + #fact[1],
      hl_group = fact.is_marked and 'NotebookStateOk' or 'Title',
    })
  end
end

---@param height integer
---@return integer row where a window of this height is centred
local function centred(height)
  return math.max(0, math.floor((vim.o.lines - height) / 2) - 2)
end

---@param lines string[]
---@param title string
---@return vim.api.keyset.win_config
local function geometry(lines, title)
  local width = vim.api.nvim_strwidth(title) + 2
  for _, line in ipairs(lines) do
    width = math.max(width, vim.api.nvim_strwidth(line))
  end
  width = math.min(width, math.max(20, math.floor(vim.o.columns * MAX_WIDTH_PART)))
  return {
    relative = 'editor',
    row = centred(#lines),
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    width = width,
    height = math.max(1, math.min(#lines, vim.o.lines - vim.o.cmdheight - 4)),
    style = 'minimal',
    border = require('ipynb.config').get().ascii and 'single' or 'rounded',
    title = ' ' .. title .. ' ',
  }
end

--- Makes room for lines that go on in the next row.
---@param win integer
local function fit(win)
  local room = math.max(1, vim.o.lines - vim.o.cmdheight - 4)
  local config = vim.api.nvim_win_get_config(win)
  config.height = math.min(vim.api.nvim_win_text_height(win, {}).all, room)
  config.row = centred(config.height)
  vim.api.nvim_win_set_config(win, config)
end

--- Shows facts until `q`, `<Esc>` or another window is entered.
---@param title string
---@param facts ipynb.Fact[] at least one
function M.open(title, facts)
  local buf = vim.api.nvim_create_buf(false, true)
  local lines, label_width = compose(facts)
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  colour(buf, facts)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'notebook_facts'
  local win = vim.api.nvim_open_win(buf, true, geometry(lines, title))
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].breakindent = true
  vim.wo[win].breakindentopt = ('shift:%d'):format(label_width + 3)
  fit(win)
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, '<Cmd>close<CR>', { buffer = buf, nowait = true })
  end
  vim.api.nvim_create_autocmd('WinLeave', {
    buffer = buf,
    once = true,
    callback = function()
      vim.schedule(function()
        if vim.api.nvim_win_is_valid(win) then
          vim.api.nvim_win_close(win, true)
        end
      end)
    end,
  })
end

return M
