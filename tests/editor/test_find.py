"""Finding the way: pickers, outline, jumps, letter marks.

The picker plugins cannot be had from any registry here, so stand-ins take their place: they
have just the functions that are used, as those plugins' own documentation gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import cells
from tests.harness import Child, Launch, write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SELECT = """
vim.ui.select = function(items, opts, choose)
  _G.asked = { prompt = opts.prompt, lines = vim.tbl_map(opts.format_item, items) }
  choose(items[_G.choice])
end
"""

_TELESCOPE = """
local state = {}
package.preload['telescope'] = function() return {} end
package.preload['telescope.config'] = function()
  return { values = { generic_sorter = function() return 'sorter' end } }
end
package.preload['telescope.finders'] = function()
  return { new_table = function(opts) return vim.tbl_map(opts.entry_maker, opts.results) end }
end
package.preload['telescope.previewers'] = function()
  return { new_buffer_previewer = function(opts) return opts end }
end
package.preload['telescope.previewers.utils'] = function()
  return { highlighter = function(buf, filetype) _G.filetype = filetype end }
end
package.preload['telescope.actions'] = function()
  return {
    close = function(buf) _G.closed = buf end,
    select_default = { replace = function(_, select) state.select = select end },
  }
end
package.preload['telescope.actions.state'] = function()
  return { get_selected_entry = function() return state.entry end }
end
package.preload['telescope.pickers'] = function()
  return { new = function(_, opts)
    return { find = function()
      _G.asked = { prompt = opts.prompt_title }
      _G.asked.lines = vim.tbl_map(function(entry) return entry.display end, opts.finder)
      state.entry = opts.finder[_G.choice]
      local buf = vim.api.nvim_create_buf(false, true)
      opts.previewer.define_preview({ state = { bufnr = buf, winid = 0 } }, state.entry)
      _G.preview = vim.api.nvim_buf_get_lines(buf, 0, -1, true)
      assert(opts.attach_mappings(7) == true)
      state.select()
    end }
  end }
end
"""

_FZF_LUA = """
package.preload['fzf-lua.previewer.builtin'] = function()
  local base = { new = function() end, winopts = {} }
  function base:extend()
    local class = setmetatable({ super = base }, { __index = base })
    class.__index = class
    return class
  end
  function base:get_tmp_buffer() return vim.api.nvim_create_buf(false, true) end
  function base:set_preview_buf(buf)
    _G.preview, _G.filetype = vim.api.nvim_buf_get_lines(buf, 0, -1, true), vim.bo[buf].filetype
  end
  return { base = base }
end
package.preload['fzf-lua'] = function()
  return { fzf_exec = function(lines, opts)
    assert(opts.fzf_opts['--with-nth'] == '2..' and opts.fzf_opts['--delimiter'] == '\\t')
    _G.asked = { prompt = opts.prompt:gsub('> $', '') }
    _G.asked.lines = vim.tbl_map(function(line) return (line:gsub('^%d+\\t', '')) end, lines)
    local previewer = setmetatable({}, opts.previewer) -- an object, as its class library makes
    previewer:new({}, opts, {})
    previewer:populate_preview_buf(lines[_G.choice])
    assert(previewer:gen_winopts().number == false)
    opts.actions.default({ lines[_G.choice] })
  end }
end
"""

_SNACKS = """
package.preload['snacks'] = function()
  return {
    config = { picker = { enabled = true } },
    picker = { pick = function(opts)
      assert(opts.format == 'text')
      _G.asked = { prompt = opts.title }
      _G.asked.lines = vim.tbl_map(function(item) return item.text end, opts.items)
      local item, preview = opts.items[_G.choice], {}
      function preview:reset() _G.preview = {} end
      function preview:set_lines(lines) _G.preview = lines end
      function preview:highlight(how) _G.filetype = how.ft end
      function preview:loc() assert(item.pos[1] >= 1) end
      opts.preview({ item = item, preview = preview })
      opts.confirm({ close = function() _G.closed = true end }, item)
    end },
  }
end
"""


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("find"), Launch(width=90, height=30, init=_SELECT))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs), specs)
        editor.command("delmarks! | delmarks A-Z | clearjumps")
        editor.keys_and_settle("ggj")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")


def choose(child: Child, number: int, keys: str) -> list[str]:
    """Press keys that ask; return the lines offered, after choosing one."""
    child.lua("_G.choice, _G.asked = ...", number)
    child.keys_and_settle(keys)
    return child.lua("return _G.asked and _G.asked.lines")


def cursor(child: Child) -> int:
    return child.api.win_get_cursor(0)[0]


def line(child: Child) -> str:
    return child.api.get_current_line()


def test_the_cell_picker_names_cells_and_goes_to_one(show: Callable[..., Child]) -> None:
    code = make_cell("import numpy", 2) | {"execution_count": 12}
    child = show("\n  x = 1\ny", ("markdown", "# Title"), code, ("raw", ""))
    assert choose(child, 3, "\\kj") == [
        "1 [ ]        x = 1",
        "2 markdown   # Title",
        "3 [12]       import numpy",
        "4 raw        ",
    ]
    assert line(child) == "import numpy"
    child.keys_and_settle("''")
    assert cursor(child) == 2
    child.keys_and_settle("''")
    assert line(child) == "import numpy"
    child.keys_and_settle("<C-o>")
    assert cursor(child) == 2
    child.keys_and_settle("<C-i>")
    assert line(child) == "import numpy"


def test_a_chosen_cell_comes_into_view_and_opens(show: Callable[..., Child]) -> None:
    child = show(*[f"cell {index}\nmore" for index in range(60)])
    child.keys_and_settle("zM")
    choose(child, 55, ":NotebookJumpToCell<CR>")
    assert line(child) == "cell 54"
    row = child.find_row("cell 54")
    assert row is not None
    assert child.row_text(row + 1).endswith(" more")


def test_choosing_nothing_stays(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    choose(child, 9, "\\kj")
    assert cursor(child) == 2


def test_from_the_float_the_picker_goes_to_the_notebook(show: Callable[..., Child]) -> None:
    child = show("a", "b")
    choose(child, 2, "i<Esc>:NotebookJumpToCell<CR>")
    assert line(child) == "b"
    assert child.api.get_option_value("filetype", {}) == "ipynb"
    assert len(child.api.list_wins()) == 1
    child.keys_and_settle("<C-o>")
    assert line(child) == "a"


def test_the_outline_is_the_headings_by_level(show: Callable[..., Child]) -> None:
    text = """# One #
text
```python
# no heading
```
## Two
Under
line
---
   ### Three
    # code
#none
~~~
# no
```
~~~
> # quoted
- a
---
"""
    child = show("# comment", ("markdown", text), ("markdown", "Set\next\n===\n\n###### Six"))
    assert choose(child, 5, ":NotebookOutline<CR>") == [
        "One",
        "  Two",
        "  Under line",
        "    Three",
        "Set ext",
        "          Six",
    ]
    assert line(child) == "Set"
    choose(child, 4, "\\kl")
    assert line(child) == "   ### Three"


def test_without_headings_it_says_so(show: Callable[..., Child]) -> None:
    child = show("# comment", ("markdown", "text"))
    child.keys(":NotebookOutline<CR>")
    child.wait_for_text("no headings")


@pytest.mark.parametrize(
    ("plugin", "init"), [("telescope", _TELESCOPE), ("fzf-lua", _FZF_LUA), ("snacks", _SNACKS)]
)
@pytest.mark.parametrize("option", ["auto", "named"])
def test_an_installed_picker_is_used_with_a_preview(
    start_child: Callable[..., Child], tmp_path: Path, plugin: str, init: str, option: str
) -> None:
    setup = f"require('ipynb').setup({{ picker = '{plugin if option == 'named' else 'auto'}' }})"
    child = start_child(init=f"{_SELECT}{init}\n{setup}")
    specs = ["a", ("markdown", "# Title\ntext"), "b\nc"]
    open_in(child, write_notebook(tmp_path / "x.ipynb", specs), specs)
    lines = choose(child, 3, "\\kj")
    assert [text.split()[-1] for text in lines] == ["a", "Title", "b"]
    assert child.lua("return { _G.preview, _G.filetype }") == [["b", "c"], "python"]
    assert line(child) == "b"
    assert choose(child, 1, ":NotebookOutline<CR>") == ["Title"]
    assert child.lua("return _G.filetype") == "markdown"
    assert line(child) == "# Title"


def test_the_option_turns_pickers_off(start_child: Callable[..., Child], tmp_path: Path) -> None:
    broken = "package.preload['telescope'] = function() error('not to be loaded') end\n"
    child = start_child(init=f"{_SELECT}{broken}require('ipynb').setup({{ picker = 'select' }})")
    open_in(child, write_notebook(tmp_path / "x.ipynb", ["a", "b"]), ["a", "b"])
    assert len(choose(child, 2, "\\kj")) == 2
    assert line(child) == "b"


def test_jumps_of_vims_own_come_back(show: Callable[..., Child]) -> None:
    child = show(*[f"cell {index}" for index in range(20)])
    for keys in ("G", "/cell 7<CR>", "3]]", "gg"):
        child.keys_and_settle(keys)
    assert cursor(child) == 1
    seen = []
    for _ in range(4):
        child.keys_and_settle("<C-o>")
        seen.append(line(child))
    assert seen == ["cell 10", "cell 7", "# <</ipynb_nvim>>", "cell 0"]
    child.keys_and_settle("<C-i><C-i>")
    assert line(child) == "cell 7"


def test_jumps_in_the_float_end_in_the_notebook(show: Callable[..., Child]) -> None:
    child = show("a\nb\nc", "d")
    child.keys_and_settle("]]i<Esc><C-o>")
    assert child.api.get_option_value("filetype", {}) == "ipynb"
    assert len(child.api.list_wins()) == 1
    assert line(child) == "d"
    child.keys_and_settle("<C-o>")
    assert line(child) == "a"


def test_a_search_opens_the_cell_with_the_match(show: Callable[..., Child]) -> None:
    child = show("one\nneedle", "two", "three\nneedle")
    child.keys_and_settle("zM/needle<CR>")
    assert cursor(child) == 10
    assert [row for row in child.rows() if "▸" in row and "one" in row]
    assert child.rows()[child.screen.cursor[0]].endswith(" needle")
    child.keys_and_settle("n")
    assert cursor(child) == 3
    assert child.rows()[child.screen.cursor[0]].endswith(" needle")


@pytest.mark.parametrize("mark", ["a", "A"])
def test_marks_stay_with_their_line(show: Callable[..., Child], mark: str) -> None:
    child = show("one\nmine", "two", "three")
    child.keys_and_settle(f"jm{mark}")
    back = f"gg'{mark}"
    for keys in ("2<M-j>", "\\km", "gg\\ka", "u", "dd", "u", "u", "<C-r>", "gg2<M-j>"):
        child.keys_and_settle(keys)
        if len(cells(child)) >= 3:
            child.keys_and_settle(back)
            assert line(child) == "mine", keys
            child.keys_and_settle("<C-o>")
    child.keys_and_settle(f"'{mark}dd")
    assert not child.is_visible("mine")
    child.keys_and_settle("gg")
    child.keys_and_settle("u" + back)
    assert line(child) == "mine"


def test_a_mark_in_another_cell_is_not_touched(show: Callable[..., Child]) -> None:
    child = show("one", "two\nmine", "three")
    child.keys_and_settle("]]jmbggdd")
    child.keys_and_settle("'b")
    assert line(child) == "mine"
    child.keys_and_settle(":marks b<CR>")
    assert child.is_visible("mine")
    child.keys_and_settle("<CR>u'b")
    assert line(child) == "mine"
