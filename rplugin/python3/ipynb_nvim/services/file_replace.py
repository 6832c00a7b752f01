"""Replacing a file's content so that a crash leaves the old or the new; knows no notebook.

    temporary file in the same folder ─> write ─> owner, mode ─> fsync ─> rename ─> fsync folder

A rename makes a new file. Where that would break something it is avoided, see ``replace_file``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, content: bytes) -> os.stat_result:
    """Give ``path``, which may not exist yet, this content; return what ``stat`` then says.

    The file is overwritten in place instead of renamed over where only that keeps what it is: it
    has hard links, another owner whom we may not give files to, or a folder that takes no new
    files. Space is reserved first and the old content put back after an error, but a crash of
    the machine in that moment can leave a mix. Raises OSError; the old content stays.
    """
    old = _stat(path)
    if old is not None and old.st_nlink > 1:
        return _overwrite(path, content)
    try:
        return _rename_over(path, content, old)
    except PermissionError:
        if old is None:
            raise
        return _overwrite(path, content)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _rename_over(path: Path, content: bytes, old: os.stat_result | None) -> os.stat_result:
    temporary = path.parent / f".ipynb-{secrets.token_hex(8)}.tmp"
    # A new file gets what the umask leaves; a copy of an old one is private until it is like it.
    mode = 0o666 if old is None else 0o600
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        try:
            _write_all(fd, content)
            if old is not None:
                _copy_permissions(path, old, fd)
            os.fsync(fd)
            new = os.fstat(fd)
        finally:
            os.close(fd)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)
    return new


def _copy_permissions(path: Path, old: os.stat_result, fd: int) -> None:
    """Give the open file owner, mode and, where the system has them, access lists of ``path``."""
    new = os.fstat(fd)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.fchown(fd, old.st_uid, old.st_gid)
    # After the owner: chown clears bits of the mode.
    os.fchmod(fd, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        # File systems without extended attributes, and attributes only root may set.
        with contextlib.suppress(OSError):
            for name in os.listxattr(path):
                os.setxattr(fd, name, os.getxattr(path, name))


def _overwrite(path: Path, content: bytes) -> os.stat_result:
    old = path.read_bytes()
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        _reserve(fd, len(content))
        try:
            _fill(fd, content)
        except OSError:
            _fill(fd, old)
            raise
        return os.fstat(fd)
    finally:
        os.close(fd)


def _reserve(fd: int, size: int) -> None:
    """Make the disk promise ``size`` bytes, so that a full one is met before a byte changes."""
    if not hasattr(os, "posix_fallocate") or size == 0:
        return
    old_size = os.fstat(fd).st_size
    try:
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        os.ftruncate(fd, old_size)
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL}:
            raise


def _fill(fd: int, content: bytes) -> None:
    os.lseek(fd, 0, os.SEEK_SET)
    _write_all(fd, content)
    os.ftruncate(fd, len(content))
    os.fsync(fd)


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def _sync_folder(folder: Path) -> None:
    """Make the rename itself outlast a power failure; not every file system can."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
