"""The two editors of a comparison: a plain buffer, and the float of a notebook's middle cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.editor.differential.sequences import Paste
from tests.editor.running import UNMASKED
from tests.harness import Child, write_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.differential.sequences import Step

# What both editors forget before each sequence, and the abbreviation that both know.
RESET = """
for name in ('abcz0123456789q"/'):gmatch('.') do
  pcall(vim.fn.setreg, name, '') -- the read-only ones refuse
end
local many = {}
for lnum = 1, 30 do
  many[lnum] = 'register ' .. lnum
end
vim.fn.setreg('z', many, 'l')
vim.fn.setreg('q', 'x')
vim.cmd.iabbrev('teh', 'the')
-- matchit's `%` depends on how far the syntax of either buffer was drawn: Vim's own is compared.
for _, mode in ipairs({ 'n', 'x', 'o' }) do
  pcall(vim.keymap.del, mode, '%') -- E: gone already
end
vim.o.report = 9999
"""
# … and what only keys can set: the last change (`.`), find (`;`), command (`@:`), macro (`@@`),
# substitution (`&`) and inserted text (`<C-a>`).
RESET_KEYS = ":enew!<CR>ixab<Esc>0fa:s/a/b/e<CR>@q"
STATE = """
local buf, win = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
-- A block shift leaves the cursor behind the last character until anything looks at it.
vim.api.nvim_win_call(win, function() end)
return {
  lines = vim.api.nvim_buf_get_lines(buf, 0, -1, true),
  cursor = vim.api.nvim_win_get_cursor(win),
  mode = vim.api.nvim_get_mode().mode,
}
"""
FOLLOWERS = (
    UNMASKED
    + """
local buf = ...
local nb = require('ipynb.notebook').get(buf)
local function lines(of)
  return vim.api.nvim_buf_get_lines(of, 0, -1, true)
end
return {
  facade = lines(nb.buf),
  shadow = unmasked(nb),
  model = require('ipynb.debug').model_cells(buf),
  rows = vim.tbl_map(function(cell)
    return { cell.content_row, cell.content_end_row }
  end, require('ipynb').cells(buf)),
  is_editing = vim.b.ipynb_cell_id ~= nil,
}
"""
)
OPTIONS = """
local names = { 'shiftwidth', 'tabstop', 'softtabstop', 'expandtab', 'textwidth', 'formatoptions',
  'indentexpr', 'autoindent', 'comments', 'commentstring', 'filetype', 'iskeyword', 'matchpairs',
  'nrformats', 'indentkeys', 'virtualedit', 'syntax' }
local values = {}
for _, name in ipairs(names) do
  values[name] = vim.api.nvim_get_option_value(name, {})
end
return values
"""
BEFORE, AFTER = ["before = 1", "second"], ["after = 2", "", "last"]
EXTENSIONS = {"code": "py", "markdown": "md"}


class Editor:
    """What both have in common: keys are played, the state is looked at."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self._file_count = 0

    def send(self, step: Step) -> None:
        """Press the keys of a step; ``settle`` waits for them."""
        if isinstance(step, Paste):
            self.child.api.paste(step.text, True, -1)
        else:
            self.child.keys(step)

    def _begin(self) -> None:
        # An indent expression asks the syntax, which depends on what was drawn in either editor.
        self.child.lua("vim.bo.indentexpr = ''")
        self.child.keys_and_settle("gg0")

    def settle(self) -> None:
        """Wait until what was sent is processed."""
        self.child.settle()

    def state(self) -> dict[str, Any]:
        """Return text, cursor and mode as the person typing sees them, or the prompt."""
        if self.child.api.get_mode()["blocking"]:
            return {"prompt": self.child.picture()}
        return self.child.lua(STATE)

    def options(self) -> dict[str, Any]:
        """Return the options that decide what keys do to text."""
        return self.child.lua(OPTIONS)

    def _next_path(self, extension: str) -> Path:
        self._file_count += 1
        return self.child.home / f"text-{self._file_count}.{extension}"

    def _reset(self, path: Path) -> None:
        if self._file_count > 1:
            self.child.keys_and_settle("<C-\\><C-n><C-\\><C-n>")  # out of a prompt, too
            self.child.command("silent! fclose! | silent! bwipeout!")
        self.child.lua(RESET)
        self.child.keys_and_settle(RESET_KEYS)
        self.child.command(f"silent edit! {path}")


class PlainEditor(Editor):
    """A plain buffer that holds the cell's text and nothing else."""

    def open(self, lines: list[str], cell_type: str) -> None:
        """Start anew with a file of these lines."""
        path = self._next_path(EXTENSIONS[cell_type])
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self._reset(path)
        self._begin()


class FloatEditor(Editor):
    """The edit float of the middle cell of three."""

    # Mutable state: the facade and the middle cell's type, for ``differences``.

    def open(self, lines: list[str], cell_type: str) -> None:
        """Start anew with a notebook whose middle cell has these lines."""
        cells = ["\n".join(BEFORE), (cell_type, "\n".join(lines)), ("markdown", "\n".join(AFTER))]
        path = write_notebook(self._next_path("ipynb"), cells)
        self._reset(path)
        cells_known = "return #require('ipynb').cells() == 3"
        self.child.wait_for(lambda: self.child.lua(cells_known), what="three cells")
        self._facade = self.child.api.get_current_buf()
        self._cell_type = cell_type
        self.child.keys_and_settle("gg]]<CR>")
        self._begin()

    def differences(self, lines: list[str]) -> list[str]:
        """Compare facade, shadow and model with what they must be when the cell is ``lines``."""
        seen = self.child.lua(FOLLOWERS, self._facade)
        cells = [("code", BEFORE), (self._cell_type, lines), ("markdown", AFTER)]
        facade, shadow, rows = [], [], []
        for cell_type, content in cells:
            rows.append([len(facade) + 1, len(facade) + 1 + len(content)])
            facade += [f"# <<ipynb_nvim:{cell_type}>>", *content, "# <</ipynb_nvim>>"]
            shadow += ["", *(content if cell_type == "code" else [""] * len(content)), ""]
        model = [(cell["cell_type"], cell["source"].split("\n")) for cell in seen["model"]]
        text = [(cell_type, [as_text(line) for line in content]) for cell_type, content in cells]
        problems = [
            describe(name, expected, got)
            for name, expected, got in (
                ("facade", facade, seen["facade"]),
                ("shadow", shadow, seen["shadow"]),
                ("model", text, model),
                ("rows of the cells", rows, seen["rows"]),
            )
            if expected != got
        ]
        if not seen["is_editing"]:
            problems.append("the float is closed")
        return problems


def as_text(line: str) -> str:
    """Return a line as JSON can hold it: bytes that are no character (`gi` in one) are lost."""
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def describe(name: str, expected: object, got: object) -> str:
    """Return one difference as a line that can be read."""
    return f"{name}: expected {expected!r:.400}, got {got!r:.400}"
