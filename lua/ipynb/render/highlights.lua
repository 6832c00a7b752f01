-- Owns the highlight groups of a notebook; must not know where they are drawn.

local ansi = require('ipynb.render.ansi')
local tone = require('ipynb.render.tone')

local M = {}

--- Every public group and the group of the colour scheme it links to by default.
---@type table<string, string>
local LINKS = {
  NotebookCodeCell = 'NotebookSurface',
  NotebookMarkdownCell = 'Normal',
  NotebookRawCell = 'NotebookSurface',
  NotebookActiveCell = 'NotebookSurface',
  NotebookActiveBorder = 'Function',
  NotebookCellBorder = 'NotebookToneLine',
  NotebookCodeSign = 'Function',
  NotebookMarkdownSign = 'String',
  NotebookRawSign = 'Comment',
  NotebookOutput = 'Normal',
  NotebookOutputError = 'NotebookToneError',
  NotebookOutputStderr = 'NotebookToneWarn',
  NotebookOutputPrompt = 'Comment',
  NotebookOutputMore = 'Comment',
  NotebookOutputGutter = 'NotebookToneLine',
  NotebookStateQueued = 'Comment',
  NotebookStateBusy = 'NotebookToneBusy',
  NotebookStateOk = 'NotebookToneOk',
  NotebookStateError = 'NotebookToneError',
  NotebookStateCancelled = 'NotebookToneWarn',
  NotebookHint = 'Comment',
  NotebookHintKey = 'Special',
  NotebookEditFloat = 'NotebookActiveCell',
  NotebookMagic = 'Special',
}

--- Links every group and makes the used ANSI groups again.
local function define()
  tone.define()
  for name, target in pairs(LINKS) do
    vim.api.nvim_set_hl(0, name, { default = true, link = target })
  end
  -- Also lists groups that `:highlight clear` emptied.
  for _, name in ipairs(vim.fn.getcompletion(ansi.PREFIX, 'highlight')) do
    local spec = ansi.parse(name)
    if spec then
      vim.api.nvim_set_hl(0, name, spec)
    end
  end
end

--- Defines a group of ANSI styled text from its name, such as `NotebookAnsi_f1_bold`.
--- A name that does not follow the grammar is left alone: notebooks are not trusted.
---@param name string
function M.ensure(name)
  -- Defining a group redraws the screen, so once is enough.
  if next(vim.api.nvim_get_hl(0, { name = name, create = false })) then
    return
  end
  local spec = ansi.parse(name)
  if spec then
    vim.api.nvim_set_hl(0, name, spec)
  end
end

--- Defines the groups now and after each change of colour scheme.
function M.setup()
  define()
  local group = vim.api.nvim_create_augroup('ipynb.highlights', {})
  vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = define })
  vim.api.nvim_create_autocmd('OptionSet', {
    group = group,
    pattern = { 'background', 'termguicolors' },
    callback = define,
  })
end

return M
