"""The pictures that a cell has in its outputs and attachments; knows neither files nor screens."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import DisplayData, ExecuteResult, joined
from ipynb_nvim.domain.output_item import OutputItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.cell import Cell
    from ipynb_nvim.domain.json_value import JsonObject

_SVG = "image/svg+xml"
_PDF = "application/pdf"
# The better one of a picture's forms stands first; others follow in the bundle's order.
_PREFERRED = ("image/png", "image/jpeg", _SVG, "image/gif", "image/webp", _PDF)
_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    _SVG: (".svg",),
    "image/tiff": (".tif", ".tiff"),
    "image/x-icon": (".ico",),
    "image/vnd.microsoft.icon": (".ico",),
}
_PLAIN_SUBTYPE = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Picture:
    """One picture in one of its forms; ``text`` is base64, or the XML of an SVG.

    ``name`` is an attachment's, untrusted, "" for an output.
    """

    mime: str
    text: str
    name: str = ""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings that its files have, the usual one first."""
        subtype = self.mime.partition("/")[2]
        usual = (f".{subtype}",) if _PLAIN_SUBTYPE.fullmatch(subtype) else (".img",)
        return _SUFFIXES.get(self.mime, usual)

    def content(self) -> bytes:
        """Return what a file of it has; raises ValueError if it is no base64."""
        if self.mime == _SVG:
            return self.text.encode("utf-8", "replace")
        return base64.b64decode("".join(self.text.split()), validate=True)


# The forms of one picture, the best one first; at least one.
Forms = tuple[Picture, ...]


def is_picture(mime: str) -> bool:
    """Tell whether values of this type are pictures."""
    return mime.startswith("image/") or mime == _PDF


def pictures_of(cell: Cell) -> list[Forms]:
    """Return a cell's pictures from top to bottom, each in all its forms."""
    bundles = [*_attached(cell.attachments), *_put_out(cell)]
    return [forms for name, data in bundles if (forms := _forms(data, name))]


def _attached(attachments: JsonObject | None) -> Iterator[tuple[str, JsonObject]]:
    for name, data in (attachments or {}).items():
        if isinstance(data, Mapping):
            yield name, data


def _put_out(cell: Cell) -> Iterator[tuple[str, JsonObject]]:
    for item in cell.shown_outputs:
        output = item.output if isinstance(item, OutputItem) else None
        if isinstance(output, (DisplayData, ExecuteResult)):
            yield "", output.data


def _forms(data: JsonObject, name: str) -> Forms:
    others = [mime for mime in data if mime.startswith("image/") and mime not in _PREFERRED]
    texts = [(mime, joined(data.get(mime))) for mime in (*_PREFERRED, *others)]
    return tuple(Picture(mime, text, name) for mime, text in texts if text)
