"""A kernel's messages as values; knows neither sockets nor what anyone does with them.

The names are the messaging specification's (messaging 5.4). ``parent_id`` is the ``msg_id`` of the
request that a message answers, "" where the kernel names none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Union

from ipynb_nvim.domain.output import DisplayData, Output, StreamOutput, parse_message_output

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue


@dataclass(frozen=True)
class Status:
    """The kernel is ``starting``, ``busy`` or ``idle`` with a request, since ``date``."""

    parent_id: str
    execution_state: str
    date: str = ""


@dataclass(frozen=True)
class OutputMessage:
    """A stream, display_data, execute_result or error: one more output of the request."""

    parent_id: str
    output: Output


@dataclass(frozen=True)
class UpdateDisplay:
    """New data for every output that was displayed with ``display_id``, whatever its cell."""

    parent_id: str
    display_id: str
    data: JsonObject
    metadata: JsonObject


@dataclass(frozen=True)
class ClearOutput:
    """Remove the request's outputs: now, or with ``wait`` when the next one comes."""

    parent_id: str
    wait: bool


@dataclass(frozen=True)
class CommMessage:
    """Something of a channel that kernel and front end share: ``kind`` is open, msg or close.

    ``state`` is what a widget tells of itself (messaging 5.4, custom messages).
    """

    parent_id: str
    kind: str
    comm_id: str
    target: str
    state: JsonObject


@dataclass(frozen=True)
class ExecuteInput:
    """The kernel begins to run the request's code, as ``execution_count``."""

    parent_id: str
    execution_count: int | None
    date: str = ""


@dataclass(frozen=True)
class ExecuteReply:
    """The request has run; ``status`` is ``ok``, ``error`` or ``aborted``.

    ``pages`` is what a front end should show in a pager (IPython's ``name?``).
    """

    parent_id: str
    status: str
    execution_count: int | None
    pages: tuple[DisplayData, ...] = ()
    date: str = ""


@dataclass(frozen=True)
class InputRequest:
    """The kernel waits for a line from the user; not to be shown while typed if ``password``."""

    parent_id: str
    prompt: str
    password: bool


@dataclass(frozen=True)
class KernelInfo:
    """What the kernel says of itself; ``language_info`` belongs in the notebook's metadata."""

    parent_id: str
    implementation: str
    protocol_version: str
    language_info: JsonObject
    implementation_version: str = ""
    banner: str = ""
    supported_features: tuple[str, ...] = ()


Message = Union[  # noqa: UP007 (evaluated at import, so Python 3.10 callers can use it at run time too)
    Status,
    OutputMessage,
    UpdateDisplay,
    ClearOutput,
    CommMessage,
    ExecuteInput,
    ExecuteReply,
    InputRequest,
    KernelInfo,
]


def parse_message(message: JsonObject) -> Message | None:
    """Read one message of any channel; None if it is of no use here or breaks the specification.

    ``message`` has ``header``, ``parent_header`` and ``content``, as the wire format has them.
    """
    parse = _PARSERS.get(_string(_object(message, "header"), "msg_type"))
    if parse is None:
        return None
    parent_id = _string(_object(message, "parent_header"), "msg_id")
    parsed = parse(parent_id, _object(message, "content"))
    if isinstance(parsed, (Status, ExecuteInput, ExecuteReply)):
        return replace(parsed, date=_string(_object(message, "header"), "date"))
    return parsed


def _parse_status(parent_id: str, content: JsonObject) -> Status | None:
    state = _string(content, "execution_state")
    return Status(parent_id, state) if state else None


def _parse_stream(parent_id: str, content: JsonObject) -> OutputMessage | None:
    # The hot path: a flood is thousands of these.
    name, text = content.get("name"), content.get("text")
    if not isinstance(name, str) or not isinstance(text, str):
        return None
    return OutputMessage(parent_id, StreamOutput(name, text))


def _output_parser(msg_type: str) -> Callable[[str, JsonObject], OutputMessage]:
    def parse(parent_id: str, content: JsonObject) -> OutputMessage:
        return OutputMessage(parent_id, parse_message_output(msg_type, content))

    return parse


def _parse_update_display(parent_id: str, content: JsonObject) -> UpdateDisplay | None:
    display_id = _string(_object(content, "transient"), "display_id")
    if not display_id:
        return None
    data, metadata = _object(content, "data"), _object(content, "metadata")
    return UpdateDisplay(parent_id, display_id, data, metadata)


def _parse_clear_output(parent_id: str, content: JsonObject) -> ClearOutput:
    return ClearOutput(parent_id, bool(content.get("wait")))


def _comm_parser(kind: str) -> Callable[[str, JsonObject], CommMessage | None]:
    def parse(parent_id: str, content: JsonObject) -> CommMessage | None:
        data = _object(content, "data")
        if kind == "msg" and _string(data, "method") not in {"update", "echo_update"}:
            return None
        comm_id, target = _string(content, "comm_id"), _string(content, "target_name")
        if not comm_id:
            return None
        return CommMessage(parent_id, kind, comm_id, target, _object(data, "state"))

    return parse


def _parse_execute_input(parent_id: str, content: JsonObject) -> ExecuteInput:
    return ExecuteInput(parent_id, _count(content))


def _parse_execute_reply(parent_id: str, content: JsonObject) -> ExecuteReply:
    # A kernel may leave the count out of an aborted reply (ipykernel does).
    status = _string(content, "status") or "error"
    return ExecuteReply(parent_id, status, _count(content), _pages(content.get("payload")))


def _parse_input_request(parent_id: str, content: JsonObject) -> InputRequest:
    return InputRequest(parent_id, _string(content, "prompt"), bool(content.get("password")))


def _parse_kernel_info(parent_id: str, content: JsonObject) -> KernelInfo:
    return KernelInfo(
        parent_id,
        implementation=_string(content, "implementation"),
        protocol_version=_string(content, "protocol_version"),
        language_info=_object(content, "language_info"),
        implementation_version=_string(content, "implementation_version"),
        banner=_string(content, "banner"),
        supported_features=_strings(content.get("supported_features")),
    )


def _strings(value: JsonValue) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _pages(payload: JsonValue) -> tuple[DisplayData, ...]:
    """Read the ``page`` entries of a reply's payload (messaging 5.4, payloads)."""
    if isinstance(payload, str) or not isinstance(payload, Sequence):
        return ()
    entries = [entry for entry in payload if isinstance(entry, Mapping)]
    return tuple(
        DisplayData(_object(entry, "data")) for entry in entries if entry.get("source") == "page"
    )


def _object(value: JsonObject, key: str) -> JsonObject:
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def _string(value: JsonObject, key: str) -> str:
    item = value.get(key)
    return item if isinstance(item, str) else ""


def _count(content: JsonObject) -> int | None:
    count = content.get("execution_count")
    return count if isinstance(count, int) else None


_PARSERS: Mapping[str, Callable[[str, JsonObject], Message | None]] = {
    "status": _parse_status,
    "stream": _parse_stream,
    "display_data": _output_parser("display_data"),
    "execute_result": _output_parser("execute_result"),
    "error": _output_parser("error"),
    "update_display_data": _parse_update_display,
    "clear_output": _parse_clear_output,
    "comm_open": _comm_parser("open"),
    "comm_msg": _comm_parser("msg"),
    "comm_close": _comm_parser("close"),
    "execute_input": _parse_execute_input,
    "execute_reply": _parse_execute_reply,
    "input_request": _parse_input_request,
    "kernel_info_reply": _parse_kernel_info,
}
