"""Notebook files: read into a document, written from one; knows no editor.

All functions that read or write block for as long as the disk takes.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.document import Document, Original
from ipynb_nvim.errors import (
    FileChangedError,
    FileError,
    MissingFileError,
    NotANotebookError,
    NotebookSyntaxError,
    OldFormatError,
)
from ipynb_nvim.services.file_replace import replace_file
from ipynb_nvim.services.file_stamp import FileStamp
from ipynb_nvim.services.upgrade import upgrade_text

if TYPE_CHECKING:
    from pathlib import Path

_BLANK = re.compile("\ufeff?[ \t\r\n]*")
_READ_ADVICE = {
    errno.EACCES: "no permission to read it; check its owner and mode",
    errno.EISDIR: "it is a folder; open a notebook in it",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENOTDIR: "a part of its path is not a folder",
}
_WRITE_ADVICE = {
    errno.EACCES: "no permission to write it; check owner and mode of file and folder",
    errno.EPERM: "the system does not permit to write it",
    errno.EISDIR: "it is a folder; write under another name",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENOSPC: "the disk is full; free some space and write again",
    errno.EDQUOT: "your disk quota is used up; free some space and write again",
    errno.EROFS: "the file system is read-only; write under another name",
    errno.ENAMETOOLONG: "its name is too long",
}


@dataclass(frozen=True)
class StoredNotebook:
    """A notebook as read: its document, the file's identity, and whether it may be written."""

    document: Document
    stamp: FileStamp
    is_read_only: bool


@dataclass(frozen=True)
class FileContent:
    """A file as read, not looked into yet."""

    path: Path
    data: bytes
    status: os.stat_result

    def text(self) -> str:
        """Return the text; raises NotebookSyntaxError, with the place, for what is not UTF-8."""
        return _decode(self.path, self.data)


def read_notebook(path: Path) -> StoredNotebook:
    """Read a notebook; raises what ``read_content`` and ``parse_content`` raise."""
    return parse_content(read_content(path))


def read_content(path: Path) -> FileContent:
    """Read a file; raises MissingFileError, and FileError if the system refuses."""
    try:
        return FileContent(path, *_read(path))
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: no such file") from error
    except OSError as error:
        raise FileError(f"{path}: {_advice(error, _READ_ADVICE, 'read')}") from error


def parse_content(content: FileContent) -> StoredNotebook:
    """Make a document of a file of any format Jupyter had.

    A blank file is an empty notebook, and stays blank until a change is saved. Raises
    NotebookSyntaxError, with the place, for what is not UTF-8 or not JSON, and
    NotANotebookError for other JSON.
    """
    return StoredNotebook(
        document=_parse(content),
        stamp=FileStamp.of(content.data, content.status),
        is_read_only=is_read_only(content),
    )


def is_read_only(content: FileContent) -> bool:
    """Tell whether mode and owner were against writing the file when it was read."""
    return _is_read_only(content.path, content.status)


def write_notebook(
    path: Path, document: Document, stamp: FileStamp | None, *, force: bool = False
) -> FileStamp:
    """Write a notebook so that the file is at each moment the old or the new one, whole.

    Symbolic links, owner and mode stay. ``stamp`` is of the content this document followed;
    None if there must be no file yet. Without ``force``, raises FileChangedError if the file has
    other content now, and FileError if it is read-only; a file that was deleted is made again.
    Raises FileError, the old file untouched, if the system refuses.
    """
    try:
        target = _resolved(path)
        status = _status(target)
        if status is not None and not force:
            _check(path, target, status, stamp)
        if not target.parent.is_dir():
            raise FileError(f"{path}: its folder does not exist; make it and write again")
        content = document.encode()
        return FileStamp.of(content, replace_file(target, content))
    except OSError as error:
        raise FileError(f"{path}: {_advice(error, _WRITE_ADVICE, 'written')}") from error


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    _require_regular(_resolved(path).stat())
    with path.open("rb") as file:
        # Before reading: a write that happens meanwhile is then seen as a change.
        status = os.fstat(file.fileno())
        return file.read(), status


def _parse(content: FileContent) -> Document:
    path, text = content.path, content.text()
    if _BLANK.fullmatch(text):
        return Document.empty().made_from(Original(text))
    try:
        try:
            return Document.parse(text)
        except OldFormatError as old:
            original = Original(text, old.nbformat, old.nbformat_minor)
            return Document.parse(upgrade_text(text)).made_from(original)
    except NotebookSyntaxError as error:
        raise NotebookSyntaxError(f"{path}: {error}", error.lnum, error.col) from error
    except NotANotebookError as error:
        raise NotANotebookError(f"{path}: {error}") from error


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        lnum, col = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        message = f"{path}: not UTF-8 (line {lnum}, column {col + 1}); convert it first"
        raise NotebookSyntaxError(message, lnum, col) from error


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:
        # Before Python 3.13, for links in a circle.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


def _status(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    _require_regular(status)
    return status


def _require_regular(status: os.stat_result) -> None:
    """Raise OSError for folders, and for pipes and devices, which could block for ever."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file")


def _check(path: Path, target: Path, status: os.stat_result, stamp: FileStamp | None) -> None:
    """Raise if writing would lose another's work or go against the file's mode."""
    if stamp is None:
        raise FileChangedError(f"{path}: the file exists already; :w! overwrites it")
    if not stamp.matches(target):
        raise FileChangedError(
            f"{path}: changed on disk since it was read; :e! reads it again, :w! overwrites it"
        )
    if _is_read_only(target, status):
        raise FileError(f"{path}: the file is read-only; :w! writes it all the same")


def _is_read_only(path: Path, status: os.stat_result) -> bool:
    """Tell whether mode and owner are against writing; root heeds the mode, as Vim does."""
    return status.st_mode & 0o222 == 0 or not os.access(path, os.W_OK)


def _advice(error: OSError, advice: dict[int, str], deed: str) -> str:
    known = advice.get(error.errno or 0)
    return known or f"cannot be {deed}: {error.strerror or error}"
