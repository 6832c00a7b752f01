"""What a kernel says of a name as titled sections of coloured lines; knows no kernel.

IPython gives one text, each section's title in red at the start of a line::

    Signature: plt.show(*args, **kwargs)
    Docstring:
    Display all open figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.stream_text import StreamText
from ipynb_nvim.view.virt_line import line_of

if TYPE_CHECKING:
    from ipynb_nvim.view.virt_line import VirtLine

PLAIN_HL = "NotebookInspectText"
_MAX_LINES = 2000
_MAX_COLUMNS = 400

_COLOURED = re.compile(r"\x1b\[(?:0;)?31m([A-Z][\w ]{0,40}):\x1b\[[0-9;]{0,16}m[ \t]*")
_TITLES = (
    "Signature|Init signature|Call signature|Base Class|String form|Repr|Type|Subclasses|Length|"
    "File|Namespace|Docstring|Class docstring|Init docstring|Call docstring|Source"
)
_PLAIN = re.compile(rf"({_TITLES}):(?:[ \t]+|$)")


@dataclass(frozen=True)
class Section:
    """``title`` is "" where the kernel names none; at least one line."""

    title: str
    lines: tuple[VirtLine, ...]


def sections_of(text: str) -> list[Section]:
    """Split the text of an inspection, in the kernel's order; sections without text are left out.

    Each is bounded in lines and columns.
    """
    title_of = _COLOURED if _COLOURED.search(text) else _PLAIN
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.split("\n"):
        match = title_of.match(line)
        if match is None:
            parts[-1][1].append(line)
        else:
            parts.append((match[1], [line[match.end() :]]))
    found = ((title, _trimmed(lines)) for title, lines in parts)
    return [Section(title, _drawn(lines)) for title, lines in found if lines]


def _trimmed(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]


def _drawn(lines: list[str]) -> tuple[VirtLine, ...]:
    text = StreamText("\n".join(lines[:_MAX_LINES]))
    drawn = [line_of(text, row, PLAIN_HL, _MAX_COLUMNS) for row in range(len(text))]
    if len(lines) > _MAX_LINES:
        drawn.append([(f"… {len(lines) - _MAX_LINES} more lines", "NotebookOutputMore")])
    return tuple(drawn)
