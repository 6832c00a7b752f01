"""A cell of another type: what the file gets of it, in every minor of nbformat 4."""

from __future__ import annotations

import difflib
import json
from itertools import permutations
from typing import Any

import nbformat
import pytest

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.domain.spliced_cell import SplicedCell

from .notebook_cells import STREAM, OpenNotebook, cell_json, png

TYPES = ("code", "markdown", "raw")
PAIRS = list(permutations(TYPES, 2))
MINORS = range(6)


def notebook_of(cell_type: str, minor: int, **members: Any) -> OpenNotebook:
    if cell_type != "code" and minor > 0:
        members = {"attachments": {"a.png": png("QQ==")}, **members}
    return OpenNotebook(
        cell_json("above", "markdown", "x"),
        cell_json("it", cell_type, "one\ntwo", **members),
        cell_json("below", "code", "y"),
        minor=minor,
    )


def saved_text(notebook: OpenNotebook) -> str:
    notebook.write()
    content = json.loads(notebook.document.text)
    nbformat.validate(content)
    assert notebook.is_as_in_file()
    return notebook.document.text


def set_type(notebook: OpenNotebook, cell_type: str) -> None:
    notebook.set_type(notebook.ids[1], cell_type)


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_cell_of_another_type_is_saved_as_valid_nbformat(old: str, new: str, minor: int) -> None:
    notebook = notebook_of(old, minor)
    before = notebook.document.text
    set_type(notebook, new)
    after = saved_text(notebook)
    cell = json.loads(after)["cells"][1]
    assert cell["cell_type"] == new
    assert ("outputs" in cell, "execution_count" in cell) == (new == "code", new == "code")
    assert ("attachments" in cell) == (minor > 0 and "code" not in (old, new))
    assert json.loads(after)["nbformat_minor"] == minor
    others = [json.loads(text)["cells"][::2] for text in (before, after)]
    assert others[0] == others[1]
    assert list(cell) == sorted(cell)


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_type_that_is_changed_back_leaves_the_file_as_it_was(
    old: str, new: str, minor: int
) -> None:
    notebook = notebook_of(old, minor)
    before = notebook.document.text
    set_type(notebook, new)
    assert not notebook.is_as_in_file()
    set_type(notebook, old)
    assert notebook.is_as_in_file()
    set_type(notebook, new)
    saved_text(notebook)
    set_type(notebook, old)
    assert not notebook.is_as_in_file()
    assert saved_text(notebook) == before


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_only_the_lines_of_the_cell_change(old: str, new: str) -> None:
    notebook = notebook_of(old, 5)
    before = notebook.document.text.split("\n")
    set_type(notebook, new)
    after = saved_text(notebook).split("\n")
    lines = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    text = "\n".join(lines)
    assert f'+    "cell_type": "{new}",' in lines
    for untouched in ('"id"', '"metadata"', '"one', '"x"', '"y"'):
        assert untouched not in text


@pytest.mark.parametrize("new", ["markdown", "raw"])
def test_a_file_that_is_not_in_alphabetical_order_keeps_the_order_it_had(new: str) -> None:
    def cell(cell_type: str, n: int) -> dict[str, Any]:
        run = {"execution_count": n, "outputs": [STREAM]} if cell_type == "code" else {}
        return {"id": f"c{n}", "cell_type": cell_type, "metadata": {}, **run, "source": str(n)}

    cells = [cell("code", 1), cell("code", 2), cell("raw", 3)]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    document = Document.parse(json.dumps(content, indent=2))
    model = Notebook(document.cells)
    for cell_type in (new, "code"):
        model.splice(1, ["c2"], [SplicedCell("c2", cell_type, None)])
        document = document.with_cells(model.records())
        assert json.loads(document.text)["cells"][1] == {**cell(cell_type, 2)}
        assert list(json.loads(document.text)["cells"][1]) == list(cell(cell_type, 2))


def test_outputs_wait_in_memory_while_the_cell_is_saved_as_markdown() -> None:
    notebook = notebook_of("code", 5)
    set_type(notebook, "markdown")
    saved_text(notebook)
    assert not notebook.model.has_unsaved_outputs
    assert len(notebook.model["it"].shown_outputs) == 0
    set_type(notebook, "code")
    assert len(notebook.model["it"].shown_outputs) == 1
    assert not notebook.model.has_unsaved_outputs
    written = notebook.written()[1]
    assert (written["outputs"], written["execution_count"]) == ([STREAM], 1)
    set_type(notebook, "markdown")
    assert notebook.is_as_in_file()


def test_a_cell_that_prints_while_it_is_markdown_does_not_modify_the_notebook() -> None:
    notebook = notebook_of("code", 5)
    set_type(notebook, "markdown")
    notebook.write()
    notebook.print("it", "more\n")
    assert notebook.is_as_in_file()
    notebook.model.set_execution_count("it", 7)
    assert notebook.is_as_in_file()
    set_type(notebook, "code")
    assert notebook.written()[1]["outputs"][0]["text"] == ["hello\n", "more\n"]


def test_undo_to_a_code_cell_that_has_run_since_is_known_to_differ() -> None:
    notebook = notebook_of("code", 5)
    set_type(notebook, "markdown")
    notebook.print("it", "more\n")
    assert notebook.model.has_unsaved_outputs
    set_type(notebook, "code")
    assert notebook.model.has_unsaved_outputs
    assert not notebook.is_as_in_file()


def test_attachments_wait_in_memory_while_the_cell_is_code() -> None:
    notebook = notebook_of("markdown", 5)
    set_type(notebook, "code")
    notebook.write()
    set_type(notebook, "raw")
    assert notebook.written()[1]["attachments"] == {"a.png": png("QQ==")}


def test_the_screen_takes_outputs_anew_when_the_type_leaves_code_or_comes_back() -> None:
    notebook = notebook_of("code", 5)
    assert notebook.set_type("it", "markdown").redrawn == ("it",)
    assert notebook.set_type("it", "raw").redrawn == ()
    assert notebook.set_type("it", "code").redrawn == ("it",)
    assert notebook.splice(1, ["it"], notebook.known("it", ["text"])).redrawn == ()
