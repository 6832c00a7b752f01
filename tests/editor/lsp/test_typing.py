"""What Neovim puts into a float by itself: edits after a character, inline completion, colours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.lsp import servers
from tests.editor.lsp.servers import go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Child

SERVER = Path(__file__).parent / "faulty_server.py"
CELLS = ["x = 1\nx", "y = x"]
ANSWER_S = 15
ASK = """
local method, params = ...
params.textDocument = { uri = vim.uri_from_bufnr(0) }
local client = vim.lsp.get_clients({ bufnr = 0, name = 'scripted' })[1]
for id, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 8000)) do
  if id == client.id then return answer.result or vim.NIL end
end
"""
COLORED = """
local rows = {}
for name, ns in pairs(vim.api.nvim_get_namespaces()) do
  if name:find('nvim.lsp.document_color:', 1, true) then
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {})) do
      table.insert(rows, { mark[2], mark[3] })
    end
  end
end
return rows
"""
CHOOSE = """
vim.ui.select = function(items, _, on_choice)
  _G.labels = vim.tbl_map(function(item) return item.label end, items)
  on_choice(items[1])
end
"""
RED = {"red": 1, "green": 0, "blue": 0, "alpha": 1}


@pytest.fixture
def child(
    start_child: Callable[..., Child],
    notebook: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Child:
    """Return a child with the cells and the scripted server."""
    monkeypatch.setitem(servers.COMMANDS, "scripted", [sys.executable, str(SERVER)])
    return start_with(start_child, notebook(*CELLS), CELLS, "scripted")


def need(child: Child, function: str) -> None:
    if not child.lua("return vim.lsp[...] ~= nil", function):
        pytest.skip("this Neovim asks no server for it")


def place(line: int, character: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": line, "character": end},
    }


def test_what_is_asked_is_of_the_asked_buffer(child: Child) -> None:
    colors = child.lua(ASK, "textDocument/documentColor", {})
    rows = [child.lines().index("x = 1"), child.lines().index("y = x")]
    assert [one["range"]["start"]["line"] for one in colors] == rows
    go_to(child, "x = 1")
    child.keys_and_settle("<CR>")
    (color,) = child.lua(ASK, "textDocument/documentColor", {})
    assert color == {"range": place(0, 4, 5), "color": RED}
    params = {"color": RED, "range": place(0, 4, 5)}
    (shown,) = child.lua(ASK, "textDocument/colorPresentation", params)
    assert shown["textEdit"] == {"range": place(0, 4, 5), "newText": "blue"}
    params = {"position": {"line": 1, "character": 1}, "ch": ";", "options": {"tabSize": 4}}
    (edit,) = child.lua(ASK, "textDocument/onTypeFormatting", params)
    assert edit == {"range": place(1, 0, 0), "newText": "typed "}
    assert not child.lua(ASK, "textDocument/onTypeFormatting", params | {"ch": "\n"})
    params = {"position": {"line": 1, "character": 1}, "context": {"triggerKind": 1}}
    (item,) = child.lua(ASK, "textDocument/inlineCompletion", params)
    assert item == {"insertText": "whole line", "range": place(1, 0, 1)}


@pytest.mark.parametrize("where", ["facade", "float"])
def test_colours_show_and_are_written_otherwise(child: Child, where: str) -> None:
    need(child, "document_color")
    rows = [child.lines().index("x = 1"), child.lines().index("y = x")]
    go_to(child, "x = 1")
    if where == "float":
        child.keys_and_settle("<CR>")
        rows = [0]
    child.lua("vim.lsp.document_color.enable(true, { bufnr = 0 })")
    wanted = [[row, 4] for row in rows]
    child.wait_for(lambda: sorted(child.lua(COLORED)) == wanted, ANSWER_S, "colours")
    if where == "facade":
        return
    child.lua(CHOOSE)
    child.keys_and_settle("0fl" if child.lines()[0][4] == "l" else "04l")
    child.lua("vim.lsp.document_color.color_presentation()")
    child.wait_for(lambda: child.lines()[0] == "x = blue", ANSWER_S, "the other colour")
    assert child.lua("return _G.labels") == ["blue"]


def test_what_is_typed_is_formatted_in_its_cell_alone(child: Child) -> None:
    need(child, "on_type_formatting")
    child.lua("vim.lsp.on_type_formatting.enable()")
    go_to(child, "y = x")
    child.keys_and_settle("<CR>A;")
    child.wait_for(lambda: child.lines() == ["typed y = x;"], ANSWER_S, "the edit")
    child.keys_and_settle("<CR>z")
    child.settle()
    assert child.lines() == ["typed y = x;", "z"]


def test_an_inline_completion_shows_and_is_taken(child: Child) -> None:
    need(child, "inline_completion")
    child.lua("vim.lsp.inline_completion.enable()")
    go_to(child, "y = x")
    child.keys_and_settle("<CR>")
    child.keys("owho")
    child.wait_for_text("whole line", ANSWER_S)
    child.lua("vim.lsp.inline_completion.get()")
    child.wait_for(lambda: child.lines() == ["y = x", "whole line"], ANSWER_S, "the line")


def test_related_places_are_the_facades(child: Child) -> None:
    problems = "return vim.diagnostic.get(require('ipynb.notebook').get(0).buf)"
    child.wait_for(lambda: child.lua(problems), ANSWER_S, "a problem")
    (problem,) = child.lua(problems)
    (related,) = problem["user_data"]["lsp"]["relatedInformation"]
    assert related["message"] == "defined here"
    uri = child.lua("return vim.uri_from_bufnr(0)")
    row = child.lines().index("x = 1")
    assert related["location"] == {"uri": uri, "range": place(row, 0, 1)}
