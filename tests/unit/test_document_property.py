"""Random notebooks in random layouts, random edits: only what was edited differs."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.document_cells import CellRecord

texts = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["", "a\nb", "\n", "é\n😀", "\\u00e9", '"', "\ud83d", "\r\n\x0c\u2028"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)
sources = texts | st.lists(texts, max_size=4)
cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]), "source": sources},
    optional={
        "metadata": json_objects,
        "id": st.sampled_from(["a", "b", "c", ""]),
        "outputs": st.lists(json_objects, max_size=2),
        "execution_count": st.none() | st.integers(0, 9),
        "attachments": json_objects,
        "other": json_values,
    },
)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(cells, max_size=4), "nbformat": st.just(4)},
    optional={
        "metadata": json_objects,
        "nbformat_minor": st.integers(0, 6),
        "unknown": json_values,
    },
)


def tidy(content: object, seed: random.Random) -> str:
    """Write JSON as one of the many programs does."""
    indent = seed.choice([None, 0, 1, 2, 4, "\t"])
    separators = seed.choice([(",", ":"), (", ", ": "), (",", ": ")])
    text = json.dumps(content, indent=indent, separators=separators, ensure_ascii=True)
    return text.replace("\n", seed.choice(["\n", "\r\n"])) + seed.choice(["", "\n"])


def is_utf_8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def untidy(content: object, seed: random.Random) -> str:
    """Write JSON with random white space everywhere."""

    def space() -> str:
        return "".join(seed.choices([" ", "\n", "\t", "\r\n", ""], k=seed.choice([0, 0, 1, 2])))

    def write(value: object) -> str:
        if isinstance(value, dict):
            members = [f"{json.dumps(key)}{space()}:{space()}{write(item)}"
                       for key, item in value.items()]  # fmt: skip
            return "{" + space() + f"{space()},{space()}".join(members) + space() + "}"
        if isinstance(value, list):
            return "[" + space() + f"{space()},{space()}".join(map(write, value)) + space() + "]"
        text = json.dumps(value, ensure_ascii=seed.random() < 0.9)
        return text if is_utf_8(text) else json.dumps(value)

    return space() + write(content) + space()


def written(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def change_source(seed: random.Random, cells: list[CellRecord]) -> None:
    index = seed.randrange(len(cells))
    lines = cells[index].source.split("\n")
    lines[seed.randrange(len(lines))] += seed.choice(["x", "\n", "é", "\ud800", "\\"])
    cells[index] = replace(cells[index], source="\n".join(lines))


def change_fields(seed: random.Random, cells: list[CellRecord]) -> None:
    index = seed.randrange(len(cells))
    fields: dict[str, Any] = seed.choice([
        {"metadata": {"new": [1, {}]}}, {"cell_type": "code"}, {"cell_type": "markdown"},
        {"outputs": [{"output_type": "stream"}]}, {"execution_count": 7}, {"attachments": {}},
        {"extra": {}}, {"extra": {"zebra": 1.5}},
    ])  # fmt: skip
    cells[index] = replace(cells[index], **fields)


def move(seed: random.Random, cells: list[CellRecord]) -> None:
    cells.insert(seed.randrange(len(cells)), cells.pop(seed.randrange(len(cells))))


def delete(seed: random.Random, cells: list[CellRecord]) -> None:
    del cells[seed.randrange(len(cells))]


def insert(seed: random.Random, cells: list[CellRecord]) -> None:
    cell_id = f"new{seed.randrange(10**9)}"
    cell_type = seed.choice(["code", "raw"])
    cells.insert(seed.randrange(len(cells) + 1), CellRecord(cell_id, cell_type, "n\nü"))


EDITS = [change_source, change_source, change_fields, move, delete, insert]


def expected_cell(cell: CellRecord) -> dict[str, Any]:
    """Return what any reader must find of a cell."""
    expected = {"cell_type": cell.cell_type, "source": cell.source, "metadata": cell.metadata}
    if cell.cell_type == "code":
        expected |= {"outputs": list(cell.outputs), "execution_count": cell.execution_count}
    else:
        expected["attachments"] = cell.attachments
    return {**expected, "extra": cell.extra}


def found_cell(cell: dict[str, Any]) -> dict[str, Any]:
    known = {"cell_type", "source", "metadata", "outputs", "execution_count", "attachments", "id"}
    found = {
        "cell_type": cell["cell_type"],
        "source": "".join(cell["source"]),
        "metadata": cell.get("metadata", {}),
        "extra": {key: value for key, value in cell.items() if key not in known},
    }
    if cell["cell_type"] == "code":
        counts = {"execution_count": cell.get("execution_count")}
        return {**found, "outputs": cell.get("outputs", []), **counts}
    return {**found, "attachments": cell.get("attachments")}


def write_in_any_layout(content: object, seed: random.Random) -> str:
    return seed.choice([tidy, untidy])(content, seed)


@settings(max_examples=150, deadline=None)
@given(content=notebooks, number=st.integers(0, 2**32))
def test_any_notebook_is_unchanged_by_no_edit(content: dict[str, Any], number: int) -> None:
    text = write_in_any_layout(content, random.Random(number))
    document = Document.parse(text)
    assert document.text == text
    assert document.with_cells(list(document.cells), document.metadata).text == text


@settings(max_examples=300, deadline=None)
@given(content=notebooks, number=st.integers(0, 2**32))
def test_any_edits_give_the_edited_cells(content: dict[str, Any], number: int) -> None:
    seed = random.Random(number)
    document = Document.parse(write_in_any_layout(content, seed))
    for _ in range(seed.randrange(1, 6)):
        cells = list(document.cells)
        (seed.choice(EDITS) if cells else insert)(seed, cells)
        document = document.with_cells(cells)
    assert document.encode() == document.text.encode()
    found = json.loads(document.text)
    expected = [expected_cell(cell) for cell in document.cells]
    assert written([found_cell(cell) for cell in found["cells"]]) == written(expected)
    for key in content.keys() - {"cells", "nbformat_minor"}:
        assert written(found[key]) == written(content[key])


@settings(max_examples=150, deadline=None)
@given(content=notebooks.filter(lambda content: content["cells"]), number=st.integers(0, 2**32))
def test_a_changed_source_changes_the_source_only(content: dict[str, Any], number: int) -> None:
    seed = random.Random(number)
    text = write_in_any_layout(content, seed)
    document = Document.parse(text)
    cells = list(document.cells)
    change_source(seed, cells)
    new = document.with_cells(cells).text
    index = next(i for i, (a, b) in enumerate(zip(cells, document.cells)) if a is not b)  # noqa: B905
    begin, end = span_of_cell(text, index)
    tail = len(text) - end
    assert new[:begin] == text[:begin]
    assert new[len(new) - tail :] == text[end:]
    assert new != text


def span_of_cell(text: str, index: int) -> tuple[int, int]:
    decoder = json.JSONDecoder()
    offset = text.index("[", text.index('"cells"')) + 1
    for _ in range(index):
        _, offset = decoder.raw_decode(text, text.index("{", offset))
    begin = text.index("{", offset)
    return begin, decoder.raw_decode(text, begin)[1]
