"""What is shown of the text: floats, marks, colours, folds, problems.

One function for each method, in the notebook of `seat`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.editor.lsp.seat import FACADE
from tests.editor.lsp.servers import diagnostics

if TYPE_CHECKING:
    from tests.editor.lsp.seat import Seat


def hover(seat: Seat) -> None:
    """Show the signature."""
    seat.on_name()
    assert seat.sample.hover in seat.float_text("vim.lsp.buf.hover()")


def signature_help(seat: Seat) -> None:
    """Show the parameters."""
    word = seat.sample.parameters
    assert word is not None
    seat.at(seat.sample.loose.before, word.before)
    assert word.after in seat.float_text("vim.lsp.buf.signature_help()")


def document_highlight(seat: Seat) -> None:
    """Mark the uses that are in view here: those of its document alone, which a cell may be."""
    seat.on_name()
    count = (
        "local n = 0; for name, ns in pairs(vim.api.nvim_get_namespaces()) do "
        "if name:match('lsp.references') then "
        "n = n + #vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {}) end end; return n"
    )
    seat.child.lua("vim.lsp.buf.document_highlight()")
    uses = len(seat.sample.uses) + 1
    is_cell = seat.is_float or seat.way == "notebook"  # the definition is in another
    expected = uses - 1 if is_cell else uses
    seat.child.wait_for(lambda: seat.child.lua(count) == expected, seat.answer_s, "highlights")
    seat.child.lua("vim.lsp.buf.clear_references()")


def semantic_tokens(seat: Seat) -> None:
    """Colour the name."""
    seat.on_name()
    tokens = (
        "local at = vim.api.nvim_win_get_cursor(0); "
        "local found = vim.lsp.semantic_tokens.get_at_pos(0, at[1] - 1, at[2]) or {}; "
        "return found[1] and { found[1].type, found[1].start_col, found[1].end_col, at[2] }"
    )
    kind, start, end, col = seat.wait_lua(tokens, "tokens")
    assert (kind, start, end) == (seat.sample.token, col, col + len("area"))


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
    assert seat.sample.hinted in hints, hints
    seat.child.lua("vim.lsp.inlay_hint.enable(false, { bufnr = 0 })")


def code_lens(seat: Seat) -> None:
    """Count uses in other cells, where the server has a lens for that."""
    seat.on_name()
    lenses = seat.ask("textDocument/codeLens", "document")
    line = seat.sample.fold
    if not seat.sample.lens or not seat.is_0_11:
        # One that has is in another test. Neovim 0.10 tells servers that it shows none.
        assert lenses == []
        return
    row = seat.child.lines().index(line)
    own = [lens for lens in lenses if lens["range"]["start"]["line"] == row]
    titles = [seat.resolved("codeLens/resolve", lens)["command"]["title"] for lens in own]
    assert seat.sample.lens in titles, (titles, lenses)


def folding_range(seat: Seat) -> None:
    """Fold a function of this place."""
    seat.on_name()
    if seat.is_0_11 and seat.is_float:
        seat.child.command("setlocal foldmethod=expr foldexpr=v:lua.vim.lsp.foldexpr()")
        seat.wait_lua("return vim.startswith(vim.lsp.foldexpr(1), '>')", "a fold")
        seat.child.command("setlocal foldmethod=manual foldexpr= | normal! zE")
        return
    folds = seat.ask("textDocument/foldingRange", "document")
    lines = seat.child.lines()
    heads = {lines[fold["startLine"]] for fold in folds}
    assert seat.sample.fold in heads, folds
    assert (seat.sample.definition in heads) is not seat.is_float


def selection_range(seat: Seat) -> None:
    """Select the name, then what is around it."""
    seat.on_name()
    if seat.is_0_12:
        seat.child.keys_and_settle("v<Esc>")  # it selects lines where lines were selected last
        seat.child.lua("vim.lsp.buf.selection_range(1)")
        seat.child.wait_for(lambda: seat.child.mode() == "v", seat.answer_s, "a selection")
        text = "return table.concat(vim.fn.getregion(vim.fn.getpos('v'), vim.fn.getpos('.')), '|')"
        assert seat.child.lua(text) == "area"
        seat.child.lua("vim.lsp.buf.selection_range(1)")
        seat.child.wait_for(
            lambda: seat.child.lua(text) == seat.sample.selected, seat.answer_s, "more of it"
        )
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
    assert found[:2] == ["area", seat.sample.selected], found


def reported(seat: Seat) -> None:
    """Show what is wrong in the float and on the facade, and nothing when it is mended."""
    sample = seat.sample
    seat.at(sample.sound)
    if not seat.is_float:
        seat.child.keys_and_settle("<CR>")
    seat.child.keys_and_settle(f"O{sample.broken}<Esc>")
    facade = "return vim.tbl_map(function(d) return d.lnum end, vim.diagnostic.get(%s))"
    row = seat.facade().split("\n").index(sample.broken)
    if seat.is_float:
        found = f"return #vim.diagnostic.get(0, {{ lnum = {sample.sound_row} }}) > 0"
        seat.wait_lua(found, "an error in the float")
    else:
        seat.child.wait_for(
            lambda: row in seat.child.lua(facade % seat.child.lua(f"return {FACADE}")),
            seat.answer_s,
            "an error on the facade",
        )
    seat.child.keys_and_settle("u")
    seat.child.wait_for(lambda: not errors(seat), seat.answer_s, "no error")


def errors(seat: Seat) -> list[str]:
    """Return what is reported as an error."""
    return [
        one["message"]
        for one in diagnostics(seat.child)
        if one["lnum"] >= 0 and one["severity"] == 1
    ]
