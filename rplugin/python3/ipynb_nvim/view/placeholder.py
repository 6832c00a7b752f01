"""The lines that stand for what a terminal cannot show: type, dimensions and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import joined
from ipynb_nvim.view.image_size import base64_size, image_size, size_in_bytes

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

# Types besides text/* whose values are text and not base64.
_TEXT_FORMATS = frozenset({"application/javascript", "application/xml", "image/svg+xml"})
_MAX_TITLE = 60
_MAX_KINDS = 4


def placeholder(mime: str, text: str) -> str:
    """Return the line for a value that is a text, or bytes in base64."""
    is_text = mime.startswith("text/") or mime in _TEXT_FORMATS
    size = len(text) if is_text else base64_size(text)
    pixels = image_size(mime, text)
    shape = f" {pixels[0]}×{pixels[1]}," if pixels else ""
    return f"[{mime}{shape} {size_in_bytes(size)}]"


def json_placeholder(mime: str, value: JsonValue) -> str | None:
    """Return the line for structured data that is a picture or a program; None for plain JSON."""
    if mime in {"application/json", "application/geo+json"}:
        return None
    parts = [mime]
    if isinstance(value, Mapping):
        kinds = _trace_kinds(value) if "plotly" in mime else _mark_kinds(value)
        parts += [", ".join(kinds)] if kinds else []
        title = _title(value)
        parts += [f'"{title}"'] if title else []
    return f"[{' · '.join(parts)}]"


def _trace_kinds(figure: JsonObject) -> list[str]:
    """Return what a plotly figure draws: the types of its traces."""
    traces = figure.get("data")
    if not isinstance(traces, Sequence):
        return []
    kinds = [
        str(trace.get("type", "scatter"))[:_MAX_TITLE]
        for trace in traces[:100]
        if isinstance(trace, Mapping)
    ]
    return _few(kinds)


def _mark_kinds(spec: JsonObject) -> list[str]:
    """Return what a Vega-Lite chart draws: its mark, or those of its layers."""
    found: list[str] = []
    layers = [spec, *_children(spec)]
    for layer in layers[:100]:
        mark = layer.get("mark")
        name = mark.get("type") if isinstance(mark, Mapping) else mark
        if isinstance(name, str):
            found.append(name[:_MAX_TITLE])
    return _few(found)


def _children(spec: JsonObject) -> list[JsonObject]:
    children: list[JsonObject] = []
    for key in ("layer", "hconcat", "vconcat", "concat"):
        value = spec.get(key)
        if isinstance(value, Sequence):
            children += [item for item in value[:100] if isinstance(item, Mapping)]
    return children


def _few(kinds: list[str]) -> list[str]:
    unique = list(dict.fromkeys(kinds))
    return unique[:_MAX_KINDS] + (["…"] if len(unique) > _MAX_KINDS else [])


def _title(value: JsonObject) -> str | None:
    layout = value.get("layout")
    title = (layout if isinstance(layout, Mapping) else value).get("title")
    text = title.get("text") if isinstance(title, Mapping) else title
    text = joined(text) if text is not None else None
    return None if not text else " ".join(text.split())[:_MAX_TITLE]
