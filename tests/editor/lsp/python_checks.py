"""What each method must do in the notebook of `seat`: one function each, for Python servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.editor.lsp.seat import ANSWER_S, DEFINITION_LINE
from tests.editor.lsp.servers import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.editor.lsp.seat import Seat

FIRST_COMPLETION_S = 60  # jedi reads the builtins, which it has not read in a new HOME


def hover(seat: Seat) -> None:
    """Show the signature."""
    seat.on_name()
    assert "area" in seat.float_text("vim.lsp.buf.hover()")


def signature_help(seat: Seat) -> None:
    """Show the parameters."""
    seat.at("x =  volume(1.0, 2.0)", "1.0")
    assert "r: float, h: float" in seat.float_text("vim.lsp.buf.signature_help()")


def definition(seat: Seat) -> None:
    """Jump into another cell; CTRL-O, CTRL-I and the tag stack know the way."""
    seat.on_name()
    child = seat.child
    child.lua("vim.lsp.buf.definition()")
    seat.wait_lua(
        f"return vim.bo.filetype == 'ipynb' and vim.api.nvim_get_current_line() == "
        f"[[{DEFINITION_LINE}]] and #vim.api.nvim_tabpage_list_wins(0) == 1",
        "the jump",
    )
    assert child.lua("return vim.fn.col('.')") == len("def ") + 1
    child.keys_and_settle("<C-o>")
    line = child.lua("return vim.api.nvim_get_current_line()")
    assert "return area(r)" in line, f"CTRL-O came to {line!r}"
    child.keys_and_settle("<C-i>")
    child.command("pop")
    assert "return area(r)" in child.lua("return vim.api.nvim_get_current_line()")
    _definition_in_another_file(seat)


def _definition_in_another_file(seat: Seat) -> None:
    seat.at("y = circle()", "circle")
    child = seat.child
    child.lua("vim.lsp.buf.definition()")
    seat.wait_lua(
        "return vim.fn.expand('%:t') == 'neighbour.py' and "
        "vim.api.nvim_get_current_line():find('def circle') and "
        "vim.api.nvim_win_get_config(0).relative == '' and "
        "#vim.api.nvim_tabpage_list_wins(0) == 1",
        "the jump to the file",
    )
    child.keys_and_settle("<C-o>")
    seat.wait_lua("return vim.bo.filetype == 'ipynb'", "the notebook again")
    assert child.lua("return vim.api.nvim_get_current_line()") == "y = circle()"
    child.keys_and_settle("<C-i>")
    child.command("pop")
    seat.wait_lua("return vim.bo.filetype == 'ipynb'", "the notebook by the tag stack")
    assert child.lua("return vim.api.nvim_get_current_line()") == "y = circle()"


def declaration(seat: Seat) -> None:
    """Find where a name is declared."""
    seat.on_name()
    items = seat.listed("declaration")
    assert [item["text"].strip() for item in items] == [DEFINITION_LINE], items
    assert items[0]["filename"].endswith("test.ipynb"), items


def implementation(seat: Seat) -> None:
    """Find the classes below."""
    seat.at("class Shape", "Shape")
    items = seat.listed("implementation")
    found = {(item["filename"].rsplit("/", 1)[1], item["text"].strip()) for item in items}
    assert ("test.ipynb", "class Ball(Shape):") in found, items


def type_definition(seat: Seat) -> None:
    """Find the class of a name."""
    seat.at("ball = Ball()", "ball")
    items = seat.listed("type_definition")
    assert "class Ball(Shape):" in [item["text"].strip() for item in items], items


def references(seat: Seat) -> None:
    """Find all uses, in magics too."""
    seat.on_name()
    items = seat.listed("references", "nil, ")
    lines = {item["text"].strip() for item in items}
    assert DEFINITION_LINE in lines
    assert "%timeit area(3)" in lines, lines
    assert len(items) == 4
    assert {item["filename"].rsplit("/", 1)[1] for item in items} == {"test.ipynb"}


def document_symbol(seat: Seat) -> None:
    """List the cell in the float, all cells in order on the facade."""
    seat.on_name()
    names = [item["text"] for item in seat.listed("document_symbol")]
    has_area = any("area" in name for name in names)
    assert any("volume" in name for name in names), names
    assert has_area is not seat.is_float, names


def workspace_symbol(seat: Seat) -> None:
    """List symbols of all files; those of the notebook, if a server looks there, in the facade."""
    seat.on_name()
    rows = seat.facade().split("\n")
    items = seat.listed("workspace_symbol", "'circle', ")
    assert any(item["filename"].endswith("neighbour.py") for item in items), items
    found = seat.child.lua(
        "local found = {} for _, answer in pairs(vim.lsp.buf_request_sync(0, 'workspace/symbol', "
        "{ query = 'volume' }, 8000)) do vim.list_extend(found, answer.result or {}) end "
        "return found"
    )
    for symbol in found:
        assert symbol["location"]["uri"].endswith("test.ipynb"), symbol
        assert "volume" in rows[symbol["location"]["range"]["start"]["line"]], symbol


def document_highlight(seat: Seat) -> None:
    """Mark the uses that are in view here."""
    seat.on_name()
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
    """Rename in all cells, in magics too, as one undo step."""
    seat.on_name()
    before = seat.facade()
    seat.child.lua("vim.lsp.buf.rename('surface')")
    seat.wait_facade("surface")
    assert seat.facade() == before.replace("area(", "surface(")
    seat.child.keys_and_settle("u")
    assert seat.facade() == before


def rename_by_prompt(seat: Seat) -> None:
    """Offer the name that is there, from `prepareRename` where the server has it."""
    seat.on_name()
    seat.child.lua(
        "_G.offered = nil; _G.input = vim.ui.input; "
        "vim.ui.input = function(options) _G.offered = options.default end; "
        "vim.lsp.buf.rename()"
    )
    offered = seat.wait_lua("return _G.offered", "a question")
    seat.child.lua("vim.ui.input = _G.input")
    assert offered == "area"


def completion(seat: Seat) -> None:
    """Offer members, and what is said of one, in the float."""
    seat.on_name()
    child = seat.child
    child.keys_and_settle("Gomath.acos<C-x><C-o>")
    child.wait_for(lambda: child.is_visible("acosh"), FIRST_COMPLETION_S, "the menu")
    child.keys_and_settle("<C-e><Esc>u")
    child.keys_and_settle("Goare<C-x><C-o>")
    child.wait_for(
        lambda: child.lua("return vim.startswith(vim.api.nvim_get_current_line(), 'area')"),
        FIRST_COMPLETION_S,
        "the name of another cell",
    )
    child.keys_and_settle("<C-e><Esc>u")


def resolve(seat: Seat) -> None:
    """Say more of an item when it is asked for."""
    seat.on_name()
    seat.child.keys_and_settle("Gomath.aco")
    found = seat.child.lua(
        "local cursor = vim.api.nvim_win_get_cursor(0); local params = { "
        "textDocument = { uri = vim.uri_from_bufnr(0) }, "
        "position = { line = cursor[1] - 1, character = cursor[2] }, "
        "context = { triggerKind = 1 } } "
        "for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/completion', params, "
        "8000)) do for _, item in ipairs((answer.result or {}).items or {}) do "
        "if vim.startswith(item.label, 'acosh') and item.data then "
        "local all = vim.lsp.buf_request_sync(0, 'completionItem/resolve', item, 8000) "
        "for _, one in pairs(all) do if one.result and one.result.documentation then "
        "return one.result.documentation.value or one.result.documentation end end end end end"
    )
    seat.child.keys_and_settle("<Esc>u")
    assert "hyperbolic" in (found or ""), found


def semantic_tokens(seat: Seat) -> None:
    """Colour the name."""
    seat.on_name()
    tokens = (
        "local at = vim.api.nvim_win_get_cursor(0); "
        "local found = vim.lsp.semantic_tokens.get_at_pos(0, at[1] - 1, at[2]) or {}; "
        "return found[1] and { found[1].type, found[1].start_col, found[1].end_col, at[2] }"
    )
    kind, start, end, col = seat.wait_lua(tokens, "tokens")
    assert (kind, start, end) == ("function", col, col + len("area"))


def inlay_hints(seat: Seat) -> None:
    """Show a hint behind the name that it is about."""
    seat.on_name()
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
    """Format around magics: the cell in the float, all cells on the facade."""
    seat.on_name()
    seat.child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    seat.wait_facade("\nx = volume(1.0, 2.0)\n")
    assert "\n%timeit area(3)\n" in seat.facade()
    assert "\narea(4)\n# <</ipynb_nvim>>\n" in seat.facade()
    assert ("\n\n\nclass Shape" in seat.facade()) is not seat.is_float
    seat.child.keys_and_settle("u")
    seat.wait_facade("\nx =  volume(1.0, 2.0)\n")


def range_formatting(seat: Seat) -> None:
    """Format the lines that are selected, and no others."""
    seat.at("x =  volume(1.0, 2.0)")
    before = seat.facade()
    seat.child.keys_and_settle("V")
    seat.child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    seat.wait_facade("\nx = volume(1.0, 2.0)\n")
    after = before.replace("x =  volume", "x = volume")
    seat.child.keys_and_settle("<Esc>" if seat.child.mode() != "n" else "")
    assert seat.facade() == after
    seat.child.keys_and_settle("u")
    assert seat.facade() == before


def code_action(seat: Seat) -> None:
    """Offer actions; those that edit are tried in test_lsp_edits."""
    seat.at("return math.pi", "math.pi * r")
    titles = (
        "_G.titles = nil; vim.lsp.buf_request_all(0, 'textDocument/codeAction', "
        "vim.tbl_extend('force', vim.lsp.util.make_range_params(0, 'utf-8'), "
        "{ context = { diagnostics = {}, triggerKind = 1 } }), function(answers) "
        "_G.titles = {} for _, answer in pairs(answers) do "
        "assert(not answer.err, vim.inspect(answer.err)) "
        "for _, action in ipairs(answer.result or {}) do "
        "table.insert(_G.titles, action.title) end end end)"
    )
    seat.child.lua(titles)
    offered = seat.wait_lua("return _G.titles and { _G.titles }", "an answer")[0]
    assert all(isinstance(title, str) for title in offered)


def code_lens(seat: Seat) -> None:
    """Answer: none of these servers has a lens to show (one that has is in another test)."""
    seat.on_name()
    assert seat.ask("textDocument/codeLens") == []


def folding_range(seat: Seat) -> None:
    """Fold a function of this place."""
    seat.on_name()
    if seat.is_0_11 and seat.is_float:
        seat.child.command("setlocal foldmethod=expr foldexpr=v:lua.vim.lsp.foldexpr()")
        seat.wait_lua("return vim.startswith(vim.lsp.foldexpr(1), '>')", "a fold")
        seat.child.command("setlocal foldmethod=manual foldexpr= | normal! zE")
        return
    folds = seat.ask("textDocument/foldingRange")
    lines = seat.child.lines()
    heads = {lines[fold["startLine"]] for fold in folds}
    assert "def volume(r: float, h: float) -> float:" in heads, folds
    assert (DEFINITION_LINE in heads) is not seat.is_float


def selection_range(seat: Seat) -> None:
    """Select the name, then what is around it."""
    seat.on_name()
    if seat.is_0_12:
        seat.child.lua("vim.lsp.buf.selection_range(1)")
        seat.child.wait_for(lambda: seat.child.mode() == "v", ANSWER_S, "a selection")
        text = "return table.concat(vim.fn.getregion(vim.fn.getpos('v'), vim.fn.getpos('.')), '|')"
        assert seat.child.lua(text) == "area"
        seat.child.lua("vim.lsp.buf.selection_range(1)")
        seat.child.wait_for(lambda: seat.child.lua(text) == "area(r)", ANSWER_S, "more of it")
        seat.child.keys_and_settle("<Esc>")
        return
    ranges = seat.ask("textDocument/selectionRange", "positions")
    line = seat.child.lua("return vim.api.nvim_get_current_line()").encode()
    found, one = [], ranges[0]
    while one:
        start, end = one["range"]["start"], one["range"]["end"]
        if start["line"] == end["line"]:
            found.append(line[start["character"] : end["character"]].decode())
        one = one.get("parent")
    assert found[:2] == ["area", "area(r)"], found


def call_hierarchy(seat: Seat) -> None:
    """Find who calls and who is called, in cells."""
    seat.on_name()
    calls = seat.quickfix("vim.lsp.buf.incoming_calls()")
    assert {call["name"] for call in calls} == {"test.ipynb"}
    assert any("return area(r) * h" in call["line"] for call in calls), calls
    seat.rest()
    seat.at("def volume", "volume")
    calls = seat.quickfix("vim.lsp.buf.outgoing_calls()")
    assert {call["name"] for call in calls} == {"test.ipynb"}
    assert any("area" in call["text"] for call in calls), calls
    assert any("return area(r) * h" in call["line"] for call in calls), calls


def type_hierarchy(seat: Seat) -> None:
    """Find classes above and below, in cells and files."""
    # Below a class ty looks in files on disk only.
    for kind, at, name, file in (
        ("supertypes", "Ball", "Shape", "test.ipynb"),
        ("subtypes", "Solid", "Cube", "neighbour.py"),
    ):
        seat.at({"Ball": "class Ball", "Solid": "class Shape"}[at], at)
        if seat.is_0_11:
            found = seat.quickfix(f"vim.lsp.buf.typehierarchy('{kind}')")
            assert [one["name"] for one in found if f"class {name}" in one["line"]] == [file], found
        else:
            items = seat.ask("textDocument/prepareTypeHierarchy")
            found = seat.child.lua(
                "local method, item = ...; for _, answer in pairs(vim.lsp.buf_request_sync(0, "
                "method, { item = item }, 8000)) do return answer.result end",
                f"typeHierarchy/{kind}",
                items[0],
            )
            assert name in [one["name"] for one in found], found
            assert found[0]["uri"].endswith(file)
        seat.rest()


def reported(seat: Seat) -> None:
    """Show what is wrong in the float and on the facade, and nothing when it is mended."""
    seat.at("ball = Ball()")
    if not seat.is_float:
        seat.child.keys_and_settle("<CR>")
    seat.child.keys_and_settle("Odef (<Esc>")
    facade = "return vim.tbl_map(function(d) return d.lnum end, vim.diagnostic.get(%s))"
    row = seat.facade().split("\n").index("def (")
    if seat.is_float:
        seat.wait_lua("return #vim.diagnostic.get(0, { lnum = 5 }) > 0", "an error in the float")
    else:
        seat.child.wait_for(
            lambda: row in seat.child.lua(facade % seat.child.lua(f"return {FACADE_BUF}")),
            ANSWER_S,
            "an error on the facade",
        )
    seat.child.keys_and_settle("u")
    seat.child.wait_for(lambda: not errors(seat), ANSWER_S, "no error")


FACADE_BUF = "require('ipynb.notebook').get(0).buf"


def errors(seat: Seat) -> list[str]:
    """Return what is reported as an error."""
    return [
        one["message"]
        for one in diagnostics(seat.child)
        if one["lnum"] >= 0 and one["severity"] == 1
    ]


CHECKS: dict[str, Callable[[Seat], None]] = {
    "textDocument/hover": hover,
    "textDocument/signatureHelp": signature_help,
    "textDocument/definition": definition,
    "textDocument/declaration": declaration,
    "textDocument/implementation": implementation,
    "textDocument/typeDefinition": type_definition,
    "textDocument/references": references,
    "textDocument/documentSymbol": document_symbol,
    "workspace/symbol": workspace_symbol,
    "textDocument/documentHighlight": document_highlight,
    "textDocument/rename": rename,
    "textDocument/prepareRename": rename_by_prompt,
    "textDocument/completion": completion,
    "completionItem/resolve": resolve,
    "textDocument/semanticTokens/full": semantic_tokens,
    "textDocument/inlayHint": inlay_hints,
    "textDocument/formatting": formatting,
    "textDocument/rangeFormatting": range_formatting,
    "textDocument/codeAction": code_action,
    "textDocument/codeLens": code_lens,
    "textDocument/foldingRange": folding_range,
    "textDocument/selectionRange": selection_range,
    "textDocument/prepareCallHierarchy": call_hierarchy,
    "textDocument/prepareTypeHierarchy": type_hierarchy,
    "textDocument/diagnostic": reported,
    "textDocument/publishDiagnostics": reported,
}
