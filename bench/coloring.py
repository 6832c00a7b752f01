"""Figure 9: what tree-sitter adds to a key and to a screen, in notebooks half of markdown."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench import notebooks
from bench.editors import Editors, Typist, open_notebook
from bench.figures import Figure, Rule
from tests.harness.launch import CHECKOUT
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child, Screen

COUNT = 1000
LIMIT_MS = 2
PARSERS = CHECKOUT / ".state" / "parsers"
# The user's own tree-sitter in the float, in both.
LANGUAGES = f"""
vim.opt.runtimepath:append('{PARSERS}')
vim.api.nvim_create_autocmd('FileType', {{ pattern = 'python', callback = function()
  vim.treesitter.start()
end }})
"""
WITH_TREES = LANGUAGES
WITHOUT_TREES = LANGUAGES + "require('ipynb').setup({ treesitter = false })"
STATE = "return require('ipynb.highlight.parser').status().state"
# The whole notebook's own tree after a key, as folds or text objects by tree-sitter ask for it.
PARSE = """
local buf = vim.api.nvim_get_current_buf()
local parser = vim.treesitter.get_parser(buf, 'ipynb')
local row = math.floor(vim.api.nvim_buf_line_count(buf) / 2)
local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, true)[1]
parser:parse()
local times = {}
vim.bo[buf].modifiable = true
for i = 1, 60 do
  vim.api.nvim_buf_set_lines(buf, row, row + 1, true, { line .. ('x'):rep(i) })
  local started = vim.uv.hrtime()
  parser:parse()
  times[i] = (vim.uv.hrtime() - started) / 1e6
end
vim.api.nvim_buf_set_lines(buf, row, row + 1, true, { line })
vim.bo[buf].modifiable = false
table.sort(times)
return times[30]
"""


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Type and scroll with and without trees, in turn."""
    path = notebooks.write(folder / "half.ipynb", half_markdown())
    with Editors(folder) as editors:
        children = {
            "trees": notebook_editor(editors, path, WITH_TREES),
            "syntax": notebook_editor(editors, path, WITHOUT_TREES),
        }
        parse_ms = children["trees"].lua(PARSE)
        scroll = _scroll(children, 10 if is_quick else 60)
        for child in children.values():
            child.keys_and_settle(f"gg{COUNT // 2}]]zzO")
            assert child.mode() == "i", child.picture()
        keys = _type(children, 60 if is_quick else 300)
    added, rule = f"{COUNT:,} cells, added by trees", Rule.DIFFERENCE
    return [
        Figure(f"9 key, {added}", keys["trees"], keys["syntax"], "ms", rule, LIMIT_MS),
        Figure(f"9 new screen, {added}", scroll["trees"], scroll["syntax"], "ms", rule, 20),
        Figure("9 whole tree after a key", parse_ms, 0, "ms", Rule.VALUE, LIMIT_MS),
    ]


def half_markdown() -> list[dict[str, object]]:
    """Return cells of which every other is markdown."""
    cells = []
    for index in range(COUNT):
        lines = [f"value_{index}_{n} = compute({n}, key='{index}')" for n in range(6)]
        text = f"## Part {index}\n\nSome *words*, a [link](x) and `code`.\n\n- one\n- two"
        spec = "\n".join(lines) if index % 2 == 0 else ("markdown", text)
        cells.append(make_cell(spec, index))
    return cells


def notebook_editor(editors: Editors, path: Path, init: str) -> Child:
    """Return an editor that shows the notebook in its final colours."""
    child = editors.with_plugin(init)
    open_notebook(child, path, COUNT)
    if init == WITH_TREES:
        child.wait_for(lambda: child.lua(STATE) == "loaded", what="the parser")
    child.settle()
    return child


def _type(children: dict[str, Child], keys: int) -> dict[str, float]:
    typists = {name: Typist(child) for name, child in children.items()}
    times: dict[str, list[float]] = {name: [] for name in children}
    for _ in range(keys):
        for name, typist in typists.items():
            times[name].append(typist.key_ms())
    return {name: statistics.median(values) for name, values in times.items()}


def _scroll(children: dict[str, Child], screens: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in children}
    for number in range(1, screens + 1):
        for name, child in children.items():
            cell = number * 2 * (COUNT // 2 // (screens + 1))
            text = f"value_{cell}_0"
            keys = f":{cell * 8 + 2}<CR>zt"
            times[name].append(child.latency_ms(keys, lambda screen, text=text: _has(screen, text)))
            child.settle()
    return {name: statistics.median(values) for name, values in times.items()}


def _has(screen: Screen, text: str) -> bool:
    return any(text in row for row in screen.rows())
