"""The clients of a notebook come and go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.lsp.servers import ATTACHED, init_of, start_with
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

ANSWER_S = 20
CLIENTS = "return #vim.lsp.get_clients({ bufnr = 0 })"


@pytest.mark.parametrize("servers", [(), ("ruff",)])
def test_a_notebook_can_be_closed_while_its_clients_start(
    start_child: Callable[..., Child], notebook: Callable[..., Path], servers: tuple[str, ...]
) -> None:
    path, other = notebook("x = 1", "y = x"), notebook("z = 1", name="other.ipynb")
    child = start_child(init=init_of(servers), cwd=path.parent)
    open_in(child, other, ["z = 1"])
    child.wait_for(lambda: child.lua(CLIENTS) > len(servers), what="the other's clients")
    for _ in range(20):  # the clients start some 20 ms after the first screen
        child.keys(f":edit {path}<CR>")
        child.wait_for(lambda: "x = 1" in "".join(child.screen.rows()), what="the notebook")
        child.settle()
        child.keys(":bwipeout!<CR>")
        child.settle()
        assert not child.api.get_mode()["blocking"], child.picture()


@pytest.mark.parametrize(
    ("language", "filetype", "extension"),
    [
        ("C++17", "cpp", "cpp"),
        ("C#", "cs", "cs"),
        ("TypeScript", "typescript", "ts"),
        ("bash", "bash", "sh"),
        ("Q (kdb+)", "", "txt"),
    ],
)
def test_a_language_comes_by_neovims_name_for_it(
    start_child: Callable[..., Child],
    notebook: Callable[..., Path],
    language: str,
    filetype: str,
    extension: str,
) -> None:
    cells = ["int x = 1;", "x"]
    spec = {"name": "some", "language": language, "display_name": language}
    path = notebook(*cells, metadata={"kernelspec": spec})
    child = start_child(cwd=path.parent)
    open_in(child, path, cells)
    shadow = "local buf = require('ipynb.notebook').get(0).shadow; "
    if filetype:
        name = shadow + "return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ':t')"
        child.wait_for(lambda: child.lua(name) == f"test.ipynb.{extension}", what="the shadow")
        child.wait_for(lambda: child.lua(shadow + "return vim.bo[buf].filetype") == filetype)
    child.keys_and_settle("j<CR>")
    assert child.lua("return { vim.b.ipynb_cell_id ~= nil, vim.bo.filetype }") == [True, filetype]
    assert not child.messages().strip(), child.messages()


# A server for each folder, so that all start anew.
OWN_SERVERS = """
_G.started = 0
for name, cmd in pairs({ ty = { 'ty', 'server' }, ruff = { 'ruff', 'server' } }) do
  vim.api.nvim_create_autocmd('FileType', { pattern = 'python', callback = function(event)
    local file = vim.api.nvim_buf_get_name(event.buf)
    if file ~= '' then
      local root = vim.fs.dirname(file)
      vim.lsp.start({ name = name, cmd = cmd, root_dir = root }, { bufnr = event.buf })
      _G.started = _G.started + 1
    end
  end })
end
"""
SHADOWS = """
return vim.iter(vim.api.nvim_list_bufs()):any(function(buf)
  return vim.api.nvim_buf_get_name(buf):match('%.py$') ~= nil
end)
"""


def test_a_notebook_can_be_closed_while_several_servers_start(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    child = start_child(init=OWN_SERVERS, cwd=tmp_path)
    for i in range(4):
        folder = tmp_path / str(i)
        folder.mkdir()
        path = write_notebook(folder / "test.ipynb", ["x = 1", "y = x"])
        child.keys(f":edit {path}<CR>")
        child.wait_for(lambda i=i: child.lua("return _G.started") == 2 * (i + 1), what="a start")
        child.keys(":bwipeout!<CR>")
        child.wait_for(lambda: not child.lua(SHADOWS), 20, "no shadow")
        assert not child.api.get_mode()["blocking"], child.picture()
    assert not child.messages().strip(), child.messages()


@pytest.mark.parametrize("command", ["bwipeout!", "bdelete!"])
def test_a_notebook_gets_another_shadow_when_that_is_wiped(
    start_child: Callable[..., Child], notebook: Callable[..., Path], command: str
) -> None:
    cells = ["area = 1", "print(area)"]
    child = start_with(start_child, notebook(*cells), cells, "ty")
    shadow = "require('ipynb.notebook').get(0).shadow"
    old = child.lua(f"return {shadow}")
    child.command(f"{command} {old}")
    child.wait_for(lambda: child.lua(f"return {shadow}") != old, what="another shadow")
    child.wait_for(lambda: child.lua(ATTACHED, ["ty"]), ANSWER_S, "the server again")
    child.keys_and_settle("ggj<CR>ofirst = 2<Esc><Esc>")
    text = f"vim.api.nvim_buf_get_lines({shadow}, 0, -1, true)"
    told = child.lua(f"return vim.tbl_filter(function(line) return line ~= '' end, {text})")
    assert told == ["area = 1", "first = 2", "print(area)"]
    assert not child.messages().strip(), child.messages()
