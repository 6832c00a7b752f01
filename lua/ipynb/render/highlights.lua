-- Owns the highlight groups of a notebook; must not know where they are drawn.

local ansi = require('ipynb.render.ansi')
local tone = require('ipynb.render.tone')

local M = {}

--- Every public group and the group of the colour scheme it links to by default.
---@type table<string, string>
local LINKS = {
  NotebookCodeCell = 'NotebookSurface',
  NotebookMarkdownCell = 'NotebookPage',
  NotebookRawCell = 'NotebookSurface',
  NotebookActiveCell = 'NotebookSurface',
  NotebookActiveBorder = 'Function',
  NotebookCellBorder = 'NotebookToneLine',
  NotebookCodeSign = 'Function',
  NotebookMarkdownSign = 'String',
  NotebookRawSign = 'NotebookToneQuiet',
  NotebookOutput = 'NotebookToneText',
  NotebookOutputError = 'NotebookToneError',
  NotebookOutputStderr = 'NotebookToneWarn',
  NotebookOutputPrompt = 'NotebookToneQuiet',
  NotebookOutputMore = 'NotebookToneQuiet',
  NotebookOutputNote = 'Comment',
  NotebookOutputGutter = 'NotebookToneLine',
  NotebookStateQueued = 'NotebookToneQuiet',
  NotebookStateBusy = 'NotebookToneBusy',
  NotebookStateOk = 'NotebookToneOk',
  NotebookStateError = 'NotebookToneError',
  NotebookStateCancelled = 'NotebookToneWarn',
  NotebookHint = 'NotebookToneQuiet',
  NotebookFold = 'NotebookToneText',
  NotebookHintKey = 'Special',
  NotebookEditFloat = 'NotebookActiveCell',
  NotebookMagic = 'Special',
  NotebookInspectTitle = 'Function',
  NotebookVariableHeader = 'Comment',
  NotebookVariableName = 'Identifier',
  NotebookVariableType = 'Type',
  NotebookVariableShape = 'Number',
  NotebookVariableValue = 'NotebookToneText',
  NotebookHeading1 = '@markup.heading.1.markdown',
  NotebookHeading2 = '@markup.heading.2.markdown',
  NotebookHeading3 = '@markup.heading.3.markdown',
  NotebookHeading4 = '@markup.heading.4.markdown',
  NotebookHeading5 = '@markup.heading.5.markdown',
  NotebookHeading6 = '@markup.heading.6.markdown',
  NotebookHeadingRule1 = 'NotebookToneUnderline',
  NotebookHeadingRule2 = 'NotebookToneRule',
  NotebookStrong = '@markup.strong',
  NotebookEmphasis = '@markup.italic',
  NotebookStrike = '@markup.strikethrough',
  NotebookInlineCode = '@markup.raw.markdown_inline',
  NotebookCodeBlock = 'NotebookToneCode',
  NotebookCodeLabel = 'Comment',
  NotebookLink = '@markup.link.label',
  NotebookImage = '@markup.link.label',
  NotebookBullet = '@markup.list',
  NotebookTask = '@markup.list.unchecked',
  NotebookTaskDone = '@markup.list.checked',
  NotebookQuote = 'Comment',
  NotebookQuoteMark = 'NotebookToneLine',
  NotebookTableHead = '@markup.strong',
  NotebookTableIndex = 'Comment',
  NotebookTableRule = 'NotebookToneLine',
  NotebookProgress = 'NotebookToneBusy',
  NotebookTableNull = 'Comment',
  NotebookJsonKey = '@property',
  NotebookJsonString = '@string',
  NotebookJsonNumber = '@number',
  NotebookJsonConstant = '@boolean',
  NotebookEntity = 'NotebookToneText',
  NotebookMath = '@markup.math',
  NotebookMarkup = 'NotebookToneLine',
  NotebookComment = 'Comment',
}

--- All state: the ANSI groups in use, for the next colour scheme. Neovim does not list groups
--- that `:highlight clear` emptied.
---@type table<string, true>
local ansi_groups = {}

--- Links every group and makes the used ANSI groups again.
local function define()
  tone.define()
  for name, target in pairs(LINKS) do
    vim.api.nvim_set_hl(0, name, { default = true, link = target })
  end
  for name in pairs(ansi_groups) do
    vim.api.nvim_set_hl(0, name, ansi.parse(name))
  end
end

--- Defines a group of ANSI styled text from its name, such as `NotebookAnsi_f1_bold`.
--- A name that does not follow the grammar is left alone: notebooks are not trusted.
---@param name string
function M.ensure(name)
  if ansi_groups[name] then
    return
  end
  local spec = ansi.parse(name)
  if spec then
    ansi_groups[name] = true
    vim.api.nvim_set_hl(0, name, spec)
  end
end

--- Defines the groups again where `:highlight clear` has taken them; cheap.
function M.restore()
  if not tone.is_defined() then
    define()
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
