"""The outputs a cell can have, as values; knows neither the cell nor how they are drawn.

The names are nbformat's (nbformat 4.5, code cell outputs). A multi-line string may stand in a
file as one string or as a list of lines; ``to_json`` writes lists, as nbformat does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

# Types besides text/* whose values nbformat writes as lists of lines.
_SPLIT_MIMES = frozenset({"application/javascript", "image/svg+xml"})

# What a file keeps of a message (nbformat 4.5); the rest is the kernel's own business.
_MESSAGE_KEYS: Mapping[str, tuple[str, ...]] = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@dataclass(frozen=True)
class StreamOutput:
    """Text that a cell wrote to ``name``, ``stdout`` or ``stderr``."""

    name: str
    text: str
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])

    def to_json(self) -> JsonObject:
        """Return the nbformat output."""
        known: JsonObject = {
            "name": self.name,
            "output_type": "stream",
            "text": split_lines(self.text),
        }
        return _merged(known, self.extra)


@dataclass(frozen=True)
class DisplayData:
    """Something displayed, as a MIME bundle.

    ``data`` has its values as the file or the message has them; ``mime_text`` joins their lines.
    ``display_id`` is how ``update_display_data`` finds the output again (messaging 5.4,
    transient); it is never saved.
    """

    data: JsonObject
    metadata: JsonObject = field(default_factory=dict[str, "JsonValue"])
    display_id: str | None = None
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])

    def to_json(self) -> JsonObject:
        """Return the nbformat output."""
        known: JsonObject = {
            "data": _split_bundle(self.data),
            "metadata": self.metadata,
            "output_type": "display_data",
        }
        return _merged(known, self.extra)


@dataclass(frozen=True)
class ExecuteResult:
    """The value of a cell's last expression, as a MIME bundle; else like ``DisplayData``."""

    data: JsonObject
    execution_count: int | None
    metadata: JsonObject = field(default_factory=dict[str, "JsonValue"])
    display_id: str | None = None
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])

    def to_json(self) -> JsonObject:
        """Return the nbformat output."""
        known: JsonObject = {
            "data": _split_bundle(self.data),
            "execution_count": self.execution_count,
            "metadata": self.metadata,
            "output_type": "execute_result",
        }
        return _merged(known, self.extra)


@dataclass(frozen=True)
class ErrorOutput:
    """An exception; ``traceback`` has ANSI colours and entries of one or more lines."""

    ename: str
    evalue: str
    traceback: tuple[str, ...]
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])

    def to_json(self) -> JsonObject:
        """Return the nbformat output."""
        known: JsonObject = {
            "ename": self.ename,
            "evalue": self.evalue,
            "output_type": "error",
            "traceback": list(self.traceback),
        }
        return _merged(known, self.extra)


@dataclass(frozen=True)
class UnknownOutput:
    """An output this version cannot read; it is kept and saved as it came."""

    value: JsonValue

    def to_json(self) -> JsonValue:
        """Return the value as it came."""
        return self.value


Output = StreamOutput | DisplayData | ExecuteResult | ErrorOutput | UnknownOutput


def parse_output(value: JsonValue) -> Output:
    """Read one nbformat output; what does not fit the format becomes an ``UnknownOutput``."""
    if not isinstance(value, Mapping):
        return UnknownOutput(value)
    parse = _PARSERS.get(str(value.get("output_type")))
    return (parse(value) if parse else None) or UnknownOutput(value)


def parse_message_output(msg_type: str, content: JsonObject) -> Output:
    """Read the ``content`` of a kernel's message whose ``msg_type`` is an ``output_type``.

    A message differs from a file by ``transient`` (messaging 5.4, display_data), which is not
    saved, and by keys that a kernel may add and a file must not have.
    """
    keys = _MESSAGE_KEYS.get(msg_type)
    if keys is None:
        return UnknownOutput({"output_type": msg_type, **content})
    value = {key: content[key] for key in keys if key in content}
    transient = content.get("transient")
    display_id = transient.get("display_id") if isinstance(transient, Mapping) else None
    output = parse_output({"output_type": msg_type, **value})
    if isinstance(display_id, str) and isinstance(output, (DisplayData, ExecuteResult)):
        return replace(output, display_id=display_id)
    return output


def mime_text(mime: str, value: JsonValue) -> str | None:
    """Return a bundle's value as text, its lines joined; None if it is structured JSON."""
    if isinstance(value, str):
        return value
    return None if is_json_mime(mime) else joined(value)


def is_json_mime(mime: str) -> bool:
    """Tell whether values of type ``mime`` are JSON rather than multi-line strings."""
    return mime == "application/json" or (
        mime.startswith("application/") and mime.endswith("+json")
    )


def joined(value: JsonValue) -> str | None:
    """Return a multi-line string as one string; None if ``value`` is none."""
    if isinstance(value, str):
        return value
    lines = _strings(value)
    return None if lines is None else "".join(lines)


def split_lines(text: str) -> list[str]:
    """Split ``text`` into lines with their ends, exactly where nbformat does."""
    return text.splitlines(keepends=True)


def _split_bundle(data: JsonObject) -> JsonObject:
    return {mime: _split_value(mime, value) for mime, value in data.items()}


def _split_value(mime: str, value: JsonValue) -> JsonValue:
    is_split = mime.startswith("text/") or mime in _SPLIT_MIMES
    return split_lines(value) if is_split and isinstance(value, str) else value


def _merged(known: JsonObject, extra: JsonObject) -> JsonObject:
    """Sort the keys as nbformat does when it writes."""
    both = {**extra, **known}
    return {key: both[key] for key in sorted(both)}


def _rest(value: JsonObject, *known: str) -> JsonObject:
    return {key: item for key, item in value.items() if key not in known}


def _strings(value: JsonValue) -> list[str] | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return None
    lines = [item for item in value if isinstance(item, str)]
    return lines if len(lines) == len(value) else None


def _parse_stream(value: JsonObject) -> StreamOutput | None:
    name, text = value.get("name"), joined(value.get("text"))
    if not isinstance(name, str) or text is None:
        return None
    return StreamOutput(name, text, _rest(value, "output_type", "name", "text"))


def _parse_display(value: JsonObject) -> DisplayData | None:
    data, metadata = value.get("data"), value.get("metadata", {})
    if not isinstance(data, Mapping) or not isinstance(metadata, Mapping):
        return None
    extra = _rest(value, "output_type", "data", "metadata")
    return DisplayData(data, metadata, extra=extra)


def _parse_result(value: JsonObject) -> ExecuteResult | None:
    data, metadata = value.get("data"), value.get("metadata", {})
    count = value.get("execution_count")
    if not isinstance(data, Mapping) or not isinstance(metadata, Mapping):
        return None
    if count is not None and not isinstance(count, int):
        return None
    extra = _rest(value, "output_type", "data", "metadata", "execution_count")
    return ExecuteResult(data, count, metadata, extra=extra)


def _parse_error(value: JsonObject) -> ErrorOutput | None:
    ename, evalue = value.get("ename"), value.get("evalue")
    traceback = _strings(value.get("traceback"))
    if not isinstance(ename, str) or not isinstance(evalue, str) or traceback is None:
        return None
    extra = _rest(value, "output_type", "ename", "evalue", "traceback")
    return ErrorOutput(ename, evalue, tuple(traceback), extra)


_PARSERS: Mapping[str, Callable[[JsonObject], Output | None]] = {
    "stream": _parse_stream,
    "display_data": _parse_display,
    "execute_result": _parse_result,
    "error": _parse_error,
}
