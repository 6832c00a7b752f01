"""A traceback without what a reader skips: rules, headings, frames in library code.

Knows the forms of IPython and of plain Python; those of others stay as they came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.pen import SGR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How a frame in a cell starts (IPython 9, 8, 7, plain Python in ipykernel).
_CELL_FRAME = re.compile(
    r"(?:Cell In ?\[|Input In ?\[|(?:File )?<ipython-input-|\s*File \"?[^\"\n]*ipykernel_\d+/)"
)
_FILE_FRAME = re.compile(
    r"(?:\s*File )\"?(?P<path>[^\"\n]+?)\"?(?::\d+|, line \d+)"
    r"|(?P<old>[~/.][^\n]*?\.pyx?|<[^<>\n]+>) in "
)
_LIBRARY = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages)/([^/\n]+)|(?:^|/)lib/python[\d.]+/(?!site-packages|dist-packages)([^/\n]+)|^(<)"
)
_RULE = re.compile(r"-{20,}\s*")
_HEADING = re.compile(r"[\w.]+ +Traceback \(most recent call last\)\s*")
_PLAIN_FRAME = re.compile(r'^(?=  File ")', re.MULTILINE)

_MAX_ENTRIES = 5000
_MAX_NAMED = 3


@dataclass(frozen=True)
class FoldedTraceback:
    """The text to show; ``folds`` are the rows that stand for frames, ``None`` is unknown form."""

    text: str
    folds: tuple[int, ...]


def fold_traceback(entries: Sequence[str]) -> FoldedTraceback | None:
    """Fold a traceback; None if there is nothing to fold or it is none of Python's."""
    parts: list[str] = []
    folds: list[int] = []
    library: list[str] = []
    has_frame = False

    def flush() -> None:
        if library:
            folds.append(sum(part.count("\n") + 1 for part in parts))
            parts.append(_fold_text(library))
            library.clear()

    for entry in _split(entries):
        plain = SGR.sub("", entry[:2000]).strip("\n")
        if _RULE.fullmatch(plain) or _HEADING.fullmatch(plain):
            continue
        name = None if _CELL_FRAME.match(plain) else _library_of(plain)
        if name is not None:
            library.append(name)
        elif entry.strip():
            flush()
            parts.append(entry.strip("\n"))
        has_frame = has_frame or name is not None or bool(_CELL_FRAME.match(plain))
    flush()
    return FoldedTraceback("\n".join(parts), tuple(folds)) if has_frame else None


def _split(entries: Iterable[str]) -> list[str]:
    """Return one entry a frame: those of plain Python come as one text."""
    result: list[str] = []
    for entry in entries:
        is_plain = '\n  File "' in entry[:100_000]
        parts = _PLAIN_FRAME.split(entry) if is_plain else [entry]
        if is_plain:
            parts = [*parts[:-1], *_cut_last(parts[-1])]
        result.extend(parts[:_MAX_ENTRIES])
    return result


def _cut_last(frame: str) -> list[str]:
    """Part the last frame of plain Python from the error behind it, which is not indented."""
    match = re.search(r"^\S", frame, re.MULTILINE)
    return [frame[: match.start()], frame[match.start() :]] if match else [frame]


def _library_of(frame: str) -> str | None:
    """Return what a frame in library code belongs to; None if it is none."""
    match = _FILE_FRAME.match(frame)
    if match is None:
        return None
    found = _LIBRARY.search(match["path"] or match["old"])
    if found is None:
        return None
    if found[3]:
        return ""
    return found[1] or found[2].removesuffix(".py")


def _fold_text(names: Sequence[str]) -> str:
    known = list(dict.fromkeys(name for name in names if name))
    shown = ", ".join(known[:_MAX_NAMED]) + (", …" if len(known) > _MAX_NAMED else "")
    noun = "frame" if len(names) == 1 else "frames"
    inside = f" ({shown})" if shown else ""
    return f"\x1b[m… {len(names):,} {noun} in library code{inside} — go shows all"
