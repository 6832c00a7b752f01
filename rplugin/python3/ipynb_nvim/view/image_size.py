"""The size of an image from the first bytes of its file; decodes nothing else of it."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GIF_SIGNATURES = (b"GIF87a", b"GIF89a")
_JPEG_START = b"\xff\xd8"
# Start-of-frame markers are C0-CF but for tables (C4), extensions (C8) and coding (CC).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_Size = tuple[int, int]


def image_size(mime: str, text: str) -> _Size | None:
    """Return width and height in pixels of a base64 ``text``; None if its head does not tell."""
    if mime == "image/svg+xml":
        return _svg_size(text[:_SVG_HEAD])
    if mime not in _READERS:
        return None
    read, head_chars = _READERS[mime]
    return read(_head(text, head_chars))


def _svg_size(head: str) -> _Size | None:
    """Read the attributes of the root; nothing is parsed, so no entity is ever expanded."""
    root = re.search(r"<svg\b([^>]*)", head)
    if root is None:
        return None
    sides = [
        re.search(rf"(?:^|\s){side}=[\"'](\d{{1,6}})", root[1]) for side in ("width", "height")
    ]
    percents = [re.search(rf"(?:^|\s){side}=[\"']\d+%", root[1]) for side in ("width", "height")]
    if all(sides) and not any(percents):
        width, height = (int(side[1]) for side in sides if side)
        return width, height
    box = re.search(r"viewBox=[\"'][-\d.]+[ ,]+[-\d.]+[ ,]+(\d{1,6})[\d.]*[ ,]+(\d{1,6})", root[1])
    return (int(box[1]), int(box[2])) if box else None


def base64_size(text: str) -> int:
    """Return how many bytes ``text`` stands for; too many by its line ends, if it has any."""
    end = text[-8:].rstrip()
    chars = len(text) - len(text[-8:]) + len(end)
    return chars * 3 // 4 - end.count("=")


def size_in_bytes(count: int) -> str:
    """Return ``count`` bytes for a person to read, such as ``34 kB``."""
    if count < 1000:  # noqa: PLR2004 (SI prefixes)
        return f"{count} B"
    if count < 999_500:  # noqa: PLR2004 (what rounds to less than 1 MB)
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def _head(text: str, chars: int) -> bytes:
    # Some writers break base64 into lines; a head of whole groups of four needs no padding.
    clean = "".join(text[:chars].split())
    try:
        return base64.b64decode(clean[: len(clean) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""


def _png_size(head: bytes) -> _Size | None:
    if not head.startswith(_PNG_SIGNATURE) or len(head) < 24:  # noqa: PLR2004 (IHDR's sizes end there)
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _gif_size(head: bytes) -> _Size | None:
    if not head.startswith(_GIF_SIGNATURES) or len(head) < 10:  # noqa: PLR2004 (the screen's size ends there)
        return None
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def _jpeg_size(head: bytes) -> _Size | None:
    if not head.startswith(_JPEG_START):
        return None
    position = 2
    while position + 9 <= len(head) and head[position] == 0xFF:  # noqa: PLR2004 (starts a marker)
        marker = head[position + 1]
        if marker in _JPEG_FRAMES:
            size = head[position + 5 : position + 9]
            return int.from_bytes(size[2:], "big"), int.from_bytes(size[:2], "big")
        position += 2 + int.from_bytes(head[position + 2 : position + 4], "big")
    return None


# A drawing's size stands at its start, behind comments and declarations.
_SVG_HEAD = 8192

# How to read a type, and from how many characters; a JPEG may carry a thumbnail before its size.
_READERS: Mapping[str, tuple[Callable[[bytes], _Size | None], int]] = {
    "image/png": (_png_size, 48),
    "image/gif": (_gif_size, 24),
    "image/jpeg": (_jpeg_size, 65_536),
}
