"""Reading and writing notebook files: what stays, what is refused, what the user is told."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ipynb_nvim
from ipynb_nvim.domain.document import Document
from ipynb_nvim.errors import (
    FileChangedError,
    FileError,
    MissingFileError,
    NotANotebookError,
    NotebookSyntaxError,
)
from ipynb_nvim.services.file_store import read_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "note.ipynb"
    path.write_text(Document.empty().text, encoding="utf-8")
    return path


def with_source(document: Document, source: str) -> Document:
    first, *others = document.cells
    return document.with_cells([replace(first, source=source), *others])


def source_in(path: Path) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def save(path: Path, source: str, *, force: bool = False) -> None:
    """Open, change and write a notebook."""
    stored = read_notebook(path)
    write_notebook(path, with_source(stored.document, source), stored.stamp, force=force)


def assert_one_clear_line(error: BaseException, path: Path) -> None:
    assert "\n" not in str(error)
    assert str(path) in str(error)
    assert "Errno" not in str(error)


def assert_nothing_left_over(folder: Path) -> None:
    assert [item.name for item in folder.iterdir() if item.suffix == ".tmp"] == []


@contextmanager
def powerless() -> Iterator[None]:
    """Act as a user whom permissions stop, even if the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that belongs to the powerless user."""
    folder = Path(tempfile.mkdtemp(prefix="ipynb-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


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


# --- reading


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


# --- writing


def test_a_new_file_gets_the_mode_the_umask_leaves(tmp_path: Path) -> None:
    new, plain = tmp_path / "new.ipynb", tmp_path / "plain"
    stamp = write_notebook(new, Document.empty(), None)
    plain.touch()
    assert new.stat().st_mode == plain.stat().st_mode
    write_notebook(new, with_source(read_notebook(new).document, "2"), stamp)
    assert source_in(new) == "2"


def test_a_file_that_appeared_meanwhile_is_not_overwritten(path: Path) -> None:
    with pytest.raises(FileChangedError, match="exists") as caught:
        write_notebook(path, Document.empty(), None)
    assert_one_clear_line(caught.value, path)
    write_notebook(path, with_source(Document.empty(), "forced"), None, force=True)
    assert source_in(path) == "forced"


def test_mode_and_owner_stay(path: Path) -> None:
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1234, 4321)
    before = path.stat()
    save(path, "x")
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


def test_access_lists_and_other_attributes_stay(path: Path) -> None:
    try:
        os.setxattr(path, "user.origin", b"here")
    except (OSError, AttributeError):
        pytest.skip("this file system has no extended attributes")
    save(path, "x")
    assert os.getxattr(path, "user.origin") == b"here"


def test_symbolic_links_stay(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "sub" / "link.ipynb"
    link.parent.mkdir()
    link.symlink_to("../note.ipynb")
    save(link, "x")
    assert link.is_symlink()
    assert source_in(path) == "x"
    assert_nothing_left_over(link.parent)


def test_a_symbolic_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.ipynb"
    link.symlink_to("target.ipynb")
    write_notebook(link, Document.empty(), None)
    assert link.is_symlink()
    assert (tmp_path / "target.ipynb").is_file()


def test_hard_links_stay_one_file(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ipynb"
    other.hardlink_to(path)
    save(path, "longer than before")
    save(path, "short")
    assert other.samefile(path)
    assert source_in(other) == "short"


def test_a_file_of_another_in_a_folder_of_ours_keeps_its_owner(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of another user")
    path = open_folder / "shared.ipynb"
    path.write_text(Document.empty().text, encoding="utf-8")
    path.chmod(0o666)
    with powerless():
        save(path, "x")
    assert path.stat().st_uid == 0
    assert source_in(path) == "x"
    assert_nothing_left_over(open_folder)


def test_a_folder_that_takes_no_new_files(open_folder: Path) -> None:
    path = open_folder / "note.ipynb"
    with powerless():
        write_notebook(path, Document.empty(), None)
        open_folder.chmod(0o500)
        save(path, "in place")
        assert source_in(path) == "in place"
        new = open_folder / "new.ipynb"
        with pytest.raises(FileError, match="permission") as caught:
            write_notebook(new, Document.empty(), None)
        assert_one_clear_line(caught.value, new)


def test_a_read_only_file_is_written_by_force_only(path: Path) -> None:
    path.chmod(0o444)
    stored = read_notebook(path)
    assert stored.is_read_only
    changed = with_source(stored.document, "x")
    with pytest.raises(FileError, match="read-only") as caught:
        write_notebook(path, changed, stored.stamp)
    assert_one_clear_line(caught.value, path)
    write_notebook(path, changed, stored.stamp, force=True)
    assert source_in(path) == "x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "note.ipynb"
    with pytest.raises(FileError, match="folder does not exist") as caught:
        write_notebook(path, Document.empty(), None)
    assert_one_clear_line(caught.value, path)


# --- others who write the same file


def test_the_second_of_two_editors_is_asked(path: Path) -> None:
    first, second = read_notebook(path), read_notebook(path)
    stamp = write_notebook(path, with_source(first.document, "first"), first.stamp)
    mine = with_source(second.document, "second")
    with pytest.raises(FileChangedError, match="changed on disk") as caught:
        write_notebook(path, mine, second.stamp)
    assert_one_clear_line(caught.value, path)
    assert source_in(path) == "first"
    stamp = write_notebook(path, with_source(first.document, "first again"), stamp)
    write_notebook(path, mine, second.stamp, force=True)
    assert source_in(path) == "second"
    with pytest.raises(FileChangedError):
        write_notebook(path, first.document, stamp)


def test_a_change_of_the_same_size_and_time_in_a_new_file_is_seen(path: Path) -> None:
    save(path, "aaa")
    stored = read_notebook(path)
    time = path.stat().st_mtime_ns
    other = path.with_suffix(".new")
    other.write_text(path.read_text(encoding="utf-8").replace("aaa", "bbb"), encoding="utf-8")
    os.utime(other, ns=(time, time))
    other.replace(path)
    with pytest.raises(FileChangedError):
        write_notebook(path, stored.document, stored.stamp)


def test_the_same_content_written_again_is_no_change(path: Path) -> None:
    stored = read_notebook(path)
    os.utime(path, ns=(1, 1))
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    copy.replace(path)
    write_notebook(path, with_source(stored.document, "x"), stored.stamp)
    assert source_in(path) == "x"


def test_a_deleted_file_is_made_again(path: Path) -> None:
    stored = read_notebook(path)
    path.unlink()
    write_notebook(path, with_source(stored.document, "x"), stored.stamp)
    assert source_in(path) == "x"


# --- disks that fail


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
