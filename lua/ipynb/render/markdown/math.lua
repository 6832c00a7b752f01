-- Owns how formulas look: a colour, and symbols for TeX commands; must not know other markdown.

local M = {}

-- One line of "command symbol" pairs.
local SYMBOLS = [[
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi ϕ chi χ psi ψ
omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
sum ∑ prod ∏ int ∫ oint ∮ partial ∂ nabla ∇ infty ∞ sqrt √ cdot · times × div ÷ pm ± mp ∓
leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ propto ∝ ll ≪ gg ≫ in ∈ notin ∉
subset ⊂ subseteq ⊆ supset ⊃ cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ neg ¬ land ∧ lor ∨
to → rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐ mapsto ↦ ldots … cdots ⋯ dots …
langle ⟨ rangle ⟩ mid ∣ perp ⊥ angle ∠ circ ∘ otimes ⊗ oplus ⊕ dagger † hbar ℏ ell ℓ Re ℜ Im ℑ
]]

local RAISED =
  { ['0'] = '⁰', ['1'] = '¹', ['2'] = '²', ['3'] = '³', ['4'] = '⁴', ['5'] = '⁵' }
local LOWERED =
  { ['0'] = '₀', ['1'] = '₁', ['2'] = '₂', ['3'] = '₃', ['4'] = '₄', ['5'] = '₅' }
for from, to in pairs({
  ['6'] = '⁶',
  ['7'] = '⁷',
  ['8'] = '⁸',
  ['9'] = '⁹',
  n = 'ⁿ',
  i = 'ⁱ',
}) do
  RAISED[from] = to
end
for from, to in pairs({
  ['6'] = '₆',
  ['7'] = '₇',
  ['8'] = '₈',
  ['9'] = '₉',
  i = 'ᵢ',
  j = 'ⱼ',
}) do
  LOWERED[from] = to
end

---@type table<string, string>
local symbols = {}
for command, symbol in SYMBOLS:gmatch('(%a+)%s+([^%s%a]+)') do
  symbols[command] = symbol
end

--- Whether the dollars stand around a formula and not before two prices (pandoc's rule).
---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
---@return boolean
local function is_formula(canvas, node)
  local row, col, end_row, end_col = canvas:range(node)
  local first, last = canvas.lines[row + 1], canvas.lines[end_row + 1]
  if first:sub(col + 1, col + 2) == '$$' then
    return true
  end
  local has_space = first:sub(col + 2, col + 2):match('%s')
    or last:sub(end_col - 1, end_col - 1):match('%s')
  return not has_space and not last:sub(end_col + 1, end_col + 1):match('%d')
end

---@param canvas ipynb.MarkdownCanvas
---@param row integer
---@param col integer
---@param end_col integer
local function draw_symbols(canvas, row, col, end_col)
  local text = canvas.lines[row + 1]:sub(col + 1, end_col)
  for from, command, to in text:gmatch('()\\(%a+)()') do
    if symbols[command] then
      canvas:replace(row, col + from - 1, col + to - 1, symbols[command], 'NotebookMath')
    end
  end
  for from, mark, digit, to in text:gmatch('()([_^])([%dnij])()%f[^%w]') do
    local sign = (mark == '^' and RAISED or LOWERED)[digit]
    if sign then
      canvas:replace(row, col + from - 1, col + to - 1, sign, 'NotebookMath')
    end
  end
end

---@param canvas ipynb.MarkdownCanvas
---@param node TSNode
---@return boolean is_done
function M.draw(canvas, node)
  if not is_formula(canvas, node) then
    return true
  end
  canvas:each_row(node, function(row, col, end_col)
    canvas:colour(row, col, end_col, 'NotebookMath', 1)
    if canvas.signs.has_math then
      draw_symbols(canvas, row, col, end_col)
    end
  end)
  for child in node:iter_children() do
    local row, col, end_row, end_col = canvas:range(child)
    if child:type() == 'latex_span_delimiter' and row == end_row then
      canvas:hide(row, col, end_col)
    end
  end
  return true
end

return M
