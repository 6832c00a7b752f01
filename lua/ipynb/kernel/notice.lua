-- Owns telling that a long run has ended, here and by the terminal; must not know when that is.

local config = require('ipynb.config')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')

local M = {}

---@type table<string, string> by the value of `notify.terminal`
local SEQUENCES = { osc9 = '\27]9;%s\27\\', osc99 = '\27]99;;%s\27\\' }

--- Writes to the terminal beside what Neovim draws there.
---@param sequence string
local function send(sequence)
  if vim.api.nvim_ui_send then
    vim.api.nvim_ui_send(sequence)
  else
    vim.api.nvim_chan_send(vim.v.stderr, sequence)
  end
end

---@param nb ipynb.Notebook
---@param text string one line
function M.show(nb, text)
  if notebook.get() ~= nb then
    text = ('%s: %s'):format(vim.fs.basename(nb.path), text)
  end
  report.info(text)
  local sequence = SEQUENCES[config.get().notify.terminal]
  if sequence then
    -- A file's name may have control characters, which would end the sequence.
    send(sequence:format((('ipynb: ' .. text):gsub('%c', ''))))
  end
end

return M
