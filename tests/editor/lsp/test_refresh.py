"""What Neovim shows of a server's answers follows the text: folds, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.lsp.servers import go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 20
CELLS = ["a = 1", "def first():\n    return 1\n\n\nb = first()"]
HINTS = (
    "return vim.tbl_map(function(one) return one.inlay_hint.position.line end, "
    "vim.lsp.inlay_hint.get({ bufnr = 0 }))"
)


def test_hints_follow_what_is_typed(start_child: StartChild, notebook: Write) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, "ty")
    go_to(child, "b = first()")
    child.lua("vim.lsp.inlay_hint.enable(true, { bufnr = 0 })")
    facade_row = child.lines().index("b = first()")
    child.wait_for(lambda: facade_row in child.lua(HINTS), ANSWER_S, "a hint on the facade")
    child.keys_and_settle("<CR>")
    child.lua("vim.lsp.inlay_hint.enable(true, { bufnr = 0 })")
    child.wait_for(lambda: 4 in child.lua(HINTS), ANSWER_S, "a hint in the float")
    child.keys_and_settle("Oc = first()<CR><Esc>")
    child.wait_for(lambda: {4, 6} <= set(child.lua(HINTS)), ANSWER_S, "hints on both lines")
    child.keys_and_settle("<Esc>")
    rows = {facade_row, facade_row + 2}
    child.wait_for(lambda: rows <= set(child.lua(HINTS)), ANSWER_S, "both on the facade")


def test_folds_follow_what_is_typed(start_child: StartChild, notebook: Write) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, "ty")
    if not child.lua("return vim.lsp.foldexpr ~= nil"):
        pytest.skip("this Neovim asks no server for folds")
    go_to(child, "b = first()")
    child.keys_and_settle("<CR>")
    folds = "return vim.lsp.foldexpr(1):sub(1, 1) .. vim.lsp.foldexpr(6):sub(1, 1)"
    child.wait_for(lambda: child.lua(folds)[0] == ">", ANSWER_S, "a fold")
    child.keys_and_settle("Godef second():<CR>return 2<Esc>")
    child.wait_for(lambda: child.lua(folds) == ">>", ANSWER_S, "a fold of what is new")
