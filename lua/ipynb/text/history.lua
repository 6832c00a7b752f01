-- Owns what each undo entry of the facade did to the layout; must not know text or windows.
--
-- Extmarks do not carry identity through undo, so identity is kept exactly: every state of
-- the facade has a sequence number, and the edge from its parent state says which heights
-- changed and which cells were replaced. Walking edges up and down gives the layout of any
-- state, branches included; memory follows the changes.

local M = {}

---@class ipynb.TextChange
---@field id string
---@field delta integer content lines gained

---@class ipynb.SpliceChange
---@field index integer 1-based
---@field removed ipynb.SplicedCell[]
---@field inserted ipynb.SplicedCell[]

---@class ipynb.SplicedCell
---@field id string
---@field cell_type string
---@field height integer
---@field origin? ipynb.CellOrigin told to the host
---@field lines? string[] content, told to the host

---@class ipynb.CellOrigin what belongs to a cell beside its text; one of these
---@field cell? string a new cell starts with this one's metadata and attachments
---@field clip? integer a new cell starts as one of this clip
---@field index? integer 0-based place in the clip
---@field absorb? string[] cells whose attachments the merged text may name

---@alias ipynb.Change ipynb.TextChange|ipynb.SpliceChange

---@class ipynb.Edge
---@field parent integer seq of the state it started from
---@field changes ipynb.Change[]
---@field edit? { buf: integer, before: integer, after: integer } the edit buffer's own entry

---@class ipynb.History
---@field root integer seq of the text as read
---@field seq integer seq of the state on screen
---@field edges table<integer, ipynb.Edge>

---@param root integer
---@return ipynb.History
function M.new(root)
  return { root = root, seq = root, edges = {} }
end

--- Notes a change that has just been made; `seq` is the facade's state after it.
---@param history ipynb.History
---@param seq integer
---@param change ipynb.Change
---@return ipynb.Edge
function M.record(history, seq, change)
  local edge = history.edges[seq]
  if seq ~= history.seq or not edge then
    edge = { parent = history.seq, changes = {} }
    history.edges[seq] = edge
    history.seq = seq
  end
  local last = edge.changes[#edge.changes]
  if last and change.delta and last.delta and last.id == change.id then
    last.delta = last.delta + change.delta
  else
    edge.changes[#edge.changes + 1] = change
  end
  return edge
end

---@param change ipynb.Change
---@return ipynb.Change
local function inverse(change)
  if change.delta then
    return { id = change.id, delta = -change.delta }
  end
  return { index = change.index, removed = change.inserted, inserted = change.removed }
end

---@class ipynb.Step
---@field edge ipynb.Edge
---@field is_undo boolean

---@param history ipynb.History
---@param seq integer
---@return integer[] chain from `seq` to the root
local function ancestors(history, seq)
  local chain = { seq }
  while history.edges[seq] do
    seq = history.edges[seq].parent
    chain[#chain + 1] = seq
  end
  return chain
end

--- The edges from the state on screen to `seq`, in the order to walk them.
---@param history ipynb.History
---@param seq integer
---@return ipynb.Step[]
function M.path(history, seq)
  local up, down = ancestors(history, history.seq), ancestors(history, seq)
  local i, j = #up, #down
  while i > 0 and j > 0 and up[i] == down[j] do
    i, j = i - 1, j - 1
  end
  local steps = {}
  for k = 1, i do
    steps[#steps + 1] = { edge = history.edges[up[k]], is_undo = true }
  end
  for k = j, 1, -1 do
    steps[#steps + 1] = { edge = history.edges[down[k]], is_undo = false }
  end
  return steps
end

--- How many changes a step from the state on screen makes at most, back or forth.
---@param history ipynb.History
---@return integer
function M.most_changes(history)
  local here = history.edges[history.seq]
  local most = here and #here.changes or 0
  for _, edge in pairs(history.edges) do
    if edge.parent == history.seq then
      most = math.max(most, #edge.changes)
    end
  end
  return most
end

--- The changes that a step makes, in the order to make them.
---@param step ipynb.Step
---@return ipynb.Change[]
function M.changes(step)
  if not step.is_undo then
    return step.edge.changes
  end
  local changes = {}
  for i = #step.edge.changes, 1, -1 do
    changes[#changes + 1] = inverse(step.edge.changes[i])
  end
  return changes
end

return M
