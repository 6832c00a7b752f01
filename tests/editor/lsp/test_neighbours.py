"""A name that several notebooks and a module of a project use: listed, gone to, renamed in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.lsp.recording import add_recorder
from tests.editor.lsp.servers import ATTACHED, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import CellSpec, Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 30
# The one server at hand that finds a name in other documents that are not on disk.
SERVER = "basedpyright"
MODULE = "def circle(r: float) -> float:\n    return 3.0 * r\n\n\nx = circle(1)\n"
FIRST: list[CellSpec] = ["from neighbour import circle", ("markdown", "# é"), "a = circle(2)"]
OUTPUT = {"output_type": "stream", "name": "stdout", "text": "printed"}
SECOND: list[CellSpec] = [
    ("markdown", "# second"),
    {
        "cell_type": "code",
        "source": "from neighbour import circle\n%timeit 1\n'😀'; b = circle(3)",
        "outputs": [OUTPUT],
        "execution_count": 3,
        "metadata": {},
    },
]
LISTED = """
return vim.tbl_map(function(item)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(item.bufnr), ':t')
  return { name, item.lnum, item.col }
end, vim.fn.getqflist())
"""
LINES = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, true)"
SHADOWS_ARE_RIGHT = """
return vim.iter(pairs(require('ipynb.notebook').all())):all(function(_, nb)
  local shadow = nb.shadow
  local is_unlisted = not vim.bo[shadow].buflisted and #vim.fn.win_findbuf(shadow) == 0
  local lines = vim.api.nvim_buf_get_lines(shadow, 0, -1, true)
  return is_unlisted and vim.deep_equal(require('ipynb.lsp.shadow').restore(nb), lines)
end)
"""
PLACES = [
    ["first.ipynb", 2, 23],
    ["first.ipynb", 8, 5],
    ["neighbour.py", 1, 5],
    ["neighbour.py", 5, 5],
    ["second.ipynb", 5, 23],
    ["second.ipynb", 7, 13],
]


@pytest.fixture
def start_both(start_child: StartChild, notebook: Write, tmp_path: Path) -> Callable[[], Child]:
    """Return a function that opens two notebooks ; the first is current."""

    def start() -> Child:
        (tmp_path / "neighbour.py").write_text(MODULE, encoding="utf-8")
        second = notebook(*SECOND, name="second.ipynb")
        child = start_with(start_child, notebook(*FIRST, name="first.ipynb"), FIRST, SERVER)
        open_in(child, second, SECOND)
        child.wait_for(lambda: child.lua(ATTACHED, [SERVER]), ANSWER_S, "the second's")
        child.keys_and_settle(":buffer first.ipynb<CR>")
        return child

    return start


def in_module(child: Child) -> None:
    child.keys_and_settle(":edit neighbour.py<CR>")
    attached = "return #vim.lsp.get_clients({ bufnr = 0 }) > 0"
    child.wait_for(lambda: child.lua(attached), ANSWER_S, "the user's client")
    go_to(child, "circle")


def references(child: Child) -> list[Any]:
    def listed() -> list[Any]:
        """Ask until the server has read all files."""
        child.lua("vim.fn.setqflist({}); vim.lsp.buf.references()")
        child.wait_for(lambda: child.lua("return #vim.fn.getqflist() > 0"), ANSWER_S, "references")
        child.settle()
        child.command("cclose")
        return sorted(child.lua(LISTED))

    found: list[Any] = []

    def has_all() -> bool:
        found[:] = listed()
        return len(found) >= len(PLACES)

    child.wait_for(has_all, ANSWER_S, "all places")
    return found


def lines(child: Child, name: str) -> list[str]:
    return child.lua(LINES, name)


def check_renamed(child: Child) -> None:
    child.wait_for(
        lambda: lines(child, "neighbour.py")[-1:] == ["x = disc(1)"], ANSWER_S, "a rename"
    )
    child.settle()
    assert "def disc(r: float)" in lines(child, "neighbour.py")[0]
    assert lines(child, "first.ipynb")[1::6] == ["from neighbour import disc", "a = disc(2)"]
    assert lines(child, "second.ipynb")[4:7] == [
        "from neighbour import disc",
        "%timeit 1",
        "'😀'; b = disc(3)",
    ]
    assert child.lua(SHADOWS_ARE_RIGHT)
    for name in ("second", "first"):
        child.keys_and_settle(f":buffer {name}.ipynb<CR>")
        assert name == "first" or child.is_visible("printed")
        child.keys_and_settle("u")
        assert "disc" not in "".join(child.lines())
        child.keys_and_settle("<C-r>")
        assert "disc" in "".join(child.lines())
    assert child.lua(SHADOWS_ARE_RIGHT)


@pytest.mark.parametrize("where", ["facade", "float"])
def test_a_name_of_two_notebooks_is_listed_and_renamed_in_both(
    start_both: Callable[[], Child], where: str
) -> None:
    child = start_both()
    go_to(child, "circle(2)")
    if where == "float":
        child.keys_and_settle("<CR>")
        one = "return #vim.lsp.get_clients({ bufnr = 0, name = ... }) == 1"
        child.wait_for(lambda: child.lua(one, SERVER), ANSWER_S, "one client")
        go_to(child, "circle(2)")
    assert references(child) == PLACES
    go_to(child, "circle(2)")
    child.lua("vim.lsp.buf.rename('disc')")
    check_renamed(child)


def test_a_module_is_asked_about_its_name_in_notebooks(start_both: Callable[[], Child]) -> None:
    child = start_both()
    in_module(child)
    assert references(child) == PLACES
    child.lua("vim.fn.setqflist({}, 'r', { idx = 1 })")
    child.command("cfirst")
    names = set()
    for _ in PLACES:
        names.add(child.lua("return vim.fn.expand('%:t')"))
        assert (
            child.lua("return vim.fn.getline('.'):sub(vim.fn.col('.'), vim.fn.col('.') + 5)")
            == "circle"
        )
        child.command("silent! cnext")
    assert names == {"first.ipynb", "second.ipynb", "neighbour.py"}
    in_module(child)
    child.lua("vim.lsp.buf.rename('disc')")
    check_renamed(child)


EDIT = """
local edits = ...
local changes = {}
for name, one in pairs(edits) do
  local buf = vim.fn.bufnr(name)
  for _, nb in pairs(require('ipynb.notebook').all()) do
    buf = nb.buf == buf and nb.shadow or buf
  end
  local row, from, to, text = unpack(one)
  local first, last = { line = row, character = from }, { line = row, character = to }
  local range = { start = first, ['end'] = last }
  changes[vim.uri_from_bufnr(buf)] = { { range = range, newText = text } }
end
local function edit() return { changes = vim.deepcopy(changes) } end
"""
# As vim.lsp.buf.code_action() and vim.lsp.buf.rename() do with what comes back.
BY_ACTION = EDIT + "vim.lsp.util.apply_workspace_edit(edit(), 'utf-16')"
BY_RENAME = (
    EDIT
    + """
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local handler = client.handlers['textDocument/rename'] or vim.lsp.handlers['textDocument/rename']
handler(nil, edit(), { client_id = client.id, bufnr = 0, method = 'textDocument/rename' })
"""
)
IN_MODULE, IN_FIRST, IN_SECOND = [0, 4, 10, "disc"], [7, 4, 10, "disc"], [6, 10, 16, "disc"]


@pytest.mark.parametrize("way", [BY_ACTION, BY_RENAME], ids=["action", "rename"])
def test_an_edit_made_from_a_module_reaches_cells(
    start_both: Callable[[], Child], way: str
) -> None:
    child = start_both()
    in_module(child)
    edits = {"neighbour.py": IN_MODULE, "first.ipynb": IN_FIRST, "second.ipynb": IN_SECOND}
    child.lua(way, edits)
    child.settle()
    assert lines(child, "neighbour.py")[0] == "def disc(r: float) -> float:"
    assert lines(child, "first.ipynb")[7] == "a = disc(2)"
    assert lines(child, "second.ipynb")[6] == "'😀'; b = disc(3)"
    assert child.lua(SHADOWS_ARE_RIGHT)
    child.keys_and_settle(":buffer first.ipynb<CR>u")
    assert child.lines()[7] == "a = circle(2)"
    assert child.lua(SHADOWS_ARE_RIGHT)


MARKER, MARKDOWN, MAGIC = [0, 0, 0, "y = 1\n"], [1, 0, 0, "y"], [5, 0, 1, "y"]


@pytest.mark.parametrize("way", [BY_ACTION, BY_RENAME], ids=["action", "rename"])
@pytest.mark.parametrize("wrong", [MARKER, MARKDOWN, MAGIC])
def test_what_is_no_place_in_a_cell_is_refused(
    start_both: Callable[[], Child], way: str, wrong: list[Any]
) -> None:
    child = start_both()
    before = {name: lines(child, name) for name in ("first.ipynb", "second.ipynb")}
    in_module(child)
    child.lua(way, {"neighbour.py": IN_MODULE, "second.ipynb": wrong, "first.ipynb": IN_FIRST})
    child.wait_for_text("nothing was edited")
    assert lines(child, "second.ipynb") == before["second.ipynb"]
    assert child.lua(SHADOWS_ARE_RIGHT)
    if way == BY_RENAME:  # all or nothing
        assert lines(child, "first.ipynb") == before["first.ipynb"]
        assert lines(child, "neighbour.py") == MODULE.splitlines()


def test_places_in_cells_of_another_notebook(
    start_child: StartChild, notebook: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_recorder(monkeypatch, "recorder", RECORD="notebook")
    first, second = ["a = 1", ("markdown", "# é"), "b = 1"], [("markdown", "# x"), "c = 1"]
    path = notebook(*second, name="second.ipynb")
    child = start_with(start_child, notebook(*first, name="first.ipynb"), first, "recorder")
    open_in(child, path, second)
    child.wait_for(lambda: child.lua(ATTACHED, ["recorder"]), ANSWER_S, "the second's")
    child.keys_and_settle(":buffer first.ipynb<CR>")
    go_to(child, "b = 1")
    child.lua("vim.lsp.buf.references()")
    child.wait_for(lambda: len(child.lua(LISTED)) == 3, ANSWER_S, "references")
    places = [["first.ipynb", 2, 1], ["first.ipynb", 8, 1], ["second.ipynb", 5, 1]]
    assert sorted(child.lua(LISTED)) == places
    child.command("cclose")
    go_to(child, "b = 1")
    child.lua("vim.lsp.buf.rename('name')")
    child.wait_for(lambda: "name = 1" in child.lines(), ANSWER_S, "a rename")
    child.settle()
    assert child.lines()[1::6] == ["name = 1", "name = 1"]
    assert lines(child, "second.ipynb")[4] == "name = 1"
    assert not child.messages().strip(), child.messages()


def test_a_shadow_is_never_shown(start_both: Callable[[], Child]) -> None:
    child = start_both()
    shadow = child.lua("return vim.api.nvim_buf_get_name(require('ipynb.notebook').get(0).shadow)")
    child.keys_and_settle(":edit neighbour.py<CR>3G")
    for go in (f":edit +8 {shadow}<CR>", f":split {shadow}<CR>", f":sbuffer {shadow}<CR>"):
        child.keys_and_settle(go)
        assert child.lua("return vim.fn.expand('%:t')") == "first.ipynb"
        assert child.is_visible("▎ a = circle(2)") or "edit" not in go
        assert child.lua(SHADOWS_ARE_RIGHT)
        assert not child.messages().strip(), child.messages()
        child.command("only | buffer neighbour.py")
    child.lua(
        "local name = ...; local range = { start = { line = 7, character = 4 }, "
        "['end'] = { line = 7, character = 5 } } vim.lsp.util.show_document({ "
        "uri = vim.uri_from_fname(name), range = range }, 'utf-8', { focus = true })",
        shadow,
    )
    child.settle()
    assert child.lua("return { vim.fn.expand('%:t'), vim.fn.line('.'), vim.fn.col('.') }") == [
        "first.ipynb",
        8,
        5,
    ]
    assert child.lua("return vim.fn.expand('#:t')") == "neighbour.py"
    child.keys_and_settle("<C-o>")
    assert child.lua("return { vim.fn.expand('%:t'), vim.fn.line('.') }") == ["neighbour.py", 3]
    assert child.lua(SHADOWS_ARE_RIGHT)
