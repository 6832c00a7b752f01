"""Disks that fail and writers that are killed: the old file stays."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ipynb_nvim
from ipynb_nvim.domain.document import Document
from ipynb_nvim.errors import (
    FileError,
)
from ipynb_nvim.services.file_store import write_notebook
from tests.unit.notebook_files import (
    assert_nothing_left_over,
    assert_one_clear_line,
    save,
    source_in,
    with_source,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "note.ipynb"
    path.write_text(Document.empty().text, encoding="utf-8")
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real disk of 64 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_file(small_disk: Path) -> None:
    path = small_disk / "note.ipynb"
    write_notebook(path, with_source(Document.empty(), "small"), None)
    other = small_disk / "linked.ipynb"
    for _ in range(2):
        old = path.read_bytes()
        with pytest.raises(FileError, match="disk is full") as caught:
            save(path, "x" * 100_000)
        assert_one_clear_line(caught.value, path)
        assert path.read_bytes() == old
        assert_nothing_left_over(small_disk)
        if not other.exists():
            # The second round has to write in place.
            other.hardlink_to(path)
    save(path, "smaller")
    assert source_in(path) == "smaller"


def test_a_limit_on_the_size_of_files_leaves_the_old_file(path: Path) -> None:
    old = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(FileError, match="too large") as caught:
            save(path, "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert_one_clear_line(caught.value, path)
    assert path.read_bytes() == old
    assert_nothing_left_over(path.parent)


def test_an_error_of_the_disk_at_the_last_moment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    old = path.read_bytes()
    for name in ("os.fsync", "pathlib.Path.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(name, fail)
            with pytest.raises(FileError, match="Input/output error"):
                save(path, "x")
        assert path.read_bytes() == old
        assert_nothing_left_over(path.parent)


def test_an_error_while_writing_in_place_puts_the_old_content_back(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.ipynb").hardlink_to(path)
    old, real_write = path.read_bytes(), os.write
    calls: list[int] = []

    def fail_once(fd: int, data: bytes) -> int:
        calls.append(fd)
        if len(calls) == 1:
            return real_write(fd, data[:10])
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        return real_write(fd, data)

    monkeypatch.setattr(os, "write", fail_once)
    with pytest.raises(FileError):
        save(path, "x" * 1000)
    assert path.read_bytes() == old


KILLED_WRITER = """
import os, pathlib, signal, sys
from dataclasses import replace
from ipynb_nvim.services.file_store import read_notebook, write_notebook

stored = read_notebook(pathlib.Path(sys.argv[1]))
document = stored.document.with_cells([replace(stored.document.cells[0], source="new")])
owner, name = {"replace": (pathlib.Path, "replace")}.get(sys.argv[2], (os, sys.argv[2]))
setattr(owner, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
write_notebook(pathlib.Path(sys.argv[1]), document, stored.stamp)
"""


@pytest.mark.parametrize("moment", ["write", "fchmod", "fsync", "replace"])
def test_a_writer_that_is_killed_leaves_the_old_file(path: Path, moment: str) -> None:
    old = path.read_bytes()
    package = Path(ipynb_nvim.__file__).parents[1]
    writer = subprocess.run(
        [sys.executable, "-c", KILLED_WRITER, str(path), moment],
        check=False,
        env={**os.environ, "PYTHONPATH": str(package)},
    )
    assert writer.returncode == -signal.SIGKILL
    assert path.read_bytes() == old
    save(path, "x")
    assert source_in(path) == "x"
