"""What completion plugins need from a client, by the calls that they make.

The plugins are in no package registry that tests can use. Each stand-in makes the calls of one:
which clients it takes, how it asks, what it does with the answer. The built-in completion is
Neovim's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.lsp.servers import go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

ANSWER_S = 30
FACADE = "require('ipynb.notebook').get(0).buf"
TEXT = f"return table.concat(vim.api.nvim_buf_get_lines({FACADE}, 0, -1, true), '\\n')"
ONE_CLIENT = "return #vim.lsp.get_clients({ bufnr = 0, name = ... }) == 1"
CELLS = ["import math\nimport os", ("markdown", "text"), "# this cell\nvalue = 1"]

# A client for each; `done` gets items, in Neovim's columns as the client says they are.
COMMON = """
local has_self = vim.fn.has('nvim-0.11') == 1
function _G.call(client, name, ...)
  if has_self then return client[name](client, ...) end
  return client[name](...)
end
_G.items = nil
local function take(answer)
  _G.items = _G.items or {}
  vim.list_extend(_G.items, answer and (answer.items or answer) or {})
end
"""
PLUGINS = {
    # nvim-cmp: one source for each client with the capability, asked by itself.
    "cmp": """
for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
  if client.server_capabilities.completionProvider and not call(client, 'is_stopped') then
    assert(client.server_capabilities.positionEncoding == client.offset_encoding)
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    params.context = { triggerKind = 1 }
    local first_id, second_id
    _, first_id = call(client, 'request', 'textDocument/completion', params, function()
      error('a cancelled request was answered')
    end, 0)
    call(client, 'cancel_request', first_id) -- the next key
    _, second_id = call(client, 'request', 'textDocument/completion', params, function(_, result)
      take(result)
    end, 0)
    assert(second_id)
  end
end""",
    # blink.cmp: all clients that support the method, each asked without a buffer.
    "blink": """
for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0, method = 'textDocument/completion' })) do
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = 1 }
  call(client, 'request', 'textDocument/completion', params, function(_, result)
    for _, item in ipairs(result and (result.items or result) or {}) do
      item.client_id, item.client_name, item.cursor_column = client.id, client.name, 3
    end
    take(result)
  end)
end""",
    # mini.completion: all clients in one request.
    "mini": """
local params = vim.lsp.util.make_position_params(0, 'utf-8')
vim.lsp.buf_request_all(0, 'textDocument/completion', params, function(answers)
  for _, answer in pairs(answers) do
    if not (answer.err or answer.error) and answer.result then take(answer.result) end
  end
end)""",
}
RESOLVE = """
local label = ...
_G.resolved = nil
for _, item in ipairs(_G.items) do
  if vim.startswith(item.label, label) and item.data then
    for _, client in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do
      local provider = client.server_capabilities.completionProvider
      if provider and provider.resolveProvider and client.name ~= 'ipynb' then
        local sent = vim.deepcopy(item) -- as plugins keep items
        call(client, 'request', 'completionItem/resolve', sent, function(err, result)
          assert(not err, vim.inspect(err))
          _G.resolved = result
        end, 0)
        return
      end
    end
  end
end
"""


def in_float(child: Child, server: str, text: str = "value = 1") -> None:
    go_to(child, text)
    child.keys_and_settle("<CR>")
    child.wait_for(lambda: child.lua(ONE_CLIENT, server), ANSWER_S, "one client")


def items_of(child: Child, plugin: str) -> list[dict[str, Any]]:
    child.lua(COMMON + PLUGINS[plugin])
    wanted = "return vim.iter(_G.items or {}):any(function(i) return i.label:find('acosh') end)"
    child.wait_for(lambda: child.lua(wanted), ANSWER_S, "items")
    return child.lua(
        "return vim.tbl_filter(function(i) return vim.startswith(i.label, 'acosh') end, _G.items)"
    )


@pytest.mark.parametrize("server", ["basedpyright", "pylsp"])
def test_plugins_get_items_and_what_is_said_of_them(
    start_child: StartChild, notebook: Write, server: str
) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, server)
    in_float(child, server)
    child.keys_and_settle("o'😀'; math.aco")
    for plugin in PLUGINS:
        (item,) = items_of(child, plugin)
        edit = item.get("textEdit") or {}
        if "range" in edit:
            line = child.lua("return vim.api.nvim_get_current_line()").encode()
            at = edit["range"]
            assert at["start"]["line"] == at["end"]["line"] == 2
            assert line[at["start"]["character"] : at["end"]["character"]] == b"aco"
        child.lua(RESOLVE, "acosh")
        child.wait_for(lambda: child.lua("return _G.resolved ~= nil"), ANSWER_S, "the answer")
        said = child.lua("return vim.inspect(_G.resolved.documentation or _G.resolved)")
        assert "hyperbolic" in said, said
    assert not child.messages().strip(), child.messages()


@pytest.mark.parametrize("plugin", ["cmp", "blink"])
def test_an_import_that_an_item_brings_comes_to_this_cell(
    start_child: StartChild, notebook: Write, plugin: str
) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, "ty")
    in_float(child, "ty")
    child.keys_and_settle("oOrderedDic")
    wanted = (
        "for _, i in ipairs(_G.items or {}) do "
        "if i.label:find('OrderedDict') and i.additionalTextEdits and "
        "i.additionalTextEdits[1].newText:find('collections') then return i end end"
    )

    def item() -> Any:
        child.lua(COMMON + PLUGINS[plugin])
        child.settle()
        return child.lua(wanted)

    child.wait_for(item, ANSWER_S, "an item with an import")
    child.lua(
        f"local item = (function() {wanted} end)() "
        "local buf = vim.api.nvim_get_current_buf() "
        "vim.lsp.util.apply_text_edits(item.additionalTextEdits, buf, 'utf-8')"
    )
    child.keys_and_settle("t<Esc>")
    assert child.lines() == [
        "# this cell",
        "from collections import OrderedDict",
        "value = 1",
        "OrderedDict",
    ]
    assert "import math\nimport os\n# <</" in child.lua(TEXT)
    assert "from collections import OrderedDict\nvalue = 1\nOrderedDict\n" in child.lua(TEXT)


def test_the_built_in_completion_follows_the_keys_and_brings_imports(
    start_child: StartChild, notebook: Write
) -> None:
    child = start_with(start_child, notebook(*CELLS), CELLS, "ty")
    if not child.lua("return vim.lsp.completion ~= nil and vim.lsp.completion.get ~= nil"):
        pytest.skip("this Neovim has none that is called")
    in_float(child, "ty")
    child.command("set completeopt=menuone,noselect")
    child.lua(
        "for _, c in ipairs(vim.lsp.get_clients({ bufnr = 0 })) do "
        "vim.lsp.completion.enable(true, c.id, 0, { autotrigger = true }) end"
    )
    child.keys_and_settle("omath.")
    child.wait_for_text("acosh", ANSWER_S)  # by the trigger character alone
    child.keys_and_settle("aco")
    child.wait_for(lambda: not child.is_visible("atan2"), ANSWER_S, "a smaller menu")
    child.keys_and_settle("<C-n><C-n><C-y>")
    child.wait_for(lambda: child.lines()[-1].startswith("math.acosh"), ANSWER_S, "the item")
    child.keys_and_settle("<Esc>ccOrderedDic")
    child.lua("vim.lsp.completion.get()")
    child.wait_for(lambda: child.is_visible("OrderedDict (import coll"), ANSWER_S, "the menu")
    row = child.find_row("OrderedDict (import coll")
    assert row is not None
    position = child.lua(
        "for i, one in ipairs(vim.fn.complete_info({ 'items' }).items) do "
        "if one.abbr:find('import collections)', 1, true) then return i end end"
    )
    child.keys_and_settle("<C-n>" * position + "<C-y>")
    imported = "from collections import OrderedDict"
    child.wait_for(lambda: imported in child.lines(), ANSWER_S, "the import")
    child.keys_and_settle("<Esc>")
    assert child.lines()[:2] == ["# this cell", imported]
    assert "import math\nimport os\n# <</" in child.lua(TEXT)
