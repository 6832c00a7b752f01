-- Owns what must exist at start-up: commands and autocommands; requires nothing until used.

if vim.g.loaded_ipynb then
  return
end
vim.g.loaded_ipynb = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('ipynb.nvim needs Neovim 0.10 or newer', vim.log.levels.ERROR)
  return
end

vim.filetype.add({ extension = { ipynb = 'ipynb' } })

local group = vim.api.nvim_create_augroup('ipynb', { clear = true })

vim.api.nvim_create_autocmd({ 'BufReadCmd', 'BufNewFile' }, {
  group = group,
  pattern = '*.ipynb',
  nested = true,
  callback = function(event)
    require('ipynb.render.highlights').setup()
    require('ipynb.render.narrow').setup()
    require('ipynb.file').open(event.buf, event.file)
  end,
})

vim.api.nvim_create_autocmd('BufWriteCmd', {
  group = group,
  pattern = '*.ipynb',
  nested = true,
  callback = function(event)
    -- A facade has its own; this is for files that are shown as their own text.
    if not require('ipynb.notebook').get(event.buf) then
      require('ipynb.file.plain').write(event.buf, event.file)
    end
  end,
})

vim.api.nvim_create_autocmd({ 'FileWriteCmd', 'FileAppendCmd' }, {
  group = group,
  pattern = '*.ipynb',
  callback = function(event)
    require('ipynb.file.save').write_part(event.buf, event.file, event.event == 'FileAppendCmd')
  end,
})

vim.api.nvim_create_autocmd('User', {
  group = group,
  pattern = 'NotebookOpened',
  callback = function(event)
    if require('ipynb.config').get().inspect.auto_hover then
      require('ipynb.inspect.auto_hover').start(require('ipynb.notebook').get(event.data.buf))
    end
  end,
})

vim.api.nvim_create_autocmd('VimLeavePre', {
  group = group,
  callback = function()
    if package.loaded['ipynb.host.rpc'] then
      require('ipynb.host.rpc').stop()
    end
  end,
})

---@param name string after "Notebook"
---@param opts? vim.api.keyset.user_command
local function command(name, opts)
  opts = vim.tbl_extend('keep', opts or {}, { desc = 'Notebook: ' .. name })
  if opts.nargs then
    opts.complete = function(lead)
      return require('ipynb.commands').complete(name, lead)
    end
  end
  vim.api.nvim_create_user_command('Notebook' .. name, function(args)
    require('ipynb.commands').run(name, args)
  end, opts)
end

--- A range, or a count and a register among the arguments.
local ON_CELLS = { nargs = '*', range = true }

command('Open', { nargs = '?', bang = true })
command('Create', { nargs = '*' })
command('Save', { bang = true })
command('Info')
command('EditCell')
command('InsertCellAbove', { nargs = '?', count = true })
command('InsertCellBelow', { nargs = '?', count = true })
command('DeleteCell', ON_CELLS)
command('CutCell', ON_CELLS)
command('CopyCell', ON_CELLS)
command('PasteCellAbove', { nargs = '*', count = true })
command('PasteCellBelow', { nargs = '*', count = true })
command('MoveCellUp', ON_CELLS)
command('MoveCellDown', ON_CELLS)
command('SplitCell')
command('MergeCells', ON_CELLS)
command('MakeCode', ON_CELLS)
command('MakeMarkdown', ON_CELLS)
command('MakeRaw', ON_CELLS)
command('ToggleCellType', ON_CELLS)
command('JumpToCell')
command('Outline')
command('FoldCell', ON_CELLS)
command('FoldAll')
command('UnfoldAll')
command('FoldOutput', { nargs = '*', range = true, bang = true })
command('ExecuteCell', ON_CELLS)
command('ExecuteCellAndNext')
command('ExecuteCellAndInsert')
command('ExecuteAll')
command('ExecuteAllAbove')
command('ExecuteAllBelow')
command('ExecuteSelection', { range = true })
command('ExecuteLine')
command('Cancel', { range = true })
command('Output')
command('SaveImage', { nargs = '?', bang = true })
command('OpenImage')
command('JumpToError')
command('ClearOutput', ON_CELLS)
command('ClearAllOutputs')
command('SetKernel', { nargs = '?', bang = true })
command('ListKernels')
command('Inspect', { bang = true })
command('InspectCell')
command('ToggleAutoHover')
command('Variables')
command('FormatCell', ON_CELLS)
command('FormatAll')
command('KernelStart', { nargs = '?' })
command('KernelInterrupt')
command('KernelRestart', { bang = true })
command('KernelRestartAndRunAll', { bang = true })
command('KernelShutdown', { bang = true })
command('KernelConnect', { nargs = '?' })
command('KernelStatus')
