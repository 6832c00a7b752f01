-- Owns what stands on a cell's two borders, as virtual text; pure: knows no buffer or window.

local elapsed = require('ipynb.render.elapsed')

local M = {}

local FRAME_MS = 100

---@alias ipynb.Chunk { [1]: string, [2]: string }

---@class ipynb.BorderStyle
---@field glyphs ipynb.Glyphs
---@field is_ascii boolean
---@field language string name on the border of code cells
---@field icon ipynb.LanguageIcon? before the language
---@field is_active boolean
---@field now_ms integer
---@field top_filler string wider than any window
---@field bottom_filler string wider than any window

local TYPE_HL = {
  code = 'NotebookCodeSign',
  markdown = 'NotebookMarkdownSign',
  raw = 'NotebookRawSign',
}

---@param style ipynb.BorderStyle
---@return string hl
local function line_hl(style)
  return style.is_active and 'NotebookActiveBorder' or 'NotebookCellBorder'
end

---@param cell ipynb.Cell
---@return string
local function count_label(cell)
  if cell.execution_state == 'queued' or cell.execution_state == 'busy' then
    return '[*]'
  end
  return ('[%s]'):format(cell.execution_count or ' ')
end

---@param cell ipynb.Cell
---@return string hl of the sign and the label
function M.type_hl(cell)
  return TYPE_HL[cell.cell_type] or TYPE_HL.raw
end

--- The top border from the left: count, type or language, line to the window's end.
---@param cell ipynb.Cell
---@param style ipynb.BorderStyle
---@return ipynb.Chunk[]
function M.top(cell, style)
  local hl = line_hl(style)
  local is_code = cell.cell_type == 'code'
  local label = is_code and style.language or cell.cell_type
  local chunks = { { style.glyphs.top_start, hl } }
  if is_code then
    chunks[2] = { count_label(cell) .. ' ', 'NotebookOutputPrompt' }
  end
  if is_code and style.icon and style.icon.text then
    chunks[3] = { style.icon.text .. ' ', style.icon.hl or M.type_hl(cell) }
  end
  chunks[#chunks + 1] = { label .. ' ', M.type_hl(cell) }
  chunks[#chunks + 1] = { style.top_filler, hl }
  return chunks
end

---@param cell ipynb.Cell
---@param style ipynb.BorderStyle
---@return string? text
---@return string? hl
local function state_text(cell, style)
  local state, glyphs = cell.execution_state, style.glyphs
  local took = cell.elapsed_ms and elapsed.format(cell.elapsed_ms)
  if state == 'queued' then
    local position = cell.queue_position and ' ' .. cell.queue_position or ''
    return glyphs.queued .. ' queued' .. position, 'NotebookStateQueued'
  elseif state == 'busy' then
    local frame = math.floor(style.now_ms / FRAME_MS) % #glyphs.spinner
    local running = elapsed.running(style.now_ms - (cell.started_ms or style.now_ms))
    return vim.trim(glyphs.spinner[frame + 1] .. ' ' .. running), 'NotebookStateBusy'
  elseif state == 'ok' then
    return vim.trim(glyphs.ok .. ' ' .. (took or '')), 'NotebookStateOk'
  elseif state == 'error' then
    return vim.trim(glyphs.error .. ' ' .. (took or 'error')), 'NotebookStateError'
  elseif state == 'cancelled' then
    return glyphs.cancelled .. ' cancelled', 'NotebookStateCancelled'
  end
end

--- The top border's right end: run state and time.
---@param cell ipynb.Cell
---@param style ipynb.BorderStyle
---@return ipynb.Chunk[]? chunks nil when the cell has nothing to tell
function M.state(cell, style)
  local text, hl = state_text(cell, style)
  if not text then
    return nil
  end
  local chunks = { { ' ' .. text .. ' ', hl }, { style.glyphs.top:rep(2), line_hl(style) } }
  if cell.is_edited then
    table.insert(chunks, 1, { ' ' .. style.glyphs.edited, 'NotebookStateQueued' })
  end
  return chunks
end

---@param style ipynb.BorderStyle
---@return ipynb.Chunk[]
function M.bottom(style)
  return { { style.bottom_filler, line_hl(style) } }
end

--- The key hints at the right end of the active cell's bottom border.
---@param hints ipynb.Hint[] at least one
---@param style ipynb.BorderStyle
---@return ipynb.Chunk[]
function M.hints(hints, style)
  local chunks = { { ' ', 'NotebookHint' } }
  for i, hint in ipairs(hints) do
    if i > 1 then
      chunks[#chunks + 1] = { style.glyphs.separator, 'NotebookHint' }
    end
    chunks[#chunks + 1] = { hint[1], 'NotebookHintKey' }
    chunks[#chunks + 1] = { ' ' .. hint[2], 'NotebookHint' }
  end
  chunks[#chunks + 1] = { ' ', 'NotebookHint' }
  chunks[#chunks + 1] = { style.glyphs.bottom:rep(2), line_hl(style) }
  return chunks
end

return M
