-- Owns the syntax trees of single cells; must not know windows or colours.
--
-- Each cell is parsed alone, when it is first looked at: one tree over the notebook with an
-- injection for every cell costs 5 to 25 ms a key in 1,000 cells, in all of 0.10, 0.11 and 0.12.
-- A cell in an edit buffer has that buffer's parser, which reads again only what was changed.

local bounds = require('ipynb.render.markdown.bounds')
local epoch = require('ipynb.text.epoch')
local injection = require('ipynb.highlight.injection')

local M = {}

--- A larger cell stays plain: it would be parsed on the way to the screen.
local MAX_BYTES = 1e6

---@class ipynb.CellTree
---@field is_plain? boolean too large or too deep to be parsed; only `tick` and `key` count
---@field source? integer|string edit buffer, or the cell's text
---@field tick integer of the edit buffer, or the text's epoch at which `text` was the cell's
---@field text? string
---@field key string type and language
---@field root? string language of the whole cell's tree
---@field language string filetype of the notebook
---@field parser? vim.treesitter.LanguageTree
---@field blocks table<integer, table<integer, ipynb.Span[]>> by block, by row in the cell

---@param nb ipynb.Notebook
---@param id string
---@return string? language of the tree's root
local function root_language(nb, id)
  local cell_type = nb.cells[id].cell_type
  if cell_type == 'code' then
    return 'ipynb'
  end
  return cell_type == 'markdown' and 'markdown' or nil
end

--- Whether no markdown in it can harm the parser; code has some only by `%%markdown`.
---@param root string
---@param lines string[]
local function is_harmless(root, lines)
  local is_code = root ~= 'markdown' and not (lines[1] or ''):find('%%%%', 1, true)
  return is_code or bounds.is_sane(lines)
end

---@param nb ipynb.Notebook
---@param old ipynb.CellTree?
---@param root string
---@param key string
---@param range { row: integer, end_row: integer }
---@param tick integer
---@return ipynb.CellTree? tree nil: it stays plain
local function from_text(nb, old, root, key, range, tick)
  local bytes = vim.api.nvim_buf_get_offset(nb.buf, range.end_row)
    - vim.api.nvim_buf_get_offset(nb.buf, range.row)
  if bytes > MAX_BYTES then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(nb.buf, range.row, range.end_row, false)
  local text = table.concat(lines, '\n') .. '\n'
  if old and old.key == key and old.text == text then
    old.tick = tick
    return old
  end
  if not is_harmless(root, lines) then
    return nil
  end
  local parser = vim.treesitter.get_string_parser(text, root)
  injection.in_language(nb.language, function()
    parser:parse(true)
  end)
  return { source = text, text = text, tick = tick, key = key, parser = parser }
end

--- The edited cell's tree, where its edit buffer holds what the facade shows.
---@param old ipynb.CellTree?
---@param edit ipynb.Edit
---@param root string
---@param key string
---@param rows integer
---@return ipynb.CellTree?
local function from_edit_buffer(old, edit, root, key, rows)
  if vim.api.nvim_buf_line_count(edit.buf) ~= rows then
    return nil
  end
  local tick = vim.api.nvim_buf_get_changedtick(edit.buf)
  if old and old.source == edit.buf and old.key == key and old.tick == tick then
    return old
  end
  if not is_harmless(root, vim.api.nvim_buf_get_lines(edit.buf, 0, -1, false)) then
    return nil
  end
  local parser = vim.treesitter.get_parser(edit.buf, root)
  if not parser then
    return nil
  end
  parser:parse(true)
  return { source = edit.buf, tick = tick, key = key, parser = parser }
end

--- The trees of a cell's text.
---@param nb ipynb.Notebook
---@param id string
---@param known table<string, ipynb.CellTree>
---@param range { row: integer, end_row: integer } of its content
---@return ipynb.CellTree?
function M.get(nb, id, known, range)
  local root = root_language(nb, id)
  if not root then
    return nil
  end
  local old, tree = known[id], nil
  local is_edited = nb.edit ~= nil and nb.edit.cell_id == id
  local tick = epoch.of(nb)
  local is_current = old and old.tick == tick and old.root == root and old.language == nb.language
  if old and is_current and not is_edited then
    if old.is_plain then
      return nil
    elseif old.text then
      return old
    end
  end
  local key = root .. ' ' .. nb.language
  if is_edited then
    tree = from_edit_buffer(old, nb.edit, root, key, range.end_row - range.row)
  end
  tree = tree or from_text(nb, old, root, key, range, tick)
  if not tree then
    local language = nb.language
    known[id] = { is_plain = true, key = key, tick = tick, root = root, language = language }
    return nil
  end
  tree.root, tree.language = root, nb.language
  tree.blocks = tree.blocks or {}
  known[id] = tree
  return tree
end

---@param nb ipynb.Notebook
---@return boolean
function M.has_code_parser(nb)
  local name = injection.parser_name(nb.language)
  return name ~= nil and require('ipynb.highlight.parser').has(name)
end

return M
