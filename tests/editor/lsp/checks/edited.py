"""What changes the text: completion, renaming, formatting, actions.

One function for each method, in the notebook of `seat`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.editor.lsp.samples import Action
    from tests.editor.lsp.seat import Seat

FIRST_COMPLETION_S = 60  # jedi reads the builtins, which it has not read in a new HOME


def rename(seat: Seat) -> None:
    """Rename in all cells, in magics too, as one undo step."""
    seat.on_name()
    before = seat.facade()
    seat.child.lua("vim.lsp.buf.rename('surface')")
    seat.wait_facade("surface")
    assert seat.facade() == re.sub(r"\barea\b(?! and)", "surface", before)
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
    begin, whole = seat.sample.member
    child.keys_and_settle(f"Go{begin}<C-x><C-o>")
    child.wait_for(lambda: child.is_visible(whole), FIRST_COMPLETION_S, "the menu")
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
    begin, whole, word = seat.sample.described
    seat.child.keys_and_settle(f"Go{begin}")
    found = seat.child.lua(
        "local whole = ...; local cursor = vim.api.nvim_win_get_cursor(0); local params = { "
        "textDocument = { uri = vim.uri_from_bufnr(0) }, "
        "position = { line = cursor[1] - 1, character = cursor[2] }, "
        "context = { triggerKind = 1 } } "
        "for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/completion', params, "
        "8000)) do for _, item in ipairs((answer.result or {}).items or {}) do "
        "if vim.startswith(item.label, whole) and item.data then "
        "local all = vim.lsp.buf_request_sync(0, 'completionItem/resolve', item, 8000) "
        "for _, one in pairs(all) do if one.result and one.result.documentation then "
        "return one.result.documentation.value or one.result.documentation end end end end end",
        whole,
    )
    seat.child.keys_and_settle("<Esc>u")
    assert word in (found or ""), found


def formatting(seat: Seat) -> None:
    """Format around magics: the cell in the float, all cells on the facade."""
    seat.on_name()
    sample = seat.sample
    seat.child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    seat.wait_facade(f"\n{sample.loose.after}\n")
    for line in sample.kept:
        assert f"\n{line}\n" in seat.facade()
    assert f"\n{sample.kept[-1]}\n# <</ipynb_nvim>>\n" in seat.facade()
    assert (sample.loose_elsewhere.after in seat.facade()) is not seat.is_float
    seat.child.keys_and_settle("u")
    seat.wait_facade(f"\n{sample.loose.before}\n")


def range_formatting(seat: Seat) -> None:
    """Format the lines that are selected, and no others."""
    loose = seat.sample.loose
    seat.at(loose.before)
    before = seat.facade()
    seat.child.keys_and_settle("V")
    seat.child.lua("vim.lsp.buf.format({ timeout_ms = 10000 })")
    seat.wait_facade(f"\n{loose.after}\n")
    after = before.replace(loose.before, loose.after)
    seat.child.keys_and_settle("<Esc>" if seat.child.mode() != "n" else "")
    assert seat.facade() == after
    seat.child.keys_and_settle("u")
    assert seat.facade() == before


def code_action(seat: Seat) -> None:
    """Offer actions, and do one; more that edit are tried in test_edits."""
    action = seat.sample.action
    seat.at(action.line, action.word)
    offered = _titles(seat)
    assert all(isinstance(title, str) for title in offered)
    if action.title:
        # Of the text as it is now: some mend what they have found, a moment after a change.
        seat.child.wait_for(
            lambda: any(title.startswith(action.title) for title in _titles(seat)),
            seat.answer_s,
            action.title,
        )
        _act(seat, action)


def _titles(seat: Seat) -> list[str]:
    seat.child.lua(
        "_G.titles = nil; vim.lsp.buf_request_all(0, 'textDocument/codeAction', "
        "vim.tbl_extend('force', vim.lsp.util.make_range_params(0, 'utf-8'), "
        "{ context = { diagnostics = {}, triggerKind = 1 } }), function(answers) "
        "_G.titles = {} for _, answer in pairs(answers) do "
        "assert(not answer.err, vim.inspect(answer.err)) "
        "for _, action in ipairs(answer.result or {}) do "
        "table.insert(_G.titles, action.title) end end end)"
    )
    return seat.wait_lua("return _G.titles and { _G.titles }", "an answer")[0]


def _act(seat: Seat, action: Action) -> None:
    before = seat.facade()
    seat.child.lua(
        "local title = ...; vim.lsp.buf.code_action({ apply = true, "
        "filter = function(one) return vim.startswith(one.title, title) end })",
        action.title,
    )
    after = before.replace(action.line, action.after)
    seat.child.wait_for(lambda: seat.facade() == after, seat.answer_s, action.title)
    seat.child.keys_and_settle("u")
    assert seat.facade() == before
