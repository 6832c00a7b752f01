"""Where a method is tried: one server, facade or float, by Neovim's public functions only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.editor.lsp.samples import Classes, sample_of
from tests.editor.lsp.servers import go_to

if TYPE_CHECKING:
    from tests.harness import Child

ANSWER_S = 20
MAX_UNDO = 5
_FLOATS = """
local edit = require('ipynb.notebook').get(0).edit
local others = vim.tbl_filter(function(win)
  return vim.api.nvim_win_get_config(win).relative ~= '' and win ~= (edit and edit.win)
end, vim.api.nvim_list_wins())
"""
OTHER_FLOAT_TEXT = f"""{_FLOATS}
if others[1] then
  local buf = vim.api.nvim_win_get_buf(others[1])
  return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, true), '\\n')
end
"""
CLOSE_FLOATS = f"""{_FLOATS}
for _, win in ipairs(others) do
  vim.api.nvim_win_close(win, true)
end
"""
FACADE = "require('ipynb.notebook').get(0).buf"
FACADE_TEXT = f"return table.concat(vim.api.nvim_buf_get_lines({FACADE}, 0, -1, true), '\\n')"
LIST = "vim.lsp.buf.%s(%s{ on_list = function(list) _G.listed = list.items end })"
# What Neovim has no function for in all versions: the request itself, as plugins make it.
ASK = """
local method, extra = ...
local params = vim.lsp.util.make_position_params(0, 'utf-8')
if extra == 'document' then
  params = { textDocument = params.textDocument }
elseif extra == 'positions' then
  params = { textDocument = params.textDocument, positions = { params.position } }
end
local answers = vim.lsp.buf_request_sync(0, method, params, 8000)
local found = {}
for _, answer in pairs(answers or {}) do
  if answer.err then
    error(vim.inspect(answer.err))
  end
  vim.list_extend(found, answer.result or {})
end
return found
"""
RESOLVE = """
local method, item = ...
for _, answer in pairs(vim.lsp.buf_request_sync(0, method, item, 8000) or {}) do
  if answer.result then
    return answer.result
  end
end
"""
QUICKFIX = """
return vim.tbl_map(function(item)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(item.bufnr), ':t')
  local line = item.bufnr > 0 and vim.fn.getbufline(item.bufnr, item.lnum)[1] or nil
  return { name = name, text = item.text, line = line or '' }
end, vim.fn.getqflist())
"""


# Methods that Neovim 0.10 does not know it takes for supported.
CAPABILITIES = {
    "completionItem/resolve": "completionProvider",
    "textDocument/foldingRange": "foldingRangeProvider",
    "textDocument/selectionRange": "selectionRangeProvider",
}
HAS = """
local name, method, capability, buf = ...
return vim.iter(vim.lsp.get_clients({ bufnr = buf, name = name, method = method })):any(
  function(client)
    return type(capability) ~= 'string' or client.server_capabilities[capability] ~= nil
  end)
"""
SERVER = """
local name, method, capability = ...
local nb, server = require('ipynb.notebook').get(0), nil
for _, one in pairs(nb.servers) do
  server = one.name == name and one or server
end
"""
ANNOUNCES = f"""{SERVER}
local has_it = type(capability) ~= 'string' or server.client.server_capabilities[capability]
return has_it and require('ipynb.lsp.servers.real').supports(server.client, method, nb.shadow)
"""
WAY = f"{SERVER} return server.texts.is_notebook and 'notebook' or 'shadow'"


class Seat:
    """One server, seen from the facade or from the float."""

    def __init__(
        self, child: Child, server: str, is_float: bool, answer_s: float = ANSWER_S
    ) -> None:
        self.child, self.server, self.is_float, self.answer_s = child, server, is_float, answer_s
        self.way: str = child.lua(WAY, server)
        self.sample = sample_of(server)
        self.is_0_11, self.is_0_12 = (
            bool(child.lua("return vim.fn.has(...)", f"nvim-0.{minor}")) for minor in (11, 12)
        )

    @property
    def name(self) -> str:
        """What the place is called."""
        return "float" if self.is_float else "facade"

    @property
    def classes(self) -> Classes:
        """The notebook's classes; only methods that are about these ask."""
        assert self.sample.classes is not None, "no classes in this language"
        return self.sample.classes

    def at(self, text: str, word: str = "") -> None:
        """Stand on a text, or on a word of its line, in the float if that is meant."""
        self.child.keys_and_settle("<Esc><Esc>")
        go_to(self.child, text)
        if self.is_float:
            self.child.keys_and_settle("<CR>")
            assert self.child.lua("return vim.b.ipynb_cell_id ~= nil")
            # The user's client, which a FileType autocommand brings, is taken off first.
            clients = "return #vim.lsp.get_clients({ bufnr = 0, name = ... }) == 1"
            self.child.wait_for(
                lambda: self.child.lua(clients, self.server), self.answer_s, "one client"
            )
        self.child.lua(
            "local line = vim.api.nvim_get_current_line(); "
            "local lnum = vim.api.nvim_win_get_cursor(0)[1]; "
            "vim.api.nvim_win_set_cursor(0, { lnum, line:find(..., 1, true) - 1 })",
            word or text,
        )
        self.child.settle()  # a float that opens before CursorMoved is closed by it

    def rest(self) -> None:
        """Leave what an earlier check has left open."""
        self.child.keys_and_settle("<C-\\><C-n><Esc><Esc>")
        self.child.command("silent! cclose | silent! only")
        if not self.child.lua("return require('ipynb.notebook').get(0) ~= nil"):
            self.child.command("buffer test.ipynb")
        self.child.lua(CLOSE_FLOATS)

    def undo_to(self, text: str) -> None:
        """Take back what a check that failed has left, so that the others fail by themselves."""
        self.rest()
        for _ in range(MAX_UNDO):
            if self.facade() == text:
                return
            self.child.keys_and_settle("u")

    def has(self, method: str) -> bool:
        """Tell whether Neovim is told here that the server does it."""
        return self.child.lua(HAS, self.server, method, CAPABILITIES.get(method), 0)

    def is_announced(self, method: str) -> bool:
        """Tell whether the server itself says that it does it."""
        capability = CAPABILITIES.get(method)
        return bool(self.child.lua(ANNOUNCES, self.server, method, capability))

    def wait_lua(self, code: str, what: str) -> Any:
        """Wait until Lua returns something."""
        return self.child.wait_for(lambda: self.child.lua(code), self.answer_s, what)

    def wait_facade(self, text: str) -> None:
        """Wait for a text in the notebook."""
        self.child.wait_for(lambda: text in self.facade(), self.answer_s, repr(text))

    def facade(self) -> str:
        """Return the notebook's text."""
        return self.child.lua(FACADE_TEXT)

    def listed(self, function: str, arguments: str = "") -> list[dict[str, Any]]:
        """Return what a function of `vim.lsp.buf` lists."""
        self.child.lua("_G.listed = nil; " + LIST % (function, arguments))
        return self.wait_lua("return _G.listed", function)

    def quickfix(self, call: str) -> list[dict[str, str]]:
        """Return what a function that fills the quickfix list puts there."""
        self.child.lua("vim.fn.setqflist({})")
        self.child.lua(call)
        return self.wait_lua(
            f"return #vim.fn.getqflist() > 0 and (function() {QUICKFIX} end)()", call
        )

    def ask(self, method: str, extra: str = "") -> list[Any]:
        """Make a request at the cursor."""
        return self.child.lua(ASK, method, extra)

    def resolved(self, method: str, item: dict[str, Any]) -> dict[str, Any]:
        """Return an item with what the server says of it when it is asked for."""
        return self.child.lua(RESOLVE, method, item)

    def on_name(self) -> None:
        """Stand on the call of `area`, behind two characters that UTF-16 counts double."""
        self.at(self.sample.use, "area")

    def float_text(self, call: str) -> str:
        """Return the text of the float that a function opens, and close it."""
        self.child.lua(call)
        text = self.wait_lua(OTHER_FLOAT_TEXT, call)
        self.child.lua(CLOSE_FLOATS)
        return text
