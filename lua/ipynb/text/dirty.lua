-- Owns what changed in an edit buffer since the last flush; must not know where it goes.
--
-- The lines of each change are kept with the undo entry they belong to, as one flush can see
-- several entries (typeahead, `<C-g>u`). The range that is dirty in all is what counts in the
-- end: it is read from the buffer itself.

---@class ipynb.DirtyEdit
---@field seq integer undo entry of the edit buffer
---@field first integer
---@field last integer end-exclusive, in the text before this edit
---@field lines string[]

---@class ipynb.Dirty
---@field private buf integer
---@field private count integer lines of the buffer after the last change
---@field private edits ipynb.DirtyEdit[]
---@field private size integer lines kept in `edits`
---@field first? integer first dirty line; nil: clean
---@field tail? integer clean lines at the end
local Dirty = {}
Dirty.__index = Dirty

-- Beyond this the entries of one flush become one: only the steps of undo get coarser.
local MAX_EDITS, MAX_LINES = 500, 20000

---@param buf integer
---@return ipynb.Dirty
function Dirty.new(buf)
  local self = setmetatable({ buf = buf }, Dirty)
  self:reset()
  return self
end

function Dirty:reset()
  self.count = vim.api.nvim_buf_line_count(self.buf)
  self.edits, self.size = {}, 0
  self.first, self.tail = nil, nil
end

--- Notes a change. The new end is taken from the count of lines: after `ggdG` on_lines claims
--- none although one is left.
---@param first integer
---@param last integer end in the text before
---@param seq integer
function Dirty:note(first, last, seq)
  local total = vim.api.nvim_buf_line_count(self.buf)
  local new_last = last + total - self.count
  self.count = total
  self.first = math.min(self.first or first, first)
  self.tail = math.min(self.tail or math.huge, math.max(total - new_last, 0))
  if #self.edits < MAX_EDITS and self.size < MAX_LINES then
    local lines = vim.api.nvim_buf_get_lines(self.buf, first, math.max(new_last, first), false)
    self.size = self.size + #lines
    self.edits[#self.edits + 1] = { seq = seq, first = first, last = last, lines = lines }
  end
end

--- Gives up what was noted.
---@param seq integer the buffer's undo entry now
---@return ipynb.DirtyEdit[] earlier the edits of entries before that one
---@return integer first dirty in all: first line
---@return integer tail dirty in all: clean lines at the end
function Dirty:take(seq)
  local earlier = {}
  for _, edit in ipairs(self.edits) do
    if edit.seq == seq then
      break
    end
    earlier[#earlier + 1] = edit
  end
  local first, tail = self.first or 0, self.tail or 0
  self:reset()
  return earlier, first, tail
end

return Dirty
