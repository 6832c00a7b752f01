"""The text of one line of markdown as chunks: bold, code, links, formulas; knows no blocks."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from ipynb_nvim.view.rows import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.view.virt_line import VirtLine

    ReadFormula = Callable[[str], str]

_MAX_LINE = 4000

# One alternative each, none of which may hold another's sign: nothing nests, so nothing is
# read twice.
_SPAN = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+.!$|~<>-])"
    r"|(?P<ticks>`{1,3})(?P<code>[^`]+)(?P=ticks)"
    r"|\$\$?(?P<math>[^$\s](?:[^$]*[^$\s])?)\$\$?(?!\d)"
    r"|!\[(?P<image>[^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)"
    r"|\[(?P<link>[^\[\]]+)\]\([^()\s]*(?:\s[^()]*)?\)"
    r"|\*\*\*(?P<both>[^*\s][^*]*)\*\*\*"
    r"|\*\*(?P<strong>[^*\s][^*]*)\*\*|(?<!\w)__(?P<strong2>[^_\s][^_]*)__(?!\w)"
    r"|\*(?P<emphasis>[^*\s][^*]*)\*|(?<!\w)_(?P<emphasis2>[^_\s][^_]*)_(?!\w)"
    r"|~~(?P<strike>[^~]+)~~"
    r"|<(?P<break>br ?/?)>|</?(?P<tag>[a-z][a-z0-9]*)(?:\s[^<>]*)?>|<!--(?:[^-]|-(?!->))*-->"
)
_HLS = {
    "code": "NotebookInlineCode",
    "math": "NotebookMath",
    "link": "NotebookLink",
    "both": "NotebookStrong",
    "strong": "NotebookStrong",
    "strong2": "NotebookStrong",
    "emphasis": "NotebookEmphasis",
    "emphasis2": "NotebookEmphasis",
    "strike": "NotebookStrike",
}


def inline_chunks(line: str, hl: str, read: ReadFormula) -> VirtLine:
    """Return the chunks of a line whose plain text is in group ``hl``; ``read`` reads formulas."""
    chunks: VirtLine = []
    position = 0
    for match in _SPAN.finditer(line[:_MAX_LINE]):
        chunks.append((_plain(line[position : match.start()]), hl))
        chunks.append(_chunk(match, hl, read))
        position = match.end()
    chunks.append((_plain(line[position:]), hl))
    return [(text, group) for text, group in chunks if text]


def _chunk(match: re.Match[str], hl: str, read: ReadFormula) -> tuple[str, str]:
    kind = match.lastgroup
    if kind is None or kind == "tag":
        return "", hl
    if kind in {"escaped", "break"}:
        return (match["escaped"] or " "), hl
    text = match[kind]
    if kind == "image":
        return f"[image: {_plain(text)}]", "NotebookImage"
    if kind == "math":
        return clean(" ".join(read(text).split("\n"))), _HLS[kind]
    return (clean(text) if kind == "code" else _plain(text)), _HLS[kind]


def _plain(text: str) -> str:
    return clean(html.unescape(text) if "&" in text else text)
