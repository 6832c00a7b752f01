-- The whole configuration of a test's Neovim: the checkout on the runtime path, nothing else.
local checkout = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h:h')

vim.opt.runtimepath:prepend(checkout)
vim.g.python3_host_prog = vim.env.IPYNB_TEST_PYTHON
vim.g.loaded_perl_provider = 0
vim.g.loaded_ruby_provider = 0
vim.g.loaded_node_provider = 0
vim.o.swapfile = false
-- A test's own settings, before plugin/ files are read.
if vim.env.IPYNB_TEST_INIT then
  dofile(vim.env.IPYNB_TEST_INIT)
end
