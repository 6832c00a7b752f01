"""Journals on the disk: what is read is what was written, whatever a crash left behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.domain.output import StreamOutput
from ipynb_nvim.services.journal import Journal, find_unsaved
from ipynb_nvim.services.journal_keeper import JournalKeeper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A = CellRecord("a", "code", "x = 1")
B = CellRecord("b", "markdown", "text", metadata={"tags": ["one"]})
NEW = CellRecord("../new", "code", "odd \ud800 text", [{"output_type": "stream"}], 3)
SAVED = (["a", "b"], "digest")


def journal(folder: Path) -> Journal:
    return Journal(folder, "/some/where.ipynb", os.getpid())


def test_a_journal_reads_as_it_was_written(tmp_path: Path) -> None:
    journal(tmp_path).write(["../new", "b", "a"], SAVED, [NEW], [])
    unsaved = journal(tmp_path).read()
    assert unsaved is not None
    assert unsaved.over([A, B]) == [NEW, B, A]
    assert (unsaved.head.digest, unsaved.head.saved_ids) == ("digest", ("a", "b"))
    assert not unsaved.is_abandoned
    assert [path.parent.parent for path in tmp_path.rglob("*.json")] == [tmp_path] * 2


def test_others_may_not_read_it(tmp_path: Path) -> None:
    journal(tmp_path / "own").write(["a"], SAVED, [A], [])
    (directory,) = (tmp_path / "own").iterdir()
    assert directory.stat().st_mode & 0o077 == 0


def test_cells_that_are_as_in_the_file_again_are_left_out(tmp_path: Path) -> None:
    journal(tmp_path).write(["a", "b"], SAVED, [CellRecord("a", "code", "changed")], [])
    journal(tmp_path).write(["a", "b"], SAVED, [], ["a", "unknown"])
    unsaved = journal(tmp_path).read()
    assert unsaved is not None
    assert unsaved.over([A, B]) == [A, B]


def test_cells_that_the_file_got_since_come_last(tmp_path: Path) -> None:
    journal(tmp_path).write(["b"], SAVED, [], [])  # "a" was deleted
    unsaved = journal(tmp_path).read()
    assert unsaved is not None
    later = CellRecord("c", "raw", "")
    assert unsaved.over([A, later, B]) == [B, later]


@pytest.mark.parametrize("spoiled", [b"", b"{", b"[]", b'{"cell_id": "a"}', b"\xff", b"null"])
def test_what_is_torn_counts_as_not_there(tmp_path: Path, spoiled: bytes) -> None:
    journal(tmp_path).write(["a", "b"], SAVED, [CellRecord("a", "code", "changed")], [])
    for path in tmp_path.rglob("*.json"):
        if path.name != "head.json":
            path.write_bytes(spoiled)
    (unsaved,) = find_unsaved(tmp_path, "/some/where.ipynb")
    assert unsaved.over([A, B]) == [A, B]
    (unsaved.directory / "head.json").write_bytes(spoiled)
    assert find_unsaved(tmp_path, "/some/where.ipynb") == []


def test_a_journal_is_abandoned_when_its_process_has_ended(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        own = Journal(tmp_path, "/a.ipynb", process.pid)
        own.write(["a"], SAVED, [A], [])
        (unsaved,) = find_unsaved(tmp_path, "/a.ipynb")
        assert not unsaved.is_abandoned
        process.communicate(b"\n")
    assert unsaved.is_abandoned
    assert find_unsaved(tmp_path, "/b.ipynb") == []
    own.clear()
    assert find_unsaved(tmp_path, "/a.ipynb") == []


def keep(tmp_path: Path, act: Callable[[Notebook, JournalKeeper], Any]) -> None:
    """Let ``act`` work on a notebook of two cells whose journal is kept."""

    async def run() -> None:
        notebook = Notebook([A, B])
        loop = asyncio.get_running_loop()
        act(notebook, JournalKeeper(notebook, journal(tmp_path), lambda: SAVED, loop))

    asyncio.run(run())


def unsaved_cells(tmp_path: Path) -> dict[str, str]:
    found = find_unsaved(tmp_path, "/some/where.ipynb")
    return {name: cell.source for one in found for name, cell in one.cells.items()}


def test_what_is_undone_or_saved_leaves_no_journal(tmp_path: Path) -> None:
    def act(notebook: Notebook, keeper: JournalKeeper) -> None:
        for end in ("undo", "save", "give up"):
            notebook.change_text("a", 0, -1, [end])
            assert keeper.write_now()
            assert unsaved_cells(tmp_path) == {"a": end}
            if end == "undo":
                notebook.change_text("a", 0, -1, ["x = 1"])
                keeper.write_now()
            elif end == "save":
                notebook.mark_saved(notebook.records())
                keeper.on_saved()
            else:
                keeper.give_up()
            assert list(tmp_path.iterdir()) == []

    keep(tmp_path, act)


def test_an_output_too_long_to_be_written_again_and_again_is_left_out(tmp_path: Path) -> None:
    def act(notebook: Notebook, keeper: JournalKeeper) -> None:
        notebook.append_output("a", StreamOutput("stdout", "line\n" * 200_001))
        notebook.set_execution_count("a", 7)
        keeper.keep()
        (unsaved,) = find_unsaved(tmp_path, "/some/where.ipynb")
        assert (unsaved.cells["a"].outputs, unsaved.cells["a"].execution_count) == ([], 7)
        assert len(notebook["a"].record().outputs) == 1

    keep(tmp_path, act)


def test_a_folder_that_cannot_be_written_ends_the_journal_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def act(notebook: Notebook, keeper: JournalKeeper) -> None:
        notebook.change_text("a", 0, -1, ["changed"])
        assert not keeper.write_now()
        notebook.change_text("a", 0, -1, ["again"])
        keeper.keep()

    keep(tmp_path / "file", act)
