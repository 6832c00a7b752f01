-- Owns where each cell stands in the facade, as counts of lines; must not know buffers or text.
--
-- A cell takes its content's lines and two marker lines. Heights live in a Fenwick tree, so
-- a key that adds a line costs O(log n), and so do "where is this cell" and "which cell is
-- at this row". Structure changes rebuild the tree: 5,000 cells take about 0.1 ms.

---@class ipynb.Layout
---@field private order string[] cell ids, top to bottom
---@field private position table<string, integer> cell id to its place in `order`
---@field private heights integer[] content lines of each cell, by place
---@field private tree integer[] Fenwick tree over `heights[i] + 2`
local Layout = {}
Layout.__index = Layout

local MARKER_LINES = 2

---@class ipynb.LayoutCell
---@field id string
---@field height integer content lines, at least 1

---@param cells ipynb.LayoutCell[]
---@return ipynb.Layout
function Layout.new(cells)
  local self = setmetatable({ order = {}, position = {}, heights = {}, tree = {} }, Layout)
  for i, cell in ipairs(cells) do
    self.order[i] = cell.id
    self.heights[i] = cell.height
  end
  self:rebuild()
  return self
end

---@private
function Layout:rebuild()
  local n = #self.order
  local tree, position = {}, {}
  for i = 1, n do
    position[self.order[i]] = i
    tree[i] = (tree[i] or 0) + self.heights[i] + MARKER_LINES
    local parent = i + bit.band(i, -i)
    if parent <= n then
      tree[parent] = (tree[parent] or 0) + tree[i]
    end
  end
  self.tree, self.position = tree, position
end

---@private
---@param index integer
---@return integer rows of the first `index` cells
function Layout:prefix(index)
  local sum = 0
  while index > 0 do
    sum = sum + self.tree[index]
    index = index - bit.band(index, -index)
  end
  return sum
end

---@return string[] ids top to bottom; the caller must not change it
function Layout:ids()
  return self.order
end

---@return integer
function Layout:count()
  return #self.order
end

---@return integer rows of the whole notebook
function Layout:rows()
  return self:prefix(#self.order)
end

---@param id string
---@return integer? index 1-based place of the cell
function Layout:index(id)
  return self.position[id]
end

---@param index integer
---@return string?
function Layout:id_at(index)
  return self.order[index]
end

---@param id string
---@return integer height content lines
function Layout:height(id)
  return self.heights[self.position[id]]
end

---@param id string
---@return integer row 0-based row of the start marker
---@return integer end_row row after the end marker
function Layout:range(id)
  local index = assert(self.position[id], 'no such cell')
  local row = self:prefix(index - 1)
  return row, row + self.heights[index] + MARKER_LINES
end

---@param id string
---@return integer row 0-based row of the first content line
---@return integer end_row row of the end marker
function Layout:content(id)
  local row, end_row = self:range(id)
  return row + 1, end_row - 1
end

---@param row integer 0-based
---@return string? id nil in a notebook without cells; the last cell below the end
---@return integer? index
function Layout:at(row)
  local n = #self.order
  if n == 0 then
    return nil
  end
  local index, step = 0, 1
  while step * 2 <= n do
    step = step * 2
  end
  while step > 0 do
    local next_index = index + step
    if next_index <= n and self.tree[next_index] <= row then
      index = next_index
      row = row - self.tree[next_index]
    end
    step = math.floor(step / 2)
  end
  index = math.min(index + 1, n)
  return self.order[index], index
end

--- A cell's content grew or shrank.
---@param id string
---@param delta integer lines
function Layout:resize(id, delta)
  local index = assert(self.position[id], 'no such cell')
  self.heights[index] = self.heights[index] + delta
  local n = #self.order
  while index <= n do
    self.tree[index] = self.tree[index] + delta
    index = index + bit.band(index, -index)
  end
end

--- Replaces `count` cells from `index` on by `cells`.
---@param index integer 1-based place of the first cell to go
---@param count integer
---@param cells ipynb.LayoutCell[]
function Layout:splice(index, count, cells)
  local order, heights = {}, {}
  local function take(id, height)
    order[#order + 1] = id
    heights[#heights + 1] = height
  end
  for i = 1, index - 1 do
    take(self.order[i], self.heights[i])
  end
  for _, cell in ipairs(cells) do
    take(cell.id, cell.height)
  end
  for i = index + count, #self.order do
    take(self.order[i], self.heights[i])
  end
  self.order, self.heights = order, heights
  self:rebuild()
end

return Layout
