"""Notebooks of nbformat 1 to 3 become 4.5 without a loss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from ipynb_nvim.errors import NotANotebookError
from ipynb_nvim.services.file_store import read_notebook, write_notebook

if TYPE_CHECKING:
    from ipynb_nvim.domain.document import Document

FOLDER = Path(__file__).parents[1] / "notebooks"


def saved(path: Path) -> dict[str, Any]:
    """Open a notebook, save it with an empty last line more in its first cell."""
    stored = read_notebook(path)
    write_notebook(path, with_change(stored.document), stored.stamp)
    return json.loads(path.read_text(encoding="utf-8"))


def with_change(document: Document) -> Document:
    first = document.cells[0]
    return document.with_cells([replace(first, source=first.source + "\n"), *document.cells[1:]])


def write(path: Path, *sheets: dict[str, Any], **more: Any) -> Path:
    content = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}
    path.write_text(json.dumps({**content, **more}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["nbformat-2", "nbformat-3"])
def test_saving_a_change_writes_valid_4_5(tmp_path: Path, name: str) -> None:
    path = tmp_path / "old.ipynb"
    path.write_bytes((FOLDER / f"{name}.ipynb").read_bytes())
    document = read_notebook(path).document
    assert document.is_upgraded
    assert document.nbformat == int(name[-1])
    assert not with_change(document).is_upgraded
    content = saved(path)
    nbformat.validate(content)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    again = read_notebook(path).document
    assert [cell.source for cell in again.cells[1:]] == [cell.source for cell in document.cells[1:]]
    assert again.cells[0].source == document.cells[0].source + "\n"


def test_nothing_of_format_3_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    path.write_bytes((FOLDER / "nbformat-3.ipynb").read_bytes())
    content = saved(path)
    heading, text, code, raw, html, second = content["cells"]
    assert heading["source"] == ["## Überschrift 😀\n"]
    assert text["source"] == ["Some *text*\n", "in lines"]
    assert raw["source"] == ["raw"]
    assert html["source"] == ["<b>html</b>"]
    assert second["source"] == ["second = 'worksheet'"]
    assert (code["execution_count"], code["metadata"]["collapsed"]) == (3, True)
    stream, result, display, error = code["outputs"]
    assert (stream["name"], stream["text"]) == ("stderr", ["out\n"])
    assert set(result["data"]) == {"text/plain", "text/html"}
    assert display["data"]["image/png"].startswith("iVBOR")
    assert error["traceback"] == ["\x1b[31mE\x1b[0m: no"]
    assert content["metadata"]["name"] == "Old notebook"
    assert content["metadata"]["authors"][0]["name"] == "Ada"
    assert content["metadata"]["worksheets"] == [{"sheet": "one"}, {}]


def test_the_language_of_the_cells_is_kept(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": "x", "language": "julia", "outputs": [], "metadata": {}}
    content = saved(write(tmp_path / "old.ipynb", {"cells": [cell]}))
    assert content["metadata"]["language_info"] == {"name": "julia"}


def test_keys_that_4_5_forbids_move_to_the_metadata(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "input": ["x"], "custom": 1, "language": "python"},
        {"cell_type": "markdown", "source": "m", "prompt_number": 3},
    ]
    content = saved(write(tmp_path / "old.ipynb", {"cells": cells}))
    nbformat.validate(content)
    assert content["cells"][0]["metadata"] == {"custom": 1}
    assert content["cells"][1]["metadata"] == {"prompt_number": 3}


def test_lone_surrogates_of_an_old_format_are_saved(tmp_path: Path) -> None:
    cell = {"cell_type": "markdown", "source": "a \ud800", "metadata": {}}
    content = saved(write(tmp_path / "old.ipynb", {"cells": [cell]}))
    assert content["cells"][0]["source"] == ["a \ud800\n"]


@pytest.mark.parametrize("worksheets", [None, 1, [1], [{"cells": [1]}], [{"cells": [{}]}]])
def test_what_nbformat_cannot_read_is_refused(tmp_path: Path, worksheets: Any) -> None:
    path = write(tmp_path / "old.ipynb", worksheets=worksheets)
    with pytest.raises(NotANotebookError) as caught:
        read_notebook(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
