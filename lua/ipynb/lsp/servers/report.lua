-- Owns what a server last said of one of its documents: of what it says anew only what differs is
-- read again, as servers say thousands of things at each change; must not know how one is read.

---@alias ipynb.ReportWay 'pushed'|'pulled' the two ways in which servers say

---@class ipynb.Reading of one diagnostic
---@field cell_id? string nil: it is in no code cell
---@field problem? ipynb.Problem nil: it is not true of the notebook

---@class ipynb.Report
---@field problems ipynb.Problem[] what is true of the notebook
---@field package said table<ipynb.ReportWay, lsp.Diagnostic[]>
---@field package read table<ipynb.ReportWay, ipynb.Reading[]> of each that was said
local Report = {}
Report.__index = Report

local M = {}

---@return ipynb.Report
function M.new()
  return setmetatable({
    problems = {},
    said = { pushed = {}, pulled = {} },
    read = { pushed = {}, pulled = {} },
  }, Report)
end

--- Whether both read alike.
---@param one lsp.Diagnostic
---@param other lsp.Diagnostic
---@param shift integer rows by which `other` is further down
---@return boolean
local function is_same(one, other, shift)
  local range, other_range = one.range, other.range
  return range.start.line + shift == other_range.start.line
    and range['end'].line + shift == other_range['end'].line
    and range.start.character == other_range.start.character
    and range['end'].character == other_range['end'].character
    and one.message == other.message
    and one.code == other.code
    and one.severity == other.severity
    and one.source == other.source
    and (one.tags == other.tags or vim.deep_equal(one.tags, other.tags))
    and not next(one.relatedInformation or {}) -- whose places may have moved otherwise
end

--- How many at the start, and how many at the end, are as before.
---@param old lsp.Diagnostic[]
---@param new lsp.Diagnostic[]
---@return integer head
---@return integer tail
---@return integer shift rows by which the tail went down
local function same_ends(old, new)
  local shared, head, tail = math.min(#old, #new), 0, 0
  while head < shared and is_same(old[head + 1], new[head + 1], 0) do
    head = head + 1
  end
  if head == shared then
    return head, 0, 0
  end
  local shift = new[#new].range.start.line - old[#old].range.start.line
  while tail < shared - head and is_same(old[#old - tail], new[#new - tail], shift) do
    tail = tail + 1
  end
  return head, tail, shift
end

---@param diagnostic lsp.Diagnostic
---@return string
local function key(diagnostic)
  local range = diagnostic.range
  return table.concat({
    range.start.line,
    range.start.character,
    range['end'].line,
    range['end'].character,
    tostring(diagnostic.code),
    diagnostic.message,
  }, '\0')
end

--- The problems of both ways, each once.
---@private
function Report:collect()
  local problems, seen = {}, {}
  local is_both = #self.said.pushed > 0 and #self.said.pulled > 0
  for _, way in ipairs({ 'pulled', 'pushed' }) do
    for i, reading in ipairs(self.read[way]) do
      local name = is_both and reading.problem and key(self.said[way][i]) or i
      if reading.problem and not (is_both and seen[name]) then
        seen[name] = true
        problems[#problems + 1] = reading.problem
      end
    end
  end
  self.problems = problems
end

--- Takes all that the server says by one of the ways.
---@param way ipynb.ReportWay
---@param said lsp.Diagnostic[]
---@param read fun(diagnostic: lsp.Diagnostic): ipynb.Reading
---@param is_kept fun(cell_id: string): boolean what was read in that cell is still right
---@return boolean changed what is shown is another, or its marks have moved with the cell's text
function Report:take(way, said, read, is_kept)
  local old, old_read = self.said[way], self.read[way]
  local head, tail, shift = same_ends(old, said)
  local readings, is_other = {}, #old ~= #said or shift ~= 0
  for i, one in ipairs(said) do
    local at = i <= head and i or i > #said - tail and i - #said + #old
    local before = at and old_read[at]
    if before and before.cell_id and is_kept(before.cell_id) then
      if before.problem then
        before.problem.original = one
      end
      readings[i] = before
    else
      readings[i] = read(one)
      is_other = is_other or (before or readings[i]).problem ~= nil or readings[i].problem ~= nil
    end
  end
  self.said[way], self.read[way] = said, readings
  self:collect()
  return is_other
end

return M
