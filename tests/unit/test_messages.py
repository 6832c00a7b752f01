"""A kernel's messages become values; what breaks the specification becomes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.messages import (
    ClearOutput,
    ExecuteInput,
    ExecuteReply,
    InputRequest,
    KernelInfo,
    Message,
    OutputMessage,
    Status,
    UpdateDisplay,
    parse_message,
)
from ipynb_nvim.domain.output import DisplayData, ErrorOutput, ExecuteResult, StreamOutput

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject, JsonValue

PLAIN: JsonObject = {"text/plain": "1"}


def message(msg_type: str, content: JsonValue, parent_id: JsonValue = "p") -> JsonObject:
    return {
        "header": {"msg_type": msg_type, "msg_id": "m"},
        "parent_header": {"msg_id": parent_id},
        "metadata": {},
        "content": content,
    }


@pytest.mark.parametrize(
    ("msg_type", "content", "expected"),
    [
        ("status", {"execution_state": "busy"}, Status("p", "busy")),
        (
            "stream",
            {"name": "stderr", "text": "x\n"},
            OutputMessage("p", StreamOutput("stderr", "x\n")),
        ),
        (
            "display_data",
            {"data": PLAIN, "metadata": {}, "transient": {"display_id": "d"}},
            OutputMessage("p", DisplayData(PLAIN, display_id="d")),
        ),
        (
            "execute_result",
            {"data": PLAIN, "metadata": {}, "execution_count": 4},
            OutputMessage("p", ExecuteResult(PLAIN, 4)),
        ),
        (
            "error",
            {"ename": "E", "evalue": "v", "traceback": ["t"]},
            OutputMessage("p", ErrorOutput("E", "v", ("t",))),
        ),
        (
            "update_display_data",
            {"data": PLAIN, "metadata": {}, "transient": {"display_id": "d"}},
            UpdateDisplay("p", "d", PLAIN, {}),
        ),
        ("clear_output", {"wait": True}, ClearOutput("p", wait=True)),
        ("clear_output", {}, ClearOutput("p", wait=False)),
        ("execute_input", {"code": "1", "execution_count": 4}, ExecuteInput("p", 4)),
        ("execute_reply", {"status": "ok", "execution_count": 4}, ExecuteReply("p", "ok", 4)),
        ("execute_reply", {"status": "aborted"}, ExecuteReply("p", "aborted", None)),
        (
            "execute_reply",
            {
                "status": "ok",
                "execution_count": 1,
                "payload": [{"source": "page", "data": PLAIN}, {"source": "set_next_input"}],
            },
            ExecuteReply("p", "ok", 1, (DisplayData(PLAIN),)),
        ),
        (
            "input_request",
            {"prompt": "? ", "password": True},
            InputRequest("p", "? ", password=True),
        ),
        (
            "kernel_info_reply",
            {
                "implementation": "ipython",
                "protocol_version": "5.4",
                "language_info": {"name": "x"},
            },
            KernelInfo("p", "ipython", "5.4", {"name": "x"}),
        ),
    ],
)
def test_messages_become_values(msg_type: str, content: JsonValue, expected: Message) -> None:
    assert parse_message(message(msg_type, content)) == expected


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"header": None},
        message("comm_open", {}),
        message("status", {}),
        message("status", "busy"),
        message("stream", {"name": "stdout"}),
        message("stream", {"name": "stdout", "text": ["a"]}),
        message("update_display_data", {"data": PLAIN}),
    ],
)
def test_messages_of_no_use_become_nothing(broken: JsonObject) -> None:
    assert parse_message(broken) is None


def test_a_message_without_a_parent_has_an_empty_parent_id() -> None:
    starting = message("status", {"execution_state": "starting"}, parent_id=None)
    assert parse_message(starting) == Status("", "starting")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MSG_TYPES = st.from_regex(
    "status|stream|display_data|execute_result|error|update_display_data|clear_output|"
    "execute_input|execute_reply|input_request|kernel_info_reply",
    fullmatch=True,
)
FIELDS = st.from_regex(
    "execution_state|name|text|data|metadata|transient|wait|status|execution_count|payload|"
    "prompt|password|ename|evalue|traceback|language_info",
    fullmatch=True,
)


@given(MSG_TYPES, st.dictionaries(FIELDS, JSON), JSON)
def test_no_content_whatever_raises(
    msg_type: str, content: dict[str, JsonValue], parent_id: JsonValue
) -> None:
    parse_message(message(msg_type, content, parent_id))
