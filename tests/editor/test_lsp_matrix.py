"""Methods by servers, from facade and float, by Neovim's public functions only.

Prints what works and what a server does not announce; anything wrong fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.language_servers import diagnostics, go_to, start_with
from tests.harness import Child, ChildError, ChildTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWER_S = 8
# These count characters whatever they announce, in plain files too (pylsp where text changes).
NO_ASTRAL = {"jedi", "pylsp"}
CELLS = [
    "import math\n%matplotlib inline",
    ("markdown", "# area and volume"),
    "def area(r: float) -> float:\n    return math.pi * r * r",
    "def volume(r: float, h: float) -> float:\n"
    "    name = '😀😀'; return area(r) * h\n"
    "\n"
    "%timeit area(3)\n"
    "x =  volume(1.0, 2.0)\n"
    "area(4)",
]
DEFINITION_LINE = "def area(r: float) -> float:"
USE = "; return area"

OTHER_FLOAT_TEXT = """
local edit = require('ipynb.notebook').get(0).edit
for _, win in ipairs(vim.api.nvim_list_wins()) do
  local is_float = vim.api.nvim_win_get_config(win).relative ~= ''
  if is_float and win ~= (edit and edit.win) then
    local buf = vim.api.nvim_win_get_buf(win)
    return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, true), '\\n')
  end
end
"""
CLOSE_FLOATS = """
local edit = require('ipynb.notebook').get(0).edit
for _, win in ipairs(vim.api.nvim_list_wins()) do
  local is_float = vim.api.nvim_win_get_config(win).relative ~= ''
  if is_float and win ~= (edit and edit.win) then
    vim.api.nvim_win_close(win, true)
  end
end
"""
LIST = "vim.lsp.buf.%s(%s{ on_list = function(list) _G.listed = list.items end })"


class Seat:
    """One server, seen from the facade or from the float."""

    def __init__(self, child: Child, server: str, is_float: bool) -> None:
        self.child, self.server, self.is_float = child, server, is_float

    def at(self, text: str) -> None:
        """Stand on a text of the last cell, in the float if that is meant."""
        self.child.keys_and_settle("<Esc><Esc>")
        go_to(self.child, text)
        if self.is_float:
            self.child.keys_and_settle("<CR>")
            assert self.child.lua("return vim.b.ipynb_cell_id ~= nil")

    def rest(self) -> None:
        """Leave what an earlier check has left open."""
        self.child.keys_and_settle("<Esc><Esc>")
        self.child.lua(CLOSE_FLOATS)
        self.child.command("silent! cclose | silent! only")

    def has(self, method: str) -> bool:
        return self.child.lua(
            "return #vim.lsp.get_clients({ bufnr = 0, name = ..., method = select(2, ...) }) > 0",
            self.server,
            method,
        )

    def wait_lua(self, code: str, what: str) -> Any:
        return self.child.wait_for(lambda: self.child.lua(code), ANSWER_S, what)

    def listed(self, function: str, arguments: str = "") -> list[dict[str, Any]]:
        self.child.lua("_G.listed = nil; " + LIST % (function, arguments))
        return self.wait_lua("return _G.listed", function)


def on_name(seat: Seat) -> None:
    """The cursor is on the call of `area`, behind two characters that UTF-16 counts double."""
    seat.at(USE)
    seat.child.lua(
        "local line = vim.api.nvim_get_current_line(); "
        "local lnum = vim.api.nvim_win_get_cursor(0)[1]; "
        "vim.api.nvim_win_set_cursor(0, { lnum, line:find('area', 1, true) - 1 })"
    )


def hover(seat: Seat) -> None:
    on_name(seat)
    seat.child.lua("vim.lsp.buf.hover()")
    text = seat.wait_lua(OTHER_FLOAT_TEXT, "hover")
    assert "area" in text
    seat.child.lua(CLOSE_FLOATS)


def definition(seat: Seat) -> None:
    on_name(seat)
    before = seat.child.lua("return vim.api.nvim_win_get_cursor(0)[1]")
    seat.child.lua("vim.lsp.buf.definition()")
    seat.wait_lua(
        f"return vim.bo.filetype == 'ipynb' and vim.api.nvim_get_current_line() == "
        f"[[{DEFINITION_LINE}]] and #vim.api.nvim_tabpage_list_wins(0) == 1",
        "the jump",
    )
    assert seat.child.lua("return vim.fn.col('.')") == len("def ") + 1
    seat.child.keys_and_settle("<C-o>")
    line = seat.child.lua("return vim.api.nvim_get_current_line()")
    assert "return area(r)" in line, f"CTRL-O came to {line!r} and not to the line of {before}"
    seat.child.keys_and_settle("<C-i>")
    seat.child.command("pop")
    assert "return area(r)" in seat.child.lua("return vim.api.nvim_get_current_line()")


def references(seat: Seat) -> None:
    on_name(seat)
    items = seat.listed("references", "nil, ")
    lines = {item["text"].strip() for item in items}
    assert DEFINITION_LINE in lines
    assert "%timeit area(3)" in lines, lines
    assert len(items) == 4
    assert {item["filename"].rsplit("/", 1)[1] for item in items} == {"test.ipynb"}


def document_symbol(seat: Seat) -> None:
    on_name(seat)
    names = [item["text"] for item in seat.listed("document_symbol")]
    has_area = any("area" in name for name in names)
    assert any("volume" in name for name in names), names
    assert has_area is not seat.is_float, names


def document_highlight(seat: Seat) -> None:
    on_name(seat)
    count = (
        "local n = 0; for name, ns in pairs(vim.api.nvim_get_namespaces()) do "
        "if name:match('lsp.references') then "
        "n = n + #vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {}) end end; return n"
    )
    seat.child.lua("vim.lsp.buf.document_highlight()")
    expected = 3 if seat.is_float else 4
    seat.child.wait_for(lambda: seat.child.lua(count) == expected, ANSWER_S, "highlights")
    seat.child.lua("vim.lsp.buf.clear_references()")


def rename(seat: Seat) -> None:
    on_name(seat)
    nb_text = "return table.concat(vim.api.nvim_buf_get_lines(%s, 0, -1, true), '\\n')"
    facade = "require('ipynb.notebook').get(0).buf"
    before = seat.child.lua(nb_text % facade)
    seat.child.lua("vim.lsp.buf.rename('surface')")
    seat.child.wait_for(
        lambda: "surface" in seat.child.lua(nb_text % facade), ANSWER_S, "the new name"
    )
    after = seat.child.lua(nb_text % facade)
    assert after == before.replace("area(", "surface(")
    seat.child.keys_and_settle("u")
    assert seat.child.lua(nb_text % facade) == before


def completion(seat: Seat) -> None:
    if not seat.is_float:
        return
    on_name(seat)
    seat.child.keys_and_settle("Gomath.<C-x><C-o>")
    seat.child.wait_for(lambda: seat.child.is_visible("acosh"), ANSWER_S, "the menu")
    seat.child.keys_and_settle("<C-e><Esc>u")


def signature_help(seat: Seat) -> None:
    seat.at("x =  volume(1.0, 2.0)")
    seat.child.keys_and_settle("f1")
    seat.child.lua("vim.lsp.buf.signature_help()")
    text = seat.wait_lua(OTHER_FLOAT_TEXT, "signature help")
    assert "r: float, h: float" in text
    seat.child.lua(CLOSE_FLOATS)


def semantic_tokens(seat: Seat) -> None:
    on_name(seat)
    # In 0.10 they come after the first change or at attach, here as everywhere a moment later.
    tokens = (
        "local at = vim.api.nvim_win_get_cursor(0); "
        "local found = vim.lsp.semantic_tokens.get_at_pos(0, at[1] - 1, at[2]) or {}; "
        "return found[1] and { found[1].type, found[1].start_col, found[1].end_col, at[2] }"
    )
    kind, start, end, col = seat.wait_lua(tokens, "tokens")
    assert (kind, start, end) == ("function", col, col + len("area"))


def inlay_hints(seat: Seat) -> None:
    on_name(seat)
    seat.child.lua("vim.lsp.inlay_hint.enable(true, { bufnr = 0 })")
    hints = seat.wait_lua(
        "local found = vim.lsp.inlay_hint.get({ bufnr = 0 }); "
        "return #found > 0 and vim.tbl_map(function(one) "
        "local at = one.inlay_hint.position; "
        "return vim.api.nvim_buf_get_lines(0, at.line, at.line + 1, true)[1]:sub(1, at.character) "
        "end, found)",
        "hints",
    )
    assert "x" in hints, hints
    seat.child.lua("vim.lsp.inlay_hint.enable(false, { bufnr = 0 })")


def formatting(seat: Seat) -> None:
    on_name(seat)
    seat.child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    facade = "require('ipynb.notebook').get(0).buf"
    text = f"return table.concat(vim.api.nvim_buf_get_lines({facade}, 0, -1, true), '\\n')"
    seat.child.wait_for(
        lambda: "\nx = volume(1.0, 2.0)\n" in seat.child.lua(text), ANSWER_S, "formatted"
    )
    assert "\n%timeit area(3)\n" in seat.child.lua(text)
    assert seat.child.lua(text).endswith("area(4)\n# <</ipynb_nvim>>")
    seat.child.keys_and_settle("u")


def workspace_symbol(seat: Seat) -> None:
    on_name(seat)
    items = seat.child.lua(
        "local found = {}; local answers = vim.lsp.buf_request_sync(0, 'workspace/symbol', "
        "{ query = 'volume' }, 10000) for _, one in pairs(answers) do "
        "for _, symbol in ipairs(one.result or {}) do "
        "found[#found + 1] = { filename = symbol.location.uri } end end return found"
    )
    for item in items:
        assert not item["filename"].endswith(".ipynb.py")


CHECKS: dict[str, Callable[[Seat], None]] = {
    "textDocument/hover": hover,
    "textDocument/definition": definition,
    "textDocument/references": references,
    "textDocument/documentSymbol": document_symbol,
    "textDocument/documentHighlight": document_highlight,
    "textDocument/rename": rename,
    "textDocument/completion": completion,
    "textDocument/signatureHelp": signature_help,
    "textDocument/semanticTokens/full": semantic_tokens,
    "textDocument/inlayHint": inlay_hints,
    "textDocument/formatting": formatting,
    "workspace/symbol": workspace_symbol,
}


def wait_for_answers(child: Child) -> None:
    """Wait until servers that find themselves a project, or register what they do, are ready."""
    ready = (
        "local nb = require('ipynb.notebook').get(0); "
        "for _, server in pairs(nb.servers) do "
        "if server.client.name == 'ruff' then return #vim.lsp.get_clients({ bufnr = nb.buf, "
        "name = 'ruff', method = 'textDocument/formatting' }) > 0 end "
        "local symbols = vim.lsp.buf_request_sync(nb.buf, 'textDocument/documentSymbol', "
        "{ textDocument = { uri = vim.uri_from_bufnr(nb.buf) } }, 2000) "
        "local own = (symbols or {})[server.proxy_id] "
        "return own and own.result and #own.result > 0 end"
    )
    child.wait_for(lambda: child.lua(ready), 20, "the server's first answer")


@pytest.mark.parametrize("server", ["basedpyright", "ty", "pylsp", "jedi", "ruff"])
def test_every_method_works_that_a_server_announces(
    start_child: Callable[..., Child],
    notebook: Callable[..., Path],
    server: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cells = [*CELLS[:-1], CELLS[-1].replace("😀", "o")] if server in NO_ASTRAL else CELLS
    child = start_with(start_child, notebook(*cells), cells, server)
    wait_for_answers(child)
    rows, wrong = [], []
    for is_float in (False, True):
        seat = Seat(child, server, is_float)
        for method, check in CHECKS.items():
            outcome = "not announced"
            seat.rest()
            if seat.has(method):
                try:
                    check(seat)
                    outcome = "works"
                except (AssertionError, ChildError, ChildTimeoutError) as problem:
                    outcome = "WRONG"
                    wrong.append(f"{method} in {'float' if is_float else 'facade'}: {problem}")
            rows.append(f"{server:13} {'float' if is_float else 'facade':7} {method:33} {outcome}")
    with capsys.disabled():
        print("\n" + "\n".join(rows))  # noqa: T201 (the matrix is what is wanted)
    assert not wrong, "\n\n".join(wrong)
    assert not [d for d in diagnostics(child) if d["lnum"] in {2, 15}]
