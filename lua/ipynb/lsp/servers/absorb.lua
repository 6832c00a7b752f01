-- Owns edits that others make to the shadow: they become edits of cells, or are taken back; must
-- not know who makes them.
--
-- Where a server is asked from another file, Neovim itself applies what comes back: a code action
-- of a module edits the notebooks that import it. `textDocument/rename` never comes here.

local change = require('ipynb.text.change')
local difference = require('ipynb.text.difference')
local documents = require('ipynb.lsp.servers.document')
local edits = require('ipynb.lsp.servers.edits')
local notebook = require('ipynb.notebook')
local report = require('ipynb.report')
local shadow = require('ipynb.lsp.shadow')
local shadow_texts = require('ipynb.lsp.servers.texts.shadow')

local M = {}

--- The lines that differ, as one edit.
---@param old string[]
---@param new string[]
---@return ipynb.ShadowEdit? edit nil: none do
local function whole_lines(old, new)
  local first, tail = difference.ends(old, new)
  if not first then
    return nil
  end
  local lines = vim.list_slice(new, first + 1, #new - tail)
  lines[#lines + 1] = ''
  return { row = first, col = 0, end_row = #old - tail, end_col = 0, lines = lines }
end

--- The shadow as a document of no server.
---@param nb ipynb.Notebook
---@return ipynb.LspDocument
local function document_of(nb)
  local client = { id = 0, offset_encoding = 'utf-8' } --[[@as vim.lsp.Client]]
  local server = { nb = nb, name = 'lsp', client = client, texts = shadow_texts.new(nb, client) }
  local document = documents.new(server --[[@as ipynb.LspServer]], nb.buf)
  return assert(document, 'the facade is there')
end

---@param nb ipynb.Notebook
local function absorb(nb)
  local found = vim.api.nvim_buf_get_lines(nb.shadow, 0, -1, true)
  local is_late = nb.shadow_state == 'late'
  nb.shadow_state = nil
  local edit = whole_lines(shadow.restore(nb), found)
  vim.bo[nb.shadow].buflisted = false
  vim.bo[nb.shadow].modified = false
  if not edit then
    return
  end
  local changes = not is_late and edits.resolve(document_of(nb), { edit })
  if changes then
    change.apply(nb, changes)
  else
    local name = vim.fn.fnamemodify(nb.path, ':t')
    local why = is_late and 'its text has changed since' or 'an edit has no place in code cells'
    report.warn(('%s: %s; nothing was edited there'):format(name, why))
  end
end

--- Looks after the shadow as it is now.
---@param nb ipynb.Notebook
function M.watch(nb)
  local buf = nb.shadow
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if nb.shadow ~= buf then
        return true
      elseif nb.shadow_state == nil then
        nb.shadow_state = 'altered'
        vim.schedule(function() -- all parts of an edit at once
          if nb.shadow == buf and notebook.get(nb.buf) == nb then
            absorb(nb)
          end
        end)
      end
    end,
  })
end

return M
