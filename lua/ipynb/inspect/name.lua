-- Owns finding the name that a place in code is about; must not know who asks.
--
-- By tree-sitter where the language has a parser, else by what names look like in most languages:
--   plt.sh|ow → plt.show     df["a"].me|an → df     %tim|eit → %timeit

local M = {}

local WORD = '[%w_\128-\255]'
local DOTTED = '^[%a_\128-\255][%w_.:\128-\255]*$'
local MAX_LINES = 3000
local MAX_CLIMB = 5

-- Nodes that join a name to what it belongs to.
local CHAINS = {
  attribute = true,
  member_expression = true,
  field_expression = true,
  dot_index_expression = true,
  method_index_expression = true,
  scoped_identifier = true,
  extract_operator = true,
  namespace_operator = true,
}

---@param line string
---@param col integer 1-based byte of a closing bracket
---@return integer? col 1-based byte before the opening one
local function before_bracket(line, col)
  local depth = 0
  for at = col, 1, -1 do
    local char = line:sub(at, at)
    if char == ')' or char == ']' then
      depth = depth + 1
    elseif char == '(' or char == '[' then
      depth = depth - 1
      if depth == 0 then
        return at - 1
      end
    end
  end
  return nil
end

--- The dotted name that ends in a column; past a bracket only what stands before it.
---@param line string
---@param last integer 1-based byte
---@return string
local function chain(line, last)
  while last > 0 and line:sub(last, last):match('[%])]') do
    last = before_bracket(line, last) or 0
  end
  local name = line:sub(1, last):match(WORD .. '*$')
  local first = last - #name + 1
  while name ~= '' and line:sub(first - 1, first - 1) == '.' do
    local owner = line:sub(1, first - 2):match(WORD .. '+$')
    if not owner then
      local is_call = line:sub(first - 2, first - 2):match('[%])]') ~= nil
      return is_call and chain(line, first - 2) or name
    end
    first = first - 1 - #owner
    name = owner .. '.' .. name
  end
  return name
end

---@param line string
---@param col integer 0-based byte
---@return string? name
function M.by_pattern(line, col)
  local at = line:find(WORD, col + 1)
  if not at then
    at = #line:match('^(.-)[^%w_\128-\255]*$')
  end
  local _, last = line:find('^' .. WORD .. '+', at)
  if not last then
    return nil
  end
  local word = line:sub(1, last):match(WORD .. '+$')
  local head = line:sub(1, last - #word)
  local owner = head:match('^(.*)%[[\'"]$') -- a key of something
  local name = owner and owner ~= '' and chain(line, #owner) or chain(line, last)
  local magic = head:match('^%s*(%%%%?)$')
  name = (magic or '') .. name
  return (name:match(DOTTED) or (magic and name)) and name or nil
end

---@param node TSNode
---@param code string
---@return string? name
local function dotted_name(node, code)
  local current = node ---@type TSNode?
  while current do
    local text = vim.treesitter.get_node_text(current, code)
    if text:match(DOTTED) then
      return text
    end
    current = current:named_child(0)
  end
  return nil
end

---@param lines string[]
---@param row integer
---@param col integer
---@param language string filetype
---@return string? name
local function by_tree(lines, row, col, language)
  local lang = vim.treesitter.language.get_lang(language) or language
  if #lines > MAX_LINES then
    return nil
  end
  local code = table.concat(lines, '\n')
  -- E: there is no parser for the language.
  local ok, parser = pcall(vim.treesitter.get_string_parser, code, lang)
  local tree = ok and parser and parser:parse()[1]
  local node = tree and tree:root():named_descendant_for_range(row, col, row, col + 1)
  if not node or tree:root():has_error() and not node:type():match('identifier') then
    return nil
  end
  local is_name = node:type():match('identifier') or node:type() == 'name'
  local parent = node:parent()
  if is_name then
    while parent and CHAINS[parent:type()] and parent:named_child(0) ~= node do
      node, parent = parent, parent:parent()
    end
    return dotted_name(node, code)
  end
  for _ = 1, MAX_CLIMB do
    if parent and (parent:type() == 'subscript' or parent:type() == 'bracket_index_expression') then
      return dotted_name(parent, code)
    end
    parent = parent and parent:parent()
  end
  return nil
end

--- The name at a place, nil where there is none.
---@param lines string[]
---@param row integer 0-based
---@param col integer 0-based byte
---@param language string filetype
---@return string?
function M.at(lines, row, col, language)
  local line = lines[row + 1] or ''
  if line:match('^%s*%%') then
    return M.by_pattern(line, col)
  end
  return by_tree(lines, row, col, language) or M.by_pattern(line, col)
end

--- The names that occur in code, each once, in order, without those that belong to another.
---@param lines string[]
---@param limit integer
---@return string[]
function M.all(lines, limit)
  local names, seen = {}, {}
  for _, line in ipairs(lines) do
    for before, word in (' ' .. line):gmatch('([^%w_\128-\255])([%a_\128-\255][%w_\128-\255]*)') do
      if before ~= '.' and not seen[word] then
        seen[word] = true
        names[#names + 1] = word
      end
      if #names == limit then
        return names
      end
    end
  end
  return names
end

return M
