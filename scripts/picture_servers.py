"""Pictures of language servers at work in a cell that is edited: their set-up and their poses.

The servers are real ones, a type checker and a linter, as most people have them.
"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from picture_notebook import SETUP

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

ANSWER_S = 60
INIT = """
vim.o.winborder = 'rounded'
vim.o.completeopt = 'menu,menuone,noselect,popup'
vim.o.pumheight = 8
vim.diagnostic.config({ virtual_text = true })
for name, cmd in pairs({
  basedpyright = { 'basedpyright-langserver', '--stdio' },
  ruff = { 'ruff', 'server' },
}) do
  vim.lsp.config(name, { cmd = cmd, filetypes = { 'python' }, root_markers = { 'ruff.toml' } })
  vim.lsp.enable(name)
end
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client.name == 'basedpyright' then
      vim.lsp.completion.enable(true, client.id, event.buf, { autotrigger = true })
    end
  end,
})
"""
FILES = {
    "ruff.toml": "",
    "pyrightconfig.json": '{ "typeCheckingMode": "standard" }\n',
}
SERVED = """
local names = vim.tbl_map(function(client)
  return client.name
end, vim.lsp.get_clients({ bufnr = 0 }))
return vim.list_contains(names, 'basedpyright') and vim.list_contains(names, 'ruff')
"""
FOUND = "return #vim.diagnostic.get(0) >= ..."
TYPED_SETUP = SETUP.replace("(name, hour)", "(name: str, hour: float) -> float")
NOTEBOOK = (
    ("markdown", "# Tides\n\nA day at three harbours, by the largest constituent, **M2**, alone."),
    ("code", TYPED_SETUP),
    (
        "code",
        """\
        %matplotlib inline
        spring = height("Cuxhaven", "noon")
        for name in HARBOURS:
            print(nme, height(name, hour=6))
        print(json.dumps(spring))
        """,
    ),
    ("code", "max(HARBOURS, key=lambda name: height(name, 0))"),
)


def prepare(folder: Path) -> None:
    """Write what the servers look for beside the notebook."""
    for name, text in FILES.items():
        (folder / name).write_text(dedent(text), encoding="utf-8")


def wait_for_servers(child: Child) -> None:
    """Wait until both servers have said what they have to say."""
    child.wait_for(lambda: child.lua(SERVED), ANSWER_S, "the servers")
    child.wait_for(lambda: child.lua(FOUND, 5), ANSWER_S, "diagnostics")


def pose_diagnostics(child: Child) -> None:
    """Edit the cell with faults."""
    wait_for_servers(child)
    child.keys_and_settle("gg/spring<CR>:set nohlsearch<CR><CR>")
    child.wait_for(lambda: child.lua(FOUND, 3), ANSWER_S, "diagnostics in the float")


def pose_completion(child: Child) -> None:
    """Type a name of a module; an item of the menu is chosen."""
    wait_for_servers(child)
    child.keys_and_settle("gg/spring<CR>:set nohlsearch<CR><CR>Gophase = math.")
    child.wait_for_text("acosh", ANSWER_S)
    child.keys_and_settle("<C-n><C-n>")


def pose_hover(child: Child) -> None:
    """Ask what a function of another cell is."""
    wait_for_servers(child)
    child.keys_and_settle("gg/spring<CR>:set nohlsearch<CR><CR>w")
    child.keys_and_settle("wK")
    child.wait_for_text("(function)", ANSWER_S)


def pose_actions(child: Child) -> None:
    """Ask what can be done about a name that is not known."""
    wait_for_servers(child)
    child.keys_and_settle("gg/json<CR>:set nohlsearch<CR><CR>gra")
    child.wait_for_text("import json", ANSWER_S)
