"""Writing notebook files: what stays, what is refused, and who else writes them."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.domain.document import Document
from ipynb_nvim.errors import (
    FileChangedError,
    FileError,
)
from ipynb_nvim.services.file_store import read_notebook, write_notebook
from tests.unit.notebook_files import (
    NOBODY,
    assert_nothing_left_over,
    assert_one_clear_line,
    powerless,
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
def open_folder() -> Iterator[Path]:
    """Give a folder that belongs to the powerless user."""
    folder = Path(tempfile.mkdtemp(prefix="ipynb-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


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
