"""What is not saved when Neovim or its host is killed: found again, offered, shown, saved."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_in
from tests.editor.running import run_cell
from tests.harness import write_notebook
from tests.harness.processes import command_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

# What users have; the harness starts without swap files.
SWAP = "swapfile updatecount=200"
SOURCES = ["print(6 * 7)", "y = 2"]
OFFER = "Unsaved changes of"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "test.ipynb", SOURCES)


@pytest.fixture
def start(start_child: Callable[..., Child], tmp_path: Path) -> Callable[..., Child]:
    """Return a function that starts a Neovim as users have it; all share a state folder."""

    def start_(options: str = SWAP) -> Child:
        state = {"XDG_STATE_HOME": str(tmp_path / "state")}
        child = start_child(width=100, height=30, environment=state)
        child.command(f"set {options}")
        return child

    return start_


def journals(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "state").glob("nvim/ipynb/journal/*/head.json"))


def changed(start: Callable[..., Child], path: Path) -> Child:
    """Return an editor with a cell that was run, one that was typed into and a new one."""
    child = start()
    open_in(child, path, SOURCES)
    child.keys_and_settle("gg")
    run_cell(child)
    child.keys_and_settle("GkA + 1000<Esc><Esc>")
    child.keys_and_settle("G\\kbinew = 3<Esc><Esc>")
    assert "y = 2 + 1000" in child.lines()
    return child


def host(child: Child) -> int:
    (pid,) = (pid for pid in child.descendants() if "start_host" in command_line(pid))
    return pid


def saved(path: Path) -> list[tuple[str, list[str]]]:
    """Return source and printed text of the cells in the file."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ("".join(cell["source"]), ["".join(out["text"]) for out in cell["outputs"]])
        for cell in cells
    ]


ALL = [("print(6 * 7)", ["42\n"]), ("y = 2 + 1000", []), ("new = 3", [])]


def recover(child: Child, path: Path) -> None:
    child.keys(f":edit {path}<CR>")
    child.wait_for_text(OFFER)
    child.keys("1<CR>")
    child.wait_for_text("new = 3")
    child.settle()


@pytest.mark.parametrize("has_host", [True, False])
def test_a_killed_neovim_leaves_text_and_outputs_to_the_next(
    start: Callable[..., Child], path: Path, tmp_path: Path, has_host: bool
) -> None:
    child = changed(start, path)
    if not has_host:  # both at once: what was written in the last seconds
        child.wait_for(lambda: b"new = 3" in b"".join(_cells(tmp_path)), what="the journal")
        os.kill(host(child), signal.SIGKILL)
    child.kill()
    child = start()
    child.wait_for(lambda: journals(tmp_path), what="the journal")
    recover(child, path)
    child.wait_for_text("42")
    assert child.lua("return vim.bo.modified")
    assert child.lua("return vim.bo.modifiable") is False
    assert [line for line in child.lines() if "<<" not in line] == [s for s, _ in ALL]
    child.keys(":w<CR>")
    child.wait_for(lambda: not child.lua("return vim.bo.modified"))
    assert saved(path) == ALL
    child.wait_for(lambda: not journals(tmp_path), what="no journal")


def _cells(tmp_path: Path) -> list[bytes]:
    return [one.read_bytes() for one in tmp_path.glob("state/nvim/ipynb/journal/*/*.json")]


def test_what_is_not_wanted_is_deleted_and_what_may_be_is_offered_again(
    start: Callable[..., Child], path: Path, tmp_path: Path
) -> None:
    changed(start, path).kill()
    child = start()
    for answer in ("2<CR>", "3<CR>"):
        child.keys(f":edit {path}<CR>")
        child.wait_for_text(OFFER)
        child.keys_and_settle(answer)
        assert "y = 2" in child.lines()
        child.command("bwipeout!")
    child.wait_for(lambda: not journals(tmp_path), what="no journal")
    open_in(child, path, SOURCES)
    assert not child.is_visible(OFFER)
    assert saved(path)[1] == ("y = 2", [])


def test_a_terminal_that_is_closed_loses_nothing(
    start: Callable[..., Child], path: Path, tmp_path: Path
) -> None:
    child = changed(start, path)
    os.kill(child.pid, signal.SIGHUP)
    child.close()
    child = start()
    recover(child, path)
    child.keys_and_settle(":w<CR>")
    assert saved(path) == ALL


@pytest.mark.parametrize("end", [":w<CR>:qa<CR>", ":qa!<CR>", ":bwipeout!<CR>:qa<CR>"])
def test_who_leaves_by_himself_finds_no_journal(
    start: Callable[..., Child], path: Path, tmp_path: Path, end: str
) -> None:
    child = changed(start, path)
    child.wait_for(lambda: journals(tmp_path), what="the journal")
    child.keys(end)
    child.close()
    assert not journals(tmp_path)


def test_a_killed_host_leaves_outputs_to_the_next(
    start: Callable[..., Child], path: Path, tmp_path: Path
) -> None:
    child = changed(start, path)
    child.wait_for(lambda: b"42" in b"".join(_cells(tmp_path)), what="the journal")
    os.kill(host(child), signal.SIGKILL)
    child.wait_for(lambda: "text is safe" in child.messages(), what="the death")
    child.keys_and_settle(":w<CR>")
    child.wait_for(lambda: not child.lua("return vim.bo.modified"), what="the save")
    assert saved(path) == ALL
    assert child.is_visible("42")


def test_two_editors_of_one_notebook_meet_in_one_line(
    start: Callable[..., Child], path: Path, tmp_path: Path
) -> None:
    first = changed(start, path)
    first.wait_for(lambda: journals(tmp_path), what="the journal")
    second = start()
    open_in(second, path, SOURCES)
    second.wait_for_text(f"Neovim {first.pid} has unsaved changes of this notebook")
    assert "E325" not in second.messages()
    assert second.lua("return vim.bo.readonly") is False


def test_without_swap_files_there_is_no_journal(
    start: Callable[..., Child], path: Path, tmp_path: Path
) -> None:
    child = start("noswapfile updatecount=200")
    open_in(child, path, SOURCES)
    child.keys_and_settle("ggA + 1<Esc><Esc>")
    os.kill(host(child), signal.SIGTERM)
    child.wait_for(lambda: "the host ended" in child.messages(), what="the death")
    assert not (tmp_path / "state" / "nvim" / "ipynb" / "journal").exists()
