"""What tells whether a file still is the one that was read; reads files, writes none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path


@dataclass(frozen=True)
class FileStamp:
    """The identity of a file's content at one moment.

    The numbers of ``stat`` are compared first. Only if they differ is the content read, so that
    a ``touch`` or a ``git checkout`` of the same content counts as no change.
    """

    mtime_ns: int
    size: int
    inode: int
    digest: bytes

    @classmethod
    def of(cls, content: bytes, stat: os.stat_result) -> FileStamp:
        """Return the stamp of ``content``, which the file had when ``stat`` was taken."""
        return cls(stat.st_mtime_ns, stat.st_size, stat.st_ino, _digest(content))

    def matches(self, path: Path) -> bool:
        """Tell whether the file has this content still. Raises OSError."""
        stat = path.stat()
        if (stat.st_mtime_ns, stat.st_size, stat.st_ino) == (self.mtime_ns, self.size, self.inode):
            return True
        return stat.st_size == self.size and _digest(path.read_bytes()) == self.digest


def _digest(content: bytes) -> bytes:
    # SHA-1 is the fastest in hashlib; what is feared here is an accident, not an attack.
    return hashlib.sha1(content, usedforsecurity=False).digest()
