"""Outputs as values: read from files and messages, written as nbformat writes them."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.domain.output import (
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    StreamOutput,
    UnknownOutput,
    parse_message_output,
    parse_output,
)

EXTRA = {"x-note": [1, {"deep": None}]}
OUTPUTS: list[dict[str, Any]] = [
    {"name": "stdout", "output_type": "stream", "text": ["one\n", "two"]},
    {"name": "stderr", "output_type": "stream", "text": [], **EXTRA},
    {
        "data": {"text/plain": ["a\n", "b"], "image/png": "aGVsbG8=\n", "application/json": ["x"]},
        "metadata": {"image/png": {"width": 3}},
        "output_type": "display_data",
        **EXTRA,
    },
    {"data": {}, "execution_count": None, "metadata": {}, "output_type": "execute_result"},
    {
        "data": {"text/html": ["<p>"], "application/vnd.x+json": {"a": "b\nc"}},
        "execution_count": 7,
        "metadata": {},
        "output_type": "execute_result",
    },
    {"ename": "E", "evalue": "", "output_type": "error", "traceback": ["\x1b[31ma\nb", ""]},
]
UNREADABLE: list[Any] = [
    None,
    "text",
    ["stream"],
    {},
    {"output_type": "pyout", "text": ["nbformat 3"]},
    {"output_type": "stream", "name": "stdout"},
    {"output_type": "stream", "name": "stdout", "text": [1]},
    {"output_type": "display_data", "data": []},
    {"output_type": "execute_result", "data": {}, "execution_count": "1"},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": "one string"},
]


@pytest.mark.parametrize("value", [*OUTPUTS, *UNREADABLE])
def test_what_was_read_is_written_again(value: Any) -> None:
    assert parse_output(value).to_json() == value


@pytest.mark.parametrize("value", OUTPUTS)
def test_keys_are_in_the_order_nbformat_writes(value: dict[str, Any]) -> None:
    written = parse_output(value).to_json()
    assert isinstance(written, dict)
    assert list(written) == sorted(written)


@pytest.mark.parametrize("value", UNREADABLE)
def test_what_does_not_fit_the_format_is_kept_as_unknown(value: Any) -> None:
    assert parse_output(value) == UnknownOutput(value)


@given(st.text(st.sampled_from("ab\n\r\x0b\x0c\x1c\x85\u2028é")))
def test_lines_are_split_where_nbformat_splits_them(text: str) -> None:
    output = nbformat.v4.new_output("stream", name="stdout", text=text)
    cell = nbformat.v4.new_code_cell(outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    written = nbformat.v4.rwbase.split_lines(notebook).cells[0].outputs[0].text
    assert StreamOutput("stdout", text).to_json()["text"] == written


def test_a_message_gives_an_output_without_what_a_file_must_not_have() -> None:
    content = {
        "data": {"text/plain": "5"},
        "metadata": {},
        "transient": {"display_id": "d1"},
        "execution_count": 3,
        "source": "the kernel's own",
    }
    result = parse_message_output("execute_result", content)
    display = parse_message_output("display_data", content)
    assert result == ExecuteResult({"text/plain": "5"}, 3, display_id="d1")
    assert display == DisplayData({"text/plain": "5"}, display_id="d1")
    assert display.to_json() == {
        "data": {"text/plain": ["5"]},
        "metadata": {},
        "output_type": "display_data",
    }


def test_an_error_message_gives_an_error() -> None:
    content = {"ename": "E", "evalue": "v", "traceback": ["t"], "execution_count": 3}
    assert parse_message_output("error", content) == ErrorOutput("E", "v", ("t",))


def test_a_malformed_message_gives_an_unknown_output() -> None:
    assert isinstance(parse_message_output("stream", {"text": 1}), UnknownOutput)
    assert isinstance(parse_message_output("novelty", {}), UnknownOutput)
