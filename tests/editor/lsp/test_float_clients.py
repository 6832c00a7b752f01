"""The user's own client comes to a float with its filetype: it is gone before anything is asked."""

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

ANSWER_S = 30
CELLS = [
    "import math\nvalue = math.pi",
    "def double(x: float):\n    return 2 * x\n\ny = double(value)",
]
# One call, as keys that are typed ahead: nothing of the main loop comes between.
OPEN_AND_ASK = """
local name = ...
local enter = vim.api.nvim_replace_termcodes('<CR>', true, false, true)
vim.api.nvim_feedkeys(enter, 'mx', false)
assert(vim.b.ipynb_cell_id, 'no float')
vim.api.nvim_win_set_cursor(0, { 4, 4 })
_G.answered = {}
local params = vim.lsp.util.make_position_params(0, 'utf-8')
vim.lsp.buf_request(0, 'textDocument/hover', params, function(err, result, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if client.name == name then
    table.insert(_G.answered, err and err.message or vim.inspect(result))
  end
end)
return #vim.lsp.get_clients({ bufnr = 0, name = name })
"""
ON_ATTACH = """
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client.server_capabilities.documentSymbolProvider then return end
    vim.lsp.buf_request(event.buf, 'textDocument/documentSymbol', {
      textDocument = { uri = vim.uri_from_bufnr(event.buf) },
    }, function() end)
  end,
})
"""
HINTS = """
return vim.tbl_map(function(hint)
  return vim.lsp.get_client_by_id(hint.client_id).offset_encoding
end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
"""
USERS_TOKENS = """
local shadow = require('ipynb.notebook').get(0).shadow
local client = vim.lsp.get_clients({ bufnr = shadow, name = ... })[1]
return client.server_capabilities.semanticTokensProvider ~= nil
"""


@pytest.mark.parametrize("server", ["basedpyright", "ty", "ruff", "pylsp"])
@pytest.mark.parametrize("on_attach", ["", ON_ATTACH], ids=["quiet", "asking"])
def test_what_is_asked_in_the_first_moment_is_answered_once(
    start_child: StartChild, notebook: Write, server: str, on_attach: str
) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, server)
    child.lua(on_attach)
    go_to(child, "def double")
    assert child.lua(OPEN_AND_ASK, server) == 1
    if server != "ruff":  # which says nothing of names
        child.wait_for(lambda: child.lua("return #_G.answered > 0"), ANSWER_S, "an answer")
        child.settle()
        (answer,) = child.lua("return _G.answered")
        assert "double" in answer
    if on_attach and server in {"basedpyright", "ty"}:
        child.wait_for(lambda: child.lua(HINTS), ANSWER_S, "hints")
        assert set(child.lua(HINTS)) == {"utf-8"}  # those of the notebook's client
    if server != "ruff":  # which has the cells, by another client
        assert child.lua(USERS_TOKENS, server) is (server != "pylsp")
    assert not child.messages().strip(), child.messages()
