-- Owns the configuration of `make demo`: this checkout, its Python; nothing else.

local root = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h')
vim.opt.runtimepath:prepend(root)
vim.g.python3_host_prog = root .. '/.venv/bin/python'
vim.g.mapleader = ' '
vim.o.termguicolors = true
vim.o.signcolumn = 'yes'
vim.o.mouse = 'a'
