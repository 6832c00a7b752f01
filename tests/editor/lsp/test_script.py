"""What notebooks in TypeScript and JavaScript need beside the methods of the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.lsp.samples import kernel
from tests.editor.lsp.servers import diagnostics, go_to, start_with
from tests.editor.lsp.test_neighbours import SHADOWS_ARE_RIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 20
FACADE = "require('ipynb.notebook').get(0).buf"
TEXT = f"return table.concat(vim.api.nvim_buf_get_lines({FACADE}, 0, -1, true), '\\n')"
ONE_CLIENT = "return #vim.lsp.get_clients({ bufnr = 0, name = 'ts_ls' }) == 1"
# An item of completion, resolved, its other edits made: as plugins do it.
ACCEPT = """
local label = ...
local client = vim.lsp.get_clients({ bufnr = 0, name = 'ts_ls' })[1]
local params = vim.lsp.util.make_position_params(0, 'utf-8')
local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 8000)
for _, item in ipairs((answers[client.id].result or {}).items or {}) do
  if item.label == label then
    local resolved = vim.lsp.buf_request_sync(0, 'completionItem/resolve', item, 8000)
    local edits = resolved[client.id].result.additionalTextEdits or {}
    vim.lsp.util.apply_text_edits(edits, vim.api.nvim_get_current_buf(), 'utf-8')
    return #edits
  end
end
"""
TRUE = {
    "typescript": "let wrong: number = 'text'",
    "javascript": "const = 1",
}
# Cells that any kernel takes; a line that is wrong follows.
SOUND = [
    "const scale = 1\nfunction area(r) { return r * scale }\nclass Shape {}\nvar any = 1",
    "import { circle } from './neighbour'\ncircle()",
    "const scale = 2\nfunction area(r) { return r }\nclass Shape {}\nvar any = 'text'\n"
    "import { circle } from './neighbour'\ncircle()",
    "const answer = await Promise.resolve(1)\nlet [first, other] = [1, 2]\n"
    "for await (const x of []) x",
]


def said(child: Child) -> list[str]:
    """Return what is said of the notebook, by line."""
    lines = child.lines()
    return [f"{lines[one['lnum']]}: {one['message']}" for one in diagnostics(child)]


@pytest.mark.parametrize("language", list(TRUE))
@pytest.mark.parametrize("cells", [SOUND, [SOUND[0], SOUND[3]]], ids=["module", "script"])
def test_cells_are_no_file(
    start_child: StartChild, notebook: Write, cells: list[str], language: str
) -> None:
    untyped = [cell.replace("(r)", "(r: number)") for cell in cells]
    own = [*(untyped if language == "typescript" else cells), TRUE[language]]
    path = notebook(*own, metadata=kernel(language))
    path.with_name("neighbour.ts").write_text("export function circle() {}\n", encoding="utf-8")
    child = start_with(start_child, path, own, "ts_ls")
    child.wait_for(lambda: said(child), ANSWER_S, "what is true")
    # Another answer than the first: it comes in parts.
    child.keys_and_settle("G<CR>Oconst const<Esc><Esc>")
    child.wait_for(
        lambda: any(line.startswith("const const") for line in said(child)), ANSWER_S, "more"
    )
    child.keys_and_settle("u")
    child.wait_for(
        lambda: not any("const const" in line for line in said(child)), ANSWER_S, "no more"
    )
    assert all(line.startswith(TRUE[language]) for line in said(child)), said(child)


def test_what_one_cell_declares_twice_is_an_error(start_child: StartChild, notebook: Write) -> None:
    cells = [
        "const scale = 1",
        "const scale = 2\nconst scale = 3",
        "{\n  let a = 1\n  let a = 2\n}",
    ]
    child = start_with(start_child, notebook(*cells, metadata=kernel("typescript")), cells, "ts_ls")
    child.wait_for(lambda: len(said(child)) >= 4, ANSWER_S, "what is true")
    wrong = {line.split(":")[0] for line in said(child) if "redeclare" in line}
    assert wrong == {"const scale = 2", "const scale = 3", "  let a = 1", "  let a = 2"}


@pytest.mark.parametrize("first", ["import './neighbour'", "// nothing is imported"])
def test_an_import_that_an_item_brings_comes_to_this_cell(
    start_child: StartChild, notebook: Write, first: str
) -> None:
    cells = [first, "// this cell\nsquar"]
    path = notebook(*cells, metadata=kernel("typescript"))
    path.with_name("neighbour.ts").write_text("export function square() {}\n", encoding="utf-8")
    path.with_name("importing.ts").write_text("import './neighbour'\n", encoding="utf-8")
    child = start_with(start_child, path, cells, "ts_ls")
    child.command("set hidden | edit importing.ts | buffer test.ipynb")  # the project has it
    child.wait_for(lambda: said(child), ANSWER_S, "that it is not known")
    go_to(child, "squar")
    child.keys_and_settle("<CR>A")
    child.wait_for(lambda: child.lua(ONE_CLIENT), ANSWER_S, "one client")
    child.wait_for(lambda: child.lua(ACCEPT, "square") == 1, ANSWER_S, "the item")
    own = "\nimport { square } from './neighbour'\n// this cell\nsquar\n"
    child.wait_for(lambda: own in child.lua(TEXT).replace('"', "'"), ANSWER_S, "it")


@pytest.mark.parametrize("is_float", [False, True])
def test_an_import_that_an_action_brings_comes_to_its_cell(
    start_child: StartChild, notebook: Write, is_float: bool
) -> None:
    cells = [
        "import { circle } from './neighbour'",
        ("markdown", "text"),
        "square()",
        "path.join('a')",
    ]
    path = notebook(*cells, metadata=kernel("typescript"))
    path.with_name("neighbour.ts").write_text(
        "import './paths'\nexport function circle() {}\nexport function square() {}\n",
        encoding="utf-8",
    )
    path.with_name("paths.ts").write_text(
        "export const path = { join(a: string) {} }", encoding="utf-8"
    )
    child = start_with(start_child, path, cells, "ts_ls")
    child.wait_for(lambda: len(said(child)) > 1, ANSWER_S, "that they are not known")
    for at in ("square()", "path.join"):
        go_to(child, at)
        if is_float:
            child.keys_and_settle("<CR>")
            child.wait_for(lambda: child.lua(ONE_CLIENT), ANSWER_S, "one client")
        child.lua(
            "vim.lsp.buf.code_action({ apply = true, filter = function(one) "
            "return one.title:find(' import from ') ~= nil end })"
        )
        child.wait_for(lambda at=at: at not in "".join(said(child)), ANSWER_S, "no error")
        child.keys_and_settle("<Esc>")
    assert "\nimport { circle, square } from './neighbour'\n" in child.lua(TEXT)
    assert "\nsquare()\n" in child.lua(TEXT)
    assert "\nimport { path } from './paths'\npath.join('a')\n" in child.lua(TEXT)


def test_tags_are_edited_in_pairs(start_child: StartChild, notebook: Write) -> None:
    cells = ["const a = 1", "const b = <p>é</p>"]
    child = start_with(start_child, notebook(*cells, metadata=kernel("javascript")), cells, "ts_ls")
    if not child.lua("return vim.lsp.linked_editing_range ~= nil"):
        pytest.skip("this Neovim tells servers that it edits no pairs")
    go_to(child, "<p>")
    child.keys_and_settle("<CR>")
    child.wait_for(lambda: child.lua(ONE_CLIENT), ANSWER_S, "one client")
    child.lua("vim.lsp.linked_editing_range.enable(true)")
    marks = (
        "local n = 0; for name, ns in pairs(vim.api.nvim_get_namespaces()) do "
        "if name:match('linked_editing_range') then "
        "n = n + #vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {}) end end; return n"
    )
    child.keys_and_settle("0fp")
    child.wait_for(lambda: child.lua(marks) == len(("p", "/p")), ANSWER_S, "both tags known")
    child.keys_and_settle("are")
    child.wait_for(lambda: "<pre>é</pre>" in child.lua(TEXT), ANSWER_S, "the other tag")


@pytest.mark.parametrize("language", list(TRUE))
def test_another_notebook_has_names_of_its_own(
    start_child: StartChild, notebook: Write, language: str
) -> None:
    cells = ["function area() {}", "area()"]
    path, other = (
        notebook(*cells, name=name, metadata=kernel(language))
        for name in ("test.ipynb", "other.ipynb")
    )
    child = start_with(start_child, other, cells, "ts_ls")
    child.command("set hidden")
    open_in(child, path, cells)
    names = "return #vim.lsp.get_clients({ bufnr = 0, name = 'ts_ls' })"
    child.wait_for(lambda: child.lua(names) == 1, ANSWER_S, "the server")
    go_to(child, "area()", 2)
    child.lua("vim.lsp.buf.rename('surface')")
    renamed = ["function surface() {}", "surface()"]
    child.wait_for(lambda: set(renamed) <= set(child.lines()), ANSWER_S, "the name")
    child.command("buffer other.ipynb")
    child.settle()
    assert set(cells) <= set(child.lines())
    for keys in (
        "gg:NotebookInsertCellAbove<CR>",
        "dd",
        "u",
        "ddGp",
        "u",
        "u",
        "u",
        "ggdddddddd",
        "u",
    ):
        child.keys_and_settle(keys + "<Esc><Esc>")
        assert child.lua(SHADOWS_ARE_RIGHT), keys


def test_imports_are_put_in_order_and_required_files_known(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["import { square, circle } from './neighbour'", "circle(); square()"]
    path = notebook(*cells, metadata=kernel("typescript"))
    path.with_name("neighbour.ts").write_text(
        "export function circle() {}\nexport function square() {}\n", encoding="utf-8"
    )
    path.with_name("old.js").write_text("exports.radius = 1\n", encoding="utf-8")
    child = start_with(start_child, path, cells, "ts_ls")
    go_to(child, "square")
    ordered = "import { circle, square } from './neighbour';"

    def is_ordered() -> bool:  # it has nothing to say until it has read the project
        child.lua(
            "vim.lsp.buf.code_action({ apply = true, "
            "context = { only = { 'source.organizeImports' }, diagnostics = {} } })"
        )
        child.settle()
        return ordered in child.lines()

    child.wait_for(is_ordered, ANSWER_S, "the order")
    old = ["const old = require('./old')", "old.radius"]
    other = notebook(*old, name="other.ipynb", metadata=kernel("javascript"))
    child.command("set hidden")
    open_in(child, other, old)
    child.wait_for(lambda: child.lua(ONE_CLIENT), ANSWER_S, "the server")
    go_to(child, "radius")

    def is_there() -> bool:
        child.lua("vim.lsp.buf.definition()")
        child.settle()
        return child.lua("return vim.fn.expand('%:t')") == "old.js"

    child.wait_for(is_there, ANSWER_S, "the jump")
