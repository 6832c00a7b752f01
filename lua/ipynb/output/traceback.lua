-- Owns where a line of an output points to: a row of a cell, or a line of a file; must not know
-- how one gets there. Lines are untrusted text: only compared, never run.

local code_name = require('ipynb.output.code_name')

local M = {}

-- A frame shows few lines of source; further up is another one.
local MAX_FRAME_LINES = 30
local MAX_LINE = 2000

---@class ipynb.Target
---@field cell_id? string
---@field path? string
---@field row integer 0-based

--- The cell that ran as `[count]` last: the one whose output it is, if it may be meant.
---@param nb ipynb.Notebook
---@param count integer
---@param own_id string
---@return string?
local function cell_of_count(nb, count, own_id)
  local own = nb.cells[own_id]
  if own and own.execution_count == count then
    return own_id
  end
  local known = nb.executed and nb.executed[count]
  if known and nb.layout:index(known) then
    return known
  end
  for _, id in ipairs(nb.layout:ids()) do
    if nb.cells[id].execution_count == count then
      return id
    end
  end
end

--- The cell whose text ipykernel has named so.
---@param nb ipynb.Notebook
---@param number string
---@return string?
local function cell_of_name(nb, number)
  for _, id in ipairs(nb.layout:ids()) do
    if nb.cells[id].cell_type == 'code' then
      local row, end_row = nb.layout:content(id)
      local lines = vim.api.nvim_buf_get_lines(nb.buf, row, end_row, false)
      if code_name.of(table.concat(lines, '\n')) == number then
        return id
      end
    end
  end
end

---@param nb ipynb.Notebook
---@param path string
---@param lnum integer
---@return ipynb.Target?
local function in_file(nb, path, lnum)
  local number = path:match('ipykernel_%d+[/\\](%d+)%.py$')
  if number then
    local id = cell_of_name(nb, number)
    return id and { cell_id = id, row = lnum - 1 }
  end
  if path:sub(1, 2) == '~/' then
    path = vim.uv.os_homedir() .. path:sub(2)
  elseif path:sub(1, 1) ~= '/' then
    path = vim.fs.joinpath(vim.fs.dirname(nb.path), path)
  end
  path = vim.fs.normalize(path, { expand_env = false })
  return vim.fn.filereadable(path) == 1 and { path = path, row = lnum - 1 } or nil
end

--- What the heading of a frame points to.
---@param nb ipynb.Notebook
---@param line string
---@param own_id string cell whose output the line is in
---@return ipynb.Target?
---@return boolean is_heading
local function heading(nb, line, own_id)
  line = line:sub(1, MAX_LINE)
  local count, lnum = line:match('^%s*Cell In ?%[(%d+)%], line (%d+)')
  if not count then
    count, lnum = line:match('^%s*Input In ?%[(%d+)%].-, line (%d+)')
  end
  if not count then
    count, lnum = line:match('^%s*File <ipython%-input%-(%d+)%-[^>]*>:(%d+)')
  end
  if not count then
    count, lnum = line:match('^%s*<ipython%-input%-(%d+)%-[^>]*> in '), '1'
  end
  if count then
    local id = cell_of_count(nb, tonumber(count), own_id)
    return id and { cell_id = id, row = tonumber(lnum) - 1 }, true
  end
  local path
  path, lnum = line:match('^%s*File "([^"]+)", line (%d+)')
  if not path then
    path, lnum = line:match('^%s*File (%S.-):(%d+)')
  end
  if not path then
    path, lnum = line:match('^%s*([~/][^:]*):(%d+)')
  end
  return path and in_file(nb, path, tonumber(lnum)), path ~= nil
end

--- Where the line at `lnum` points: by itself, or as a line of source in a traceback's frame.
---@param nb ipynb.Notebook
---@param lines string[] the line and those above it
---@param lnum integer
---@param own_id string
---@return ipynb.Target?
function M.target(nb, lines, lnum, own_id)
  local found, is_heading = heading(nb, lines[lnum] or '', own_id)
  if is_heading then
    return found
  end
  local source_lnum = (lines[lnum] or ''):sub(1, 40):match('^[%-> ]*(%d+)%f[%D]')
  for i = lnum - 1, math.max(1, lnum - MAX_FRAME_LINES), -1 do
    found, is_heading = heading(nb, lines[i], own_id)
    if is_heading then
      if found and source_lnum then
        found.row = tonumber(source_lnum) - 1
      end
      return found
    elseif lines[i] == '' then
      return nil
    end
  end
end

--- The last frame in a cell: where an error stands that the user can mend.
---@param nb ipynb.Notebook
---@param lines string[]
---@param own_id string
---@return ipynb.Target?
function M.last_in_cell(nb, lines, own_id)
  for i = #lines, 1, -1 do
    local found = heading(nb, lines[i], own_id)
    if found and found.cell_id then
      return found
    end
  end
end

return M
