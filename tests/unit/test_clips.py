"""Copied cells: they outlive their notebook, and pasted they are as they were when copied."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from ipynb_nvim.domain.clips import Clips
from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.output import StreamOutput
from ipynb_nvim.nvim.plugin import Plugin

from .notebook_cells import STREAM, cell_json, png

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

OPTIONS: dict[str, Any] = {
    "max_lines": 20,
    "max_columns": 200,
    "kernel_python": None,
    "editor_pid": None,
    "stop_on_error": True,
    "log_path": None,
    "log_level": "INFO",
}


class Editor:
    """Stands for Neovim: takes every batch at once and remembers what it was told."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.told: list[dict[str, Any]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.plugin = Plugin(self)  # pyright: ignore[reportArgumentType]  (what a Bridge offers)
        self._sync_no = 0

    def push(self, buf: int, batch_no: int, batch: list[dict[str, Any]]) -> None:
        self.told += [{"buf": buf, **operation} for operation in batch]
        self.loop.call_soon(self.plugin.notify, "ack", (buf, batch_no))

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self.tasks.append(self.loop.create_task(coroutine))
        return self.tasks[-1]

    def open(self, buf: int, folder: Path, *cells: dict[str, Any], minor: int = 5) -> Path:
        path = folder / f"{buf}.ipynb"
        if minor < 5:
            cells = tuple({k: v for k, v in cell.items() if k != "id"} for cell in cells)
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
        path.write_text(json.dumps(content, indent=1) + "\n")
        answer = self.plugin.request("open", (buf, OPTIONS, str(path), 0))
        assert "cells" in answer, answer
        return path

    def splice(self, buf: int, index: int, removed: list[str], *cells: list[Any]) -> None:
        self._sync_no += 1
        self.plugin.notify("splice", (buf, self._sync_no, index, removed, list(cells)))

    def operations(self, buf: int, op: str) -> list[dict[str, Any]]:
        """Return what was told of one kind, when everything that is due has been."""
        end = self.loop.create_future()
        self.loop.call_later(0.4, end.set_result, None)
        self.loop.run_until_complete(end)
        return [told for told in self.told if told["op"] == op and told["buf"] == buf]

    def saved(self, buf: int, path: Path) -> list[dict[str, Any]]:
        assert "size" in self.plugin.request("write", (buf, str(path), False))
        content = json.loads(path.read_text())
        nbformat.validate(content)
        return content["cells"]


@pytest.fixture
def editor() -> Iterator[Editor]:
    editor = Editor()
    yield editor
    for buf in (1, 2):
        editor.plugin.notify("close", (buf,))
    editor.loop.run_until_complete(asyncio.gather(*editor.tasks))
    editor.loop.close()


def record(text: str) -> CellRecord:
    return CellRecord(text, "code", text)


def test_a_clip_lives_as_long_as_the_editor_names_it() -> None:
    clips = Clips()
    clips.put(1, [record("a"), None], [])
    clips.put(2, [record("b")], [1])
    assert clips.find(1, 0) == record("a")
    assert clips.find(1, 1) is None
    clips.put(3, [record("c")], [2, 3])
    assert clips.find(1, 0) is None
    assert clips.find(2, 0) == record("b")
    assert clips.find(3, 0) == record("c")


@pytest.mark.parametrize("index", [-1, 1])
def test_there_is_nothing_beside_a_clip(index: int) -> None:
    clips = Clips()
    clips.put(1, [record("a")], [1])
    assert clips.find(1, index) is None
    assert clips.find(2, 0) is None


CODE = cell_json("a", "code", "1", metadata={"tags": ["x"]}, execution_count=4)
IMAGE = cell_json("b", "markdown", "![x](attachment:b.png)", attachments={"b.png": png("QQ==")})


@pytest.mark.parametrize("minor", range(1, 6))
def test_cells_keep_everything_in_a_notebook_of_any_minor(
    editor: Editor, tmp_path: Path, minor: int
) -> None:
    editor.open(1, tmp_path, CODE, IMAGE)
    path = editor.open(2, tmp_path, cell_json("z", "code", ""), minor=minor)
    editor.plugin.notify("clip", (1, 7, ["a", "b"], [7]))
    editor.plugin.notify("close", (1,))
    pasted = [
        ["new1", "code", ["1"], {"clip": 7, "index": 0}],
        ["new2", "markdown", ["![x](attachment:b.png)"], {"clip": 7, "index": 1}],
    ]
    editor.splice(2, 1, [], *pasted)
    cells = editor.saved(2, path)[1:]
    ids = [{"id": name} if minor == 5 else {} for name in ("new1", "new2")]
    assert [{**cell, "source": "".join(cell["source"])} for cell in cells] == [
        {**{k: v for k, v in cell.items() if k != "id"}, **cell_id}
        for cell, cell_id in zip((CODE, IMAGE), ids, strict=True)
    ]


def test_unknown_keys_are_copied_too(editor: Editor, tmp_path: Path) -> None:
    editor.open(1, tmp_path, {**CODE, "other": [1]})
    editor.plugin.notify("clip", (1, 1, ["a"], []))
    editor.splice(1, 1, [], ["new", "code", ["1"], {"clip": 1, "index": 0}])
    records = editor.plugin._sessions[1].notebook.records()  # noqa: SLF001 (such a file is not valid)
    assert records[1].extra == {"other": [1]}


def test_a_copy_has_the_outputs_of_the_moment_it_was_made(editor: Editor, tmp_path: Path) -> None:
    path = editor.open(1, tmp_path, CODE)
    notebook = editor.plugin._sessions[1].notebook  # noqa: SLF001 (a kernel would do this)
    notebook.append_output("a", StreamOutput("stdout", "still "))
    editor.plugin.notify("clip", (1, 1, ["a"], [1]))
    notebook.append_output("a", StreamOutput("stdout", "running\n"))
    editor.splice(1, 1, [], ["new", "code", ["1"], {"clip": 1, "index": 0}])
    notebook.append_output("new", StreamOutput("stdout", "of its own\n"))
    texts = ["".join(cell["outputs"][0]["text"]) for cell in editor.saved(1, path)]
    assert texts == ["hello\nstill running\n", "hello\nstill of its own\n"]


def test_a_pasted_cell_shows_its_outputs_and_its_count(editor: Editor, tmp_path: Path) -> None:
    editor.open(1, tmp_path, CODE)
    editor.plugin.notify("clip", (1, 1, ["a"], [1]))
    editor.splice(1, 1, [], ["new", "code", ["1"], {"clip": 1, "index": 0}])
    assert [(op["id"], op["count"]) for op in editor.operations(1, "output")] == [("new", 1)]
    assert [(op["id"], op["execution_count"]) for op in editor.operations(1, "cell")] == [
        ("new", 4)
    ]


def test_a_cut_cell_comes_back_with_what_it_has_now(editor: Editor, tmp_path: Path) -> None:
    path = editor.open(1, tmp_path, CODE)
    editor.plugin.notify("clip", (1, 1, ["a"], [1]))
    editor.splice(1, 0, ["a"])
    notebook = editor.plugin._sessions[1].notebook  # noqa: SLF001 (a kernel would do this)
    notebook.append_output("a", StreamOutput("stdout", "late\n"))
    editor.splice(1, 0, [], ["a", "code", ["1"], {"clip": 1, "index": 0}])
    assert editor.saved(1, path)[0]["outputs"][0]["text"] == ["hello\n", "late\n"]


@pytest.mark.parametrize("origin", [{"clip": 9, "index": 0}, {"clip": 1, "index": 5}, None, "a"])
def test_a_paste_of_what_nobody_knows_is_a_plain_cell(
    editor: Editor, tmp_path: Path, origin: object
) -> None:
    path = editor.open(1, tmp_path, CODE)
    editor.plugin.notify("clip", (1, 1, ["a", "nobody"], [1]))
    editor.splice(1, 1, [], ["new", "code", ["text"], origin])
    expected = {**cell_json("new", "code", "text"), "execution_count": None, "outputs": []}
    new = editor.saved(1, path)[1]
    assert {**new, "source": "".join(new["source"])} == expected
    assert all(op["count"] == 0 for op in editor.operations(1, "output"))


def test_a_cell_that_is_no_code_cell_shows_no_outputs(editor: Editor, tmp_path: Path) -> None:
    editor.open(1, tmp_path, CODE)
    notebook = editor.plugin._sessions[1].notebook  # noqa: SLF001 (a kernel would do this)
    editor.splice(1, 0, ["a"], ["a", "markdown", None, None])
    assert [(op["lines"], op["count"]) for op in editor.operations(1, "output")] == [(None, 0)]
    assert editor.operations(1, "cell")[-1]["execution_count"] is None
    notebook.append_output("a", StreamOutput("stdout", "late\n"))
    assert len(editor.operations(1, "output")) == 1
    assert editor.plugin.request("output_lines", (1, "a")) == []
    editor.splice(1, 0, ["a"], ["a", "code", None, None])
    assert [op["count"] for op in editor.operations(1, "output")] == [0, 1]
    assert editor.operations(1, "cell")[-1]["execution_count"] == 4
    assert editor.plugin.request("output_lines", (1, "a")) == ["hello", "late"]


def test_two_images_of_one_name_are_told_on_one_line(editor: Editor, tmp_path: Path) -> None:
    other = {**IMAGE, "id": "c", "attachments": {"b.png": png("Qg==")}}
    editor.open(1, tmp_path, IMAGE, other)
    text = "![x](attachment:b.png)"
    editor.splice(1, 0, ["b", "c"], ["b", "markdown", [text, text], {"absorb": ["c", "nobody"]}])
    (message,) = editor.operations(1, "message")
    assert message["level"] == "warn"
    assert '"b.png"' in message["text"]
    assert "Undo" in message["text"]
    assert "\n" not in message["text"]
    assert STREAM not in message.values()
