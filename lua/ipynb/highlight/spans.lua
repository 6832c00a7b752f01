-- Owns the coloured pieces of a cell's rows, found when first asked for; must not know windows.

local injection = require('ipynb.highlight.injection')

local M = {}

local PRIORITY = 100 -- vim.hl.priorities.treesitter, of another name in 0.10
-- Rows that are queried in one go; a query costs about as much to start as a screen line.
local BLOCK_ROWS = 32

---@class ipynb.Span
---@field col integer
---@field end_col integer -1: to the end of the line and beyond
---@field hl integer group's id
---@field priority integer
---@field conceal? string
---@field is_markup boolean markdown's own, which render/markdown hides where it draws
---@field spell? boolean

--- Group ids by language and capture; the whole mutable state of this module.
---@type table<string, integer>
local groups = {}

---@param capture string
---@param language string
---@return integer? id
local function group_of(capture, language)
  local name = '@' .. capture .. '.' .. language
  if not groups[name] then
    groups[name] = vim.startswith(capture, '_') and 0 or vim.api.nvim_get_hl_id_by_name(name)
  end
  return groups[name] ~= 0 and groups[name] or nil
end

---@param rows table<integer, ipynb.Span[]>
---@param range { first: integer, last: integer } rows that are asked for
---@param place integer[] start row, column, end row, column
---@param look table `hl`, `priority`, `conceal`, `is_markup` and `spell` of the span
local function add(rows, range, place, look)
  local row, col, end_row, end_col = place[1], place[2], place[3], place[4]
  for at = math.max(row, range.first), math.min(end_row, range.last) do
    local to = at == end_row and end_col or -1
    if to ~= 0 then
      rows[at] = rows[at] or {}
      rows[at][#rows[at] + 1] = {
        col = at == row and col or 0,
        end_col = to,
        hl = look.hl,
        priority = look.priority,
        conceal = look.conceal,
        is_markup = look.is_markup,
        spell = look.spell,
      }
    end
  end
end

---@param rows table<integer, ipynb.Span[]>
---@param range { first: integer, last: integer }
---@param tree TSTree
---@param language string
---@param source integer|string
local function collect(rows, range, tree, language, source)
  -- E: a query that does not fit the installed parser.
  local ok, query = pcall(vim.treesitter.query.get, language, 'highlights')
  if not ok or not query then
    return
  end
  for capture, node, metadata in
    query:iter_captures(tree:root(), source, range.first, range.last + 1)
  do
    local name = query.captures[capture]
    local own = metadata[capture] or {}
    local hl = group_of(name, language)
    if hl then
      local at = vim.treesitter.get_range(node, source, own)
      local place = #at == 6 and { at[1], at[2], at[4], at[5] } or at
      add(rows, range, place, {
        hl = hl,
        priority = (tonumber(metadata.priority or own.priority) or PRIORITY)
          + (name == 'nospell' and 1 or 0),
        conceal = metadata.conceal or own.conceal,
        is_markup = vim.startswith(language, 'markdown'),
        spell = name == 'spell' and true or name == 'nospell' and false or nil,
      })
    end
  end
end

--- The spans of one row of a cell, parents' first.
---@param cell ipynb.CellTree
---@param row integer in the cell
---@return ipynb.Span[]?
function M.of_row(cell, row)
  local block = math.floor(row / BLOCK_ROWS)
  if not cell.blocks[block] then
    local rows = {}
    local range = { first = block * BLOCK_ROWS, last = block * BLOCK_ROWS + BLOCK_ROWS - 1 }
    cell.blocks[block] = rows
    injection.in_language(cell.language, function()
      cell.parser:for_each_tree(function(tree, parser)
        collect(rows, range, tree, parser:lang(), cell.source)
      end)
    end)
  end
  return cell.blocks[block][row]
end

return M
