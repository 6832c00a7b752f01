-- Owns the virtual lines under cells; must not know what outputs are or how they became lines.

local config = require('ipynb.config')
local glyphs = require('ipynb.render.glyphs')
local highlights = require('ipynb.render.highlights')

local M = {}

local NS = vim.api.nvim_create_namespace('ipynb.outputs')

---@alias ipynb.VirtLine { [1]: string, [2]: string }[]

--- How many columns an output may take: those of the screen, without gutter and signs.
---@return integer
function M.columns()
  return math.max(20, vim.o.columns - 4)
end

---@param nb ipynb.Notebook
---@param id string
local function remove(nb, id)
  local marks = nb.marks[id]
  if marks and marks.output then
    vim.api.nvim_buf_del_extmark(nb.buf, NS, marks.output)
    marks.output = nil
  end
end

--- Puts the gutter in front of each line and a blank line at the end; defines the groups.
---@param lines ipynb.VirtLine[] not changed
---@return ipynb.VirtLine[]
local function with_gutter(lines)
  local gutter = { glyphs.get(glyphs.is_ascii(config.get())).gutter, 'NotebookOutputGutter' }
  local result, known = {}, {}
  for i, line in ipairs(lines) do
    local drawn = { gutter }
    for j, chunk in ipairs(line) do
      drawn[j + 1] = chunk
      if not known[chunk[2]] then
        known[chunk[2]] = true
        highlights.ensure(chunk[2])
      end
    end
    result[i] = drawn
  end
  -- The next cell stands as far off as below a cell without output.
  result[#lines + 1] = {}
  return result
end

--- The one line that stands for a folded output.
---@param lines ipynb.VirtLine[]
---@return ipynb.VirtLine[]
local function folded(lines)
  local is_cut = vim.iter(lines):any(function(line)
    return line[1] ~= nil and line[1][2] == 'NotebookOutputMore'
  end)
  local count = is_cut and #lines - 1 or #lines
  local text = ('%s%s%d line%s of output'):format(
    glyphs.get(glyphs.is_ascii(config.get())).closed,
    is_cut and ' more than ' or ' ',
    count,
    count == 1 and '' or 's'
  )
  return { { { text, 'NotebookOutputMore' } } }
end

--- Shows lines under a cell, in place of those it had.
---@param nb ipynb.Notebook
---@param id string
---@param virt_lines? ipynb.VirtLine[] nil or empty: the cell has no output
function M.draw(nb, id, virt_lines)
  if not virt_lines or #virt_lines == 0 or not nb.layout:index(id) then
    remove(nb, id)
    return
  end
  local _, end_row = nb.layout:range(id)
  nb.marks[id] = nb.marks[id] or {}
  nb.marks[id].output = vim.api.nvim_buf_set_extmark(nb.buf, NS, end_row - 1, 0, {
    id = nb.marks[id].output,
    virt_lines = with_gutter(nb.folded_outputs[id] and folded(virt_lines) or virt_lines),
  })
end

--- Removes the lines of some cells, also of cells the layout no longer has.
---@param nb ipynb.Notebook
---@param ids string[]
function M.erase(nb, ids)
  for _, id in ipairs(ids) do
    remove(nb, id)
  end
end

return M
