-- Owns a list of places in fzf-lua (its wiki, "Advanced"); must not know what they are.

local M = {}

--- Fzf gives lines back, so each starts with its number, which is not shown.
---@param line string
---@return integer?
local function number_of(line)
  return tonumber(line:match('^(%d+)\t'))
end

---@param places ipynb.Place[]
---@return table previewer
local function previewer(places)
  local Previewer = require('fzf-lua.previewer.builtin').base:extend()

  function Previewer:new(o, opts, win)
    Previewer.super.new(self, o, opts, win)
    return setmetatable(self, Previewer)
  end

  function Previewer:populate_preview_buf(line)
    local buf, place = self:get_tmp_buffer(), places[number_of(line)]
    if not place then
      return
    end
    local lines, filetype = place.preview()
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
    vim.bo[buf].filetype = filetype
    self:set_preview_buf(buf)
  end

  function Previewer:gen_winopts()
    return vim.tbl_extend('force', self.winopts, { number = false, wrap = false })
  end

  return Previewer
end

---@param pick ipynb.Pick
function M.open(pick)
  local lines = {}
  for i, place in ipairs(pick.places) do
    lines[i] = ('%d\t%s'):format(i, place.text)
  end
  require('fzf-lua').fzf_exec(lines, {
    prompt = pick.title .. '> ',
    previewer = previewer(pick.places),
    fzf_opts = { ['--delimiter'] = '\t', ['--with-nth'] = '2..', ['--no-multi'] = true },
    actions = {
      ['default'] = function(selected)
        local place = selected and selected[1] and pick.places[number_of(selected[1])]
        if place then
          pick.choose(place)
        end
      end,
    },
  })
end

return M
