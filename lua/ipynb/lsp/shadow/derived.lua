-- Owns what a shadow's lines are before any is masked: the facade's, blank where there is no code;
-- must not know the shadow's buffer.

local M = {}

--- Makes a module of it, where a language takes what is in none for the whole project's: a name
--- would be one with that of another notebook, and be renamed there, too. No `export`: imports
--- are put in order by edits of exports, too.
local HEADS = { javascript = 'import.meta', typescript = 'import.meta' }

---@param n integer
---@return string[]
function M.blanks(n)
  local lines = {}
  for i = 1, n do
    lines[i] = ''
  end
  return lines
end

---@param nb ipynb.Notebook
---@return string line in place of the first marker
function M.head(nb)
  return nb.layout:count() > 0 and HEADS[nb.language] or ''
end

--- The facade's lines, with blank ones for all that is no code.
---@param nb ipynb.Notebook
---@return string[]
function M.lines(nb)
  local lines = vim.api.nvim_buf_get_lines(nb.buf, 0, -1, true)
  local row = 0
  for _, id in ipairs(nb.layout:ids()) do
    local height = nb.layout:height(id)
    local is_code = nb.cells[id].cell_type == 'code'
    lines[row + 1], lines[row + height + 2] = '', ''
    if not is_code then
      for i = row + 2, row + height + 1 do
        lines[i] = ''
      end
    end
    row = row + height + 2
  end
  lines[1] = row > 0 and M.head(nb) or lines[1]
  return lines
end

return M
