"""What tests of files share: what a file and Neovim say of a notebook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.harness import ChildExitedError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Child

COUNT = "return #require('ipynb').cells()"


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def is_modified(child: Child, buf: int = 0) -> bool:
    return child.lua("return vim.bo[...].modified", buf)


def wait_modified(child: Child, value: bool, buf: int = 0) -> None:
    child.wait_for(lambda: is_modified(child, buf) == value, 5, f"modified = {value}")
    # The host's word may still be on its way; after it nothing may change any more.
    child.lua("require('ipynb').flush(...)", buf)
    child.settle()
    assert is_modified(child, buf) == value


def wait_cells(child: Child, count: int) -> None:
    child.wait_for(lambda: child.lua(COUNT) == count, what=f"{count} cells")
    child.settle()


def wait_left(child: Child) -> None:
    """Wait until Neovim has ended."""

    with pytest.raises((ChildExitedError, BrokenPipeError)):
        child.wait_for(lambda: False, 5, "the end of Neovim")


def assert_no_prompt(child: Child) -> None:
    child.settle()
    assert not child.api.get_mode()["blocking"], f"a prompt:\n{child.picture()}"


def run_cell(child: Child, status: str = "ok") -> None:
    child.lua(
        "vim.g.cell_done = nil; vim.api.nvim_create_autocmd('User', { once = true,"
        " pattern = 'NotebookCellDone', callback = function() vim.g.cell_done = true end })"
    )
    child.keys_and_settle("<C-CR>")
    child.wait_for(lambda: child.lua("return vim.g.cell_done"), 30, "the end of the run")
    assert child.lua("return require('ipynb').cells()[1].execution_state") == status
    child.settle()
