"""Which part of a MIME bundle is shown as text, and how; knows nothing of lines or colours."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import is_json_mime, joined
from ipynb_nvim.view.image_size import base64_size, image_size, size_in_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

# What a terminal can show, best first; of other types only the name and size are shown.
_TEXT_MIMES = (
    "text/plain",
    "text/markdown",
    "text/latex",
    "application/json",
    "text/html",
)

# A text/plain that only names an object, such as "<IPython.core.display.HTML object>" or
# "<Figure size 640x480 with 1 Axes>", yields to anything that shows it.
_OBJECT_NAME = re.compile(r"\s*<[^<>\n]*>\s*\Z")
_MAX_OBJECT_NAME = 300

# Characters of a text/html that are read: some have whole programs in them.
_MAX_HTML = 262_144

# Types besides text/* whose values are text and not base64.
_TEXT_FORMATS = frozenset({"application/javascript", "application/xml", "image/svg+xml"})

# fmt: off
_BLOCK_TAGS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr",
    "ul",
})
# fmt: on
_CELL_TAGS = frozenset({"td", "th"})
_HIDDEN_TAGS = frozenset({"script", "style", "template", "title"})


def chosen_mime(data: JsonObject) -> str | None:
    """Return the type of the bundle's value to show; None if it is empty."""
    names = [mime for mime in data if mime not in _TEXT_MIMES]
    images = [mime for mime in names if mime.startswith("image/")]
    texts = [mime for mime in _TEXT_MIMES if mime in data]
    if texts and texts[0] == "text/plain" and _is_object_name(data["text/plain"]):
        texts = texts[1:] + images + texts[:1]
    candidates = [*texts, *images, *names]
    return candidates[0] if candidates else None


def text_of(mime: str, value: JsonValue) -> str:
    """Return what is shown for a value of type ``mime``: its text, or a line that names it."""
    if mime == "application/json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    text = None if is_json_mime(mime) else joined(value)
    if text is None:
        return f"[{mime}]"
    if mime == "text/html":
        return html_text(text) or _placeholder(mime, text)
    if mime.startswith("text/"):
        return text
    return _placeholder(mime, text)


def html_text(html: str) -> str:
    """Return the text of ``html``, blocks on lines of their own, cells apart by a tab.

    Only the start of a very long text is read.
    """
    parser = _TextParser()
    # html.parser asserts that marked sections are ones it knows: "<![foo[". What stands before
    # such a one is shown.
    with suppress(AssertionError):
        parser.feed(html[:_MAX_HTML])
        parser.close()
    return parser.text()


def _is_object_name(value: JsonValue) -> bool:
    text = joined(value)
    return text is not None and len(text) <= _MAX_OBJECT_NAME and bool(_OBJECT_NAME.match(text))


def _placeholder(mime: str, text: str) -> str:
    is_text = mime.startswith("text/") or mime in _TEXT_FORMATS
    size = len(text) if is_text else base64_size(text)
    pixels = image_size(mime, text)
    shape = f" {pixels[0]}×{pixels[1]}," if pixels else ""
    return f"[{mime}{shape} {size_in_bytes(size)}]"


class _TextParser(HTMLParser):
    """Collects text as a browser without styles would lay it out."""

    # State: the lines so far, the words of the open line, and how many hidden elements are open.
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._hidden = 0

    def text(self) -> str:
        """Return the lines that have text."""
        self._end_line()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's)
        if tag in _HIDDEN_TAGS:
            self._hidden += 1
        elif tag in _BLOCK_TAGS:
            self._end_line()
        elif tag in _CELL_TAGS and self._parts:
            self._parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN_TAGS:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCK_TAGS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(re.sub(r"\s+", " ", data))

    def _end_line(self) -> None:
        line = re.sub(" *\t *", "\t", "".join(self._parts)).strip(" ")
        if line.strip():
            self._lines.append(line)
        self._parts.clear()
