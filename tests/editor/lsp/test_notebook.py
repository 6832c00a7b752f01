"""What servers hear of a notebook's cells: a recording server holds what the notebook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editor.lsp.recording import (
    add_recorder,
    cell_texts,
    code_cells,
    start_recording,
    state,
)
from tests.editor.lsp.servers import ATTACHED, go_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import CellSpec, Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

MAGIC = "%matplotlib inline"
CELLS: list[CellSpec] = [
    "x = 1",
    ("markdown", "some text"),
    "y = x\nz = 'é😀'",
    "%matplotlib inline",
]
WAIT_S = 15
CLIENTS = "return #vim.lsp.get_clients({ name = 'recorder' })"


@pytest.fixture
def start(
    start_child: StartChild, notebook: Write, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Child]:
    """Return a function that opens the cells with a recorder that announces notebooks."""

    def run(**environment: str) -> Child:
        add_recorder(monkeypatch, "recorder", **environment)
        return start_recording(start_child, notebook(*CELLS), CELLS, "recorder")

    return run


def test_a_server_is_told_the_code_cells_and_not_the_shadow(start: Callable[..., Child]) -> None:
    child = start()
    held = state(child, "recorder")
    masked = [text.replace(MAGIC, "# nbmask:0") for _, text in code_cells(child)]
    assert [text for _, text in cell_texts(held)] == masked
    assert [name for name, _ in cell_texts(held)] == [name for name, _ in code_cells(child)]
    assert held["told"] == ["notebookDocument/didOpen"]
    assert held["synchronization"]["executionSummarySupport"]
    assert held["breaches"] == []
    (path,) = held["notebooks"]
    assert path.startswith("file:///")
    assert path.endswith("/test.ipynb")
    assert all(
        uri.startswith(f"vscode-notebook-cell:{path.removeprefix('file://')}#")
        for uri in held["documents"]
    )
    child.wait_for(lambda: child.lua(CLIENTS) == 2, WAIT_S, "the user's own client to leave")


def test_typing_tells_the_cell_alone_what_differs(start: Callable[..., Child]) -> None:
    child = start()
    before = state(child, "recorder")
    go_to(child, "z =")
    child.keys_and_settle("<CR>A + 'ü'<CR>w = 2<Esc>k$x")
    held = state(child, "recorder")
    assert cell_texts(held)[1][1] == "y = x\nz = 'é😀' + 'ü\nw = 2"
    assert held["breaches"] == []
    for uri, document in held["documents"].items():
        was = before["documents"][uri]["version"]
        assert (document["version"] > was) == ("w = 2" in document["text"])
    # The edit buffer is a file of Python to the user's configuration: it finds a client running.
    assert child.lua(CLIENTS) == 2


def test_two_notebooks_of_a_folder_have_one_server(
    start: Callable[..., Child], tmp_path: Path
) -> None:
    child = start()
    first = child.lua("return vim.api.nvim_buf_get_name(0)")
    (tmp_path / "other.ipynb").write_text((tmp_path / "test.ipynb").read_text(encoding="utf-8"))
    child.keys_and_settle(f":set hidden<CR>:edit {tmp_path}/other.ipynb<CR>")
    child.wait_for(lambda: child.lua(ATTACHED, ["recorder"]), WAIT_S, "the server")
    held = state(child, "recorder")
    assert sorted(held["notebooks"]) == [f"file://{tmp_path}/other.ipynb", f"file://{first}"]
    child.keys_and_settle(":bwipeout!<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.filetype") == "ipynb", WAIT_S, "the first")
    held = state(child, "recorder")
    assert list(held["notebooks"]) == [f"file://{first}"]
    assert held["breaches"] == []


def test_a_server_ends_with_its_last_notebook(start: Callable[..., Child]) -> None:
    child = start()
    child.wait_for(lambda: child.lua(CLIENTS) == 2, WAIT_S, "the user's own client to leave")
    child.keys_and_settle(":enew<CR>:bwipeout! test.ipynb<CR>")
    child.wait_for(lambda: child.lua(CLIENTS) == 0, WAIT_S, "no client")
