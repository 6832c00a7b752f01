"""Which part of a MIME bundle is shown, and how: one table; knows nothing of cells.

What is shown is, in this order, the first that a bundle has:

1. a type that a Lua renderer was added for (see ``custom_rows.py``), the latest added first;
2. a widget whose state is known;
3. ``text/html`` that is about a table;
4. ``text/plain``, unless it only names an object (``<Figure size 640x480>``);
5. ``text/markdown``, ``text/latex``, ``application/json``, ``text/html``;
6. an image, as a line that names it;
7. ``text/plain`` that only names an object;
8. anything else, as a line that names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import is_json_mime, joined
from ipynb_nvim.domain.pictures import is_picture
from ipynb_nvim.domain.stream_text import StreamText
from ipynb_nvim.view.html_rows import html_rows, is_table
from ipynb_nvim.view.json_rows import WHOLE, JsonFold, json_lines
from ipynb_nvim.view.markdown_rows import latex_rows, markdown_rows
from ipynb_nvim.view.placeholder import json_placeholder, placeholder
from ipynb_nvim.view.rows import PLAIN_HL, StyledRows, TextRows, clean
from ipynb_nvim.view.table_rows import TableExtent
from ipynb_nvim.view.virt_line import NOTE_HL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipynb_nvim.domain.json_value import JsonObject, JsonValue
    from ipynb_nvim.view.rows import Rows

_OPEN_HINT = " — :NotebookOpenImage opens it"
_RICH_MIMES = ("text/markdown", "text/latex", "application/json", "text/html")

# A text/plain that only names an object, such as "<IPython.core.display.HTML object>" or
# "<Figure size 640x480 with 1 Axes>", yields to anything that shows it.
_OBJECT_NAME = re.compile(r"\s*<[^<>\n]*>\s*\Z")
_MAX_OBJECT_NAME = 300


@dataclass(frozen=True)
class Extent:
    """How much of an output is wanted: ``rows`` at each end, ``columns`` of the screen.

    None is all. ``custom_mimes`` are types that renderers of the user's draw.
    """

    rows: int | None = None
    columns: int | None = None
    custom_mimes: tuple[str, ...] = ()


def chosen_mime(data: JsonObject) -> str | None:
    """Return the type of the bundle's value to show; None if it is empty."""
    page = joined(data.get("text/html"))
    if page is not None and is_table(page):
        return "text/html"
    plain = ["text/plain"] if "text/plain" in data else []
    texts = [mime for mime in _RICH_MIMES if mime in data]
    images = [mime for mime in data if mime.startswith("image/")]
    if plain and not _is_object_name(data["text/plain"]):
        return "text/plain"
    candidates = [*texts, *images, *plain, *data]
    return candidates[0] if candidates else None


def rows_of(mime: str, value: JsonValue, extent: Extent) -> Rows:
    """Return what is shown for a value of type ``mime``: itself, or a line that names it."""
    if is_json_mime(mime):
        return _json(mime, value, extent)
    text = joined(value)
    if text is None:
        return _line(f"[{mime}]")
    draw = _RENDERERS.get(mime) or (_plain if mime.startswith("text/") else None)
    rows = draw(text, extent) if draw else None
    if rows is not None and (len(rows) or not text):
        return rows
    line = [(clean(placeholder(mime, text)), PLAIN_HL)]
    return StyledRows([[*line, (_OPEN_HINT, NOTE_HL)] if is_picture(mime) else line])


def _plain(text: str, extent: Extent) -> Rows:  # noqa: ARG001 (one of the table's)
    return TextRows(StreamText(text))


def _html(text: str, extent: Extent) -> Rows:
    return html_rows(text, TableExtent(extent.rows, extent.columns))


def _markdown(text: str, extent: Extent) -> Rows:  # noqa: ARG001 (one of the table's)
    return markdown_rows(text)


def _latex(text: str, extent: Extent) -> Rows:  # noqa: ARG001 (one of the table's)
    return latex_rows(text)


def _json(mime: str, value: JsonValue, extent: Extent) -> Rows:
    is_whole = extent.rows is None
    title = json_placeholder(mime, value)
    if title is not None and not is_whole:
        return _line(title)
    lines = json_lines(value, WHOLE if is_whole else JsonFold())
    return StyledRows([[(title, "NotebookOutput")], *lines] if title is not None else lines)


def _line(text: str) -> Rows:
    return TextRows(StreamText(text))


# How a text of each type is drawn; all other text/* are drawn as they are.
_RENDERERS: Mapping[str, Callable[[str, Extent], Rows]] = {
    "text/plain": _plain,
    "text/html": _html,
    "text/markdown": _markdown,
    "text/latex": _latex,
}


def _is_object_name(value: JsonValue) -> bool:
    text = joined(value)
    return text is not None and len(text) <= _MAX_OBJECT_NAME and bool(_OBJECT_NAME.match(text))
