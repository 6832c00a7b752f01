"""Opening notebook files: what opens, and what the user is told of what does not."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.domain.document import Document
from ipynb_nvim.errors import (
    FileError,
    MissingFileError,
    NotANotebookError,
    NotebookSyntaxError,
)
from ipynb_nvim.services.file_store import read_notebook, write_notebook
from tests.unit.notebook_files import (
    NOBODY,
    assert_one_clear_line,
    powerless,
    save,
    source_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "note.ipynb"
    path.write_text(Document.empty().text, encoding="utf-8")
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that belongs to the powerless user."""
    folder = Path(tempfile.mkdtemp(prefix="ipynb-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_blank_file_is_an_empty_notebook_and_stays_blank_until_changed(path: Path) -> None:
    for blank in (b"", b"\n", b"\xef\xbb\xbf"):
        path.write_bytes(blank)
        stored = read_notebook(path)
        assert [cell.cell_type for cell in stored.document.cells] == ["code"]
        assert not stored.document.is_upgraded
        write_notebook(path, stored.document, stored.stamp)
        assert path.read_bytes() == blank
        save(path, "1 + 1")
        assert source_in(path) == "1 + 1"


def test_a_missing_file_is_told_apart(tmp_path: Path) -> None:
    missing = tmp_path / "missing.ipynb"
    with pytest.raises(MissingFileError) as caught:
        read_notebook(missing)
    assert_one_clear_line(caught.value, missing)


def test_what_is_no_file_cannot_be_opened(tmp_path: Path) -> None:
    folder, pipe, loop = (tmp_path / name for name in ("folder", "pipe", "loop"))
    folder.mkdir()
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for refused, words in ((folder, "folder"), (pipe, "pipe"), (loop, "circle")):
        with pytest.raises(FileError, match=words) as caught:
            read_notebook(refused)
        assert_one_clear_line(caught.value, refused)
        with pytest.raises(FileError, match=words):
            write_notebook(refused, Document.empty(), None)


def test_no_permission_to_read(open_folder: Path) -> None:
    path = open_folder / "secret.ipynb"
    path.write_text(Document.empty().text, encoding="utf-8")
    path.chmod(0)
    with powerless(), pytest.raises(FileError, match="permission") as caught:
        read_notebook(path)
    assert_one_clear_line(caught.value, path)


@pytest.mark.parametrize(
    ("content", "lnum", "col"),
    [(b'{\n"a": "\xe9"}', 2, 6), ("{}".encode("utf-16"), 1, 0), (b'"\xc3\xa9\xed\xa0\x80"', 1, 2)],
)
def test_other_encodings_are_refused_with_the_place(
    path: Path, content: bytes, lnum: int, col: int
) -> None:
    path.write_bytes(content)
    with pytest.raises(NotebookSyntaxError, match="UTF-8") as caught:
        read_notebook(path)
    assert (caught.value.lnum, caught.value.col) == (lnum, col)
    assert_one_clear_line(caught.value, path)


def test_errors_in_the_text_name_the_file(path: Path) -> None:
    path.write_text('{\n "cells": [\n', encoding="utf-8")
    with pytest.raises(NotebookSyntaxError, match="line 3") as caught:
        read_notebook(path)
    assert caught.value.lnum == 3
    assert_one_clear_line(caught.value, path)
    path.write_text('{"nbformat": 5, "cells": []}', encoding="utf-8")
    with pytest.raises(NotANotebookError, match="newer") as refused:
        read_notebook(path)
    assert_one_clear_line(refused.value, path)


def test_100_mb_and_a_line_of_1_mb(path: Path) -> None:
    line = "x" * 1_000_000
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": [line]}
    output = {"name": "stdout", "output_type": "stream", "text": ["y" * 10_000_000]}
    cells = [{**cell, "outputs": [output]} for _ in range(9)]
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    path.write_text(content, encoding="utf-8")
    save(path, line + "!")
    # Not compared by assert itself, which would show the difference of 100 MB.
    is_right = path.read_text(encoding="utf-8") == content.replace(line, line + "!", 1)
    assert is_right
