"""Every notebook of tests/notebooks: read, changed in every way, only what changed differs."""

from __future__ import annotations

import codecs
import difflib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.services.file_store import read_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
assert len(NOTEBOOKS) >= 30
WITH_CELLS = [path for path in NOTEBOOKS if not path.stem.startswith("empty-")]

OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["é\n", "new"]}


@pytest.fixture(params=WITH_CELLS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def document(path: Path) -> Document:
    document = read_notebook(path).document
    if document.is_upgraded:
        # The changes are then made to the text that replaces the old one.
        return Document.parse(upgraded(document).text)
    return document


def upgraded(document: Document) -> Document:
    metadata = {**document.metadata, "saved": True}
    return document.with_cells(document.cells, metadata)


def changed_cell(document: Document, index: int, **fields: Any) -> Document:
    cells = list(document.cells)
    cells[index] = replace(cells[index], **fields)
    return document.with_cells(cells)


def loads(document: Document) -> dict[str, Any]:
    return json.loads(document.text.removeprefix("\ufeff"))


def same_json(old: object, new: object) -> bool:
    """Compare by text, so that NaN is NaN and 1 is not True."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def cell_lines(document: Document) -> list[range]:
    """Return the lines that each cell has a part in."""
    text = document.text
    decoder = json.JSONDecoder()
    start = text.rindex("[", 0, text.index("{", text.index('"cells"')))
    spans: list[range] = []
    offset = start + 1
    for _ in document.cells:
        begin = text.index("{", offset)
        _, offset = decoder.raw_decode(text, begin)
        spans.append(range(text.count("\n", 0, begin), text.count("\n", 0, offset) + 1))
    return spans


def lines_of(document: Document) -> list[str]:
    return document.text.split("\n")


def differing_lines(old: Document, new: Document) -> Iterable[tuple[range, range]]:
    matcher = difflib.SequenceMatcher(None, lines_of(old), lines_of(new), autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            yield range(first, last), range(new_first, new_last)


def assert_only_differs(old: Document, new: Document, index: int) -> None:
    """Assert that the lines that differ are lines of cell ``index``, before and after."""
    before, after = cell_lines(old)[index], cell_lines(new)[index]
    head, tail = before.start, len(lines_of(old)) - before.stop
    assert after.start == head
    assert lines_of(new)[:head] == lines_of(old)[:head]
    assert len(lines_of(new)) - after.stop == tail
    assert lines_of(new)[after.stop :] == lines_of(old)[before.stop :]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_unchanged_by_open_and_save(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    stored = read_notebook(copy)
    document = stored.document.with_cells(stored.document.cells, stored.document.metadata)
    write_notebook(copy, document, stored.stamp)
    assert copy.read_bytes() == path.read_bytes()


def test_is_unchanged_by_equal_cells(document: Document) -> None:
    copies = [CellRecord(**{name: getattr(cell, name) for name in cell.__slots__})
              for cell in document.cells]  # fmt: skip
    assert document.with_cells(copies).text == document.text


def test_cell_ids_are_unique(document: Document) -> None:
    assert len({cell.cell_id for cell in document.cells}) == len(document.cells)


CHANGES: dict[str, Callable[[CellRecord], dict[str, Any]]] = {
    "append a line": lambda cell: {"source": cell.source + "\n# new é 😀 \\ \" \t last"},
    "prepend a line": lambda cell: {"source": "first\n" + cell.source},
    "clear": lambda cell: {"source": "" if cell.source else "now filled"},
    "a lone surrogate": lambda cell: {"source": cell.source + "\udc80"},
    "metadata": lambda cell: {"metadata": {**cell.metadata, "tags": ["a", {"b": {}}]}},
    "extra": lambda cell: {"extra": {**cell.extra, "unknown": [1.5, None]}},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_cell_changes_its_lines_only(document: Document, change: str) -> None:
    for index, cell in enumerate(document.cells):
        fields = CHANGES[change](cell)
        new = changed_cell(document, index, **fields)
        assert_only_differs(document, new, index)
        expected = loads(document)
        expected["cells"][index].update({} if change == "extra" else fields)
        expected["cells"][index].update(fields.get("extra", {}))
        found = loads(new)
        source = found["cells"][index].get("source", "")
        if "source" in fields:
            assert isinstance(source, list) != isinstance(cell_source(document, index), str)
            expected["cells"][index]["source"] = source
        assert "".join(source) == new.cells[index].source
        assert same_json(found, expected)
        new.text.encode()


def cell_source(document: Document, index: int) -> object:
    return loads(document)["cells"][index].get("source", [])


# Made by hand: with escapes and gaps that no program writes.
NOT_BY_A_WRITER = {"missing-keys", "odd-spaces", "python-2-trailing-spaces"}


def test_a_changed_cell_changed_back_gives_the_old_text(path: Path, document: Document) -> None:
    for index, cell in enumerate(document.cells):
        there = changed_cell(document, index, source=cell.source + "\nmore")
        back = changed_cell(there, index, source=cell.source)
        assert back.text == document.text or path.stem in NOT_BY_A_WRITER
        assert [found.source for found in Document.parse(back.text).cells] == [
            found.source for found in document.cells
        ]


def test_running_a_cell_changes_its_outputs_only(document: Document) -> None:
    for index, cell in enumerate(document.cells):
        if cell.cell_type == "code":
            new = changed_cell(document, index, outputs=[*cell.outputs, OUTPUT], execution_count=77)
            assert_only_differs(document, new, index)
            found = loads(new)["cells"][index]
            assert found["execution_count"] == 77
            assert same_json(found["outputs"], [*cell.outputs, OUTPUT])
            assert found.get("source") == loads(document)["cells"][index].get("source")


def test_clearing_outputs(document: Document) -> None:
    for index, cell in enumerate(document.cells):
        if cell.cell_type == "code":
            new = changed_cell(document, index, outputs=[], execution_count=None)
            assert_only_differs(document, new, index)
            assert loads(new)["cells"][index].get("outputs", []) == []


def test_change_of_type_and_back(document: Document) -> None:
    for index, cell in enumerate(document.cells):
        other = "markdown" if cell.cell_type == "code" else "code"
        new = changed_cell(document, index, cell_type=other)
        assert_only_differs(document, new, index)
        found = loads(new)["cells"][index]
        assert found["cell_type"] == other
        assert ("outputs" in found) == (other == "code")
        assert ("execution_count" in found) == (other == "code")
        back = changed_cell(new, index, cell_type=cell.cell_type)
        assert same_json(loads(back)["cells"][:index], loads(document)["cells"][:index])
        assert Document.parse(back.text).cells[index].outputs == cell.outputs or "NaN" in back.text


def test_deleting_a_cell_takes_its_lines_only(document: Document) -> None:
    for index in range(len(document.cells)):
        cells = [*document.cells[:index], *document.cells[index + 1 :]]
        new = document.with_cells(cells)
        expected = loads(document)
        del expected["cells"][index]
        assert same_json(loads(new), expected)
        removed = [line for old, _ in differing_lines(document, new) for line in old]
        added = [line for _, new in differing_lines(document, new) for line in new]
        # Deleted last, the cell before loses its comma; an array without cells is "[]".
        assert len(removed) <= len(cell_lines(document)[index]) + 2
        assert len(added) <= 1


def test_inserted_cells_stand_among_the_others(document: Document) -> None:
    for cell_type in ("code", "markdown", "raw"):
        for index in range(len(document.cells) + 1):
            cell = CellRecord("new-cell", cell_type, "# new\nü")
            new = document.with_cells([*document.cells[:index], cell, *document.cells[index:]])
            found = loads(new)
            made = found["cells"].pop(index)
            assert same_json(found, loads(document))
            assert "".join(made["source"]) == cell.source
            assert made.get("id") == ("new-cell" if document.nbformat_minor >= 5 else None)
            removed = [old for old, _ in differing_lines(document, new) if len(old) > 0]
            # Inserted last, the cell before gets a comma.
            assert sum(map(len, removed)) <= 1


def test_deleting_what_was_inserted_gives_the_old_text(document: Document) -> None:
    for index in range(len(document.cells) + 1):
        cell = CellRecord("new-cell", "code", "x")
        new = document.with_cells([*document.cells[:index], cell, *document.cells[index:]])
        assert new.with_cells(document.cells).text == document.text


def test_moved_cells_keep_their_text(document: Document) -> None:
    backwards = document.with_cells(document.cells[::-1])
    expected = loads(document)
    expected["cells"].reverse()
    assert same_json(loads(backwards), expected)
    assert backwards.with_cells(document.cells).text == document.text
    assert len(backwards.text) == len(document.text)
    if len(lines_of(document)) > len(document.cells) + 2:
        found = Counter(line.rstrip(",\r") for line in lines_of(backwards))
        assert found == Counter(line.rstrip(",\r") for line in lines_of(document))


def test_emptied_and_filled_again(document: Document) -> None:
    emptied = document.with_cells([])
    assert loads(emptied)["cells"] == []
    filled = emptied.with_cells([CellRecord("one", "code", "x"), CellRecord("two", "raw", "")])
    assert ["".join(cell["source"]) for cell in loads(filled)["cells"]] == ["x", ""]


def test_metadata_of_the_notebook(document: Document) -> None:
    kernelspec = {"display_name": "É", "language": "python", "name": "e"}
    new = document.with_cells(document.cells, {**document.metadata, "kernelspec": kernelspec})
    found = loads(new)
    assert found["metadata"]["kernelspec"] == kernelspec
    assert same_json(found["cells"], loads(document)["cells"])
    again = Document.parse(new.text)
    assert again.text == new.text
    old_metadata = document.with_cells(document.cells, {})
    assert loads(old_metadata).get("metadata", {}) == {}


def test_what_was_changed_opens_again_with_the_same_cells(document: Document) -> None:
    new = document
    for index, cell in enumerate(document.cells):
        new = changed_cell(new, index, source=cell.source + "\n\ud800 end")
    for found, expected in zip(Document.parse(new.text).cells, new.cells, strict=True):
        assert found.source == expected.source
        assert same_json(found.outputs, expected.outputs)
        assert same_json(found.metadata, expected.metadata)


def test_layout_of_a_changed_file_is_the_old_one(document: Document) -> None:
    old = document.text
    new = changed_cell(document, 0, source="changed\nä 😀").text
    assert ("\r\n" in new) == ("\r\n" in old)
    assert new.startswith(codecs.BOM_UTF8.decode()) == old.startswith(codecs.BOM_UTF8.decode())
    assert ("\n" in new) == ("\n" in old)
    assert new[new.rindex("}") :] == old[old.rindex("}") :]
    if not old.isascii():
        assert "ä 😀" in new


VALID = [path for path in NOTEBOOKS if path.stem.startswith(("nbformat", "jupytext", "nbc"))]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_edited_notebooks_of_jupyter_stay_valid(path: Path) -> None:
    document = upgraded(read_notebook(path).document)
    cells = [replace(cell, source=cell.source + "\nx") for cell in document.cells]
    cells.insert(1, CellRecord("new-cell", "markdown", "*new*"))
    cells[0] = replace(cells[0], cell_type="raw")
    cells[-1] = replace(cells[-1], cell_type="code", outputs=[], execution_count=None)
    nbformat.validate(json.loads(document.with_cells(cells).text))
