"""What the document promises, case by case; the corpus has its own tests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.errors import FileError, NotANotebookError, NotebookSyntaxError, OldFormatError


def text_of(*cells: dict[str, Any], minor: int = 5, **layout: Any) -> str:
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps(content, **{"indent": 1, **layout}) + "\n"


def code(source: Any = "x", **more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}}
    return {**cell, "outputs": [], "source": source, **more}


def edited(text: str, index: int = 0, **fields: Any) -> str:
    document = Document.parse(text)
    cells = list(document.cells)
    cells[index] = replace(cells[index], **fields)
    return document.with_cells(cells).text


def test_a_new_notebook_is_as_jupyterlab_writes_it() -> None:
    document = Document.empty({"name": "python3", "display_name": "Python 3"}, "python")
    cell_id = document.cells[0].cell_id
    assert document.text == (
        '{\n "cells": [\n  {\n   "cell_type": "code",\n   "execution_count": null,\n'
        f'   "id": "{cell_id}",\n   "metadata": {{}},\n   "outputs": [],\n'
        '   "source": []\n  }\n ],\n'
        ' "metadata": {\n  "kernelspec": {\n   "name": "python3",\n'
        '   "display_name": "Python 3"\n  },\n  "language_info": {\n   "name": "python"\n  }\n },\n'
        ' "nbformat": 4,\n "nbformat_minor": 5\n}\n'
    )


def test_records_tell_what_the_file_has() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "1"}
    cell = code(["a\n", "b"], outputs=[output], execution_count=3, metadata={"m": 1}, other=2)
    note = {"cell_type": "markdown", "source": "s", "attachments": {"i": {}}, "id": "b"}
    first, second = Document.parse(text_of(cell, note)).cells
    assert first == CellRecord("a", "code", "a\nb", [output], 3, {"m": 1}, None, {"other": 2})
    assert second == CellRecord("b", "markdown", "s", [], None, {}, {"i": {}}, {})


def test_no_change_gives_the_same_document() -> None:
    document = Document.parse(text_of(code(), code(id="b")))
    assert document.with_cells(document.cells) is document
    assert document.with_cells([replace(cell) for cell in document.cells], {}) is document
    assert document.is_same(document.cells)
    assert not document.is_same(document.cells[:1])
    assert not document.is_same(document.cells[::-1])
    assert not document.is_same(document.cells, {"a": 1})


def test_true_is_not_1() -> None:
    text = text_of(code(metadata={"flag": True, "number": 1}))
    assert '"flag": 1,' in edited(text, metadata={"flag": 1, "number": 1})
    assert '"number": 1.0\n' in edited(text, metadata={"flag": True, "number": 1.0})


def test_ids_are_written_to_new_cells_from_4_5_only() -> None:
    for minor, is_written in ((4, False), (5, True)):
        document = Document.parse(text_of(minor=minor))
        new = document.with_cells([CellRecord("fresh", "code", "")])
        assert ('"id": "fresh"' in new.text) == is_written


def test_twins_keep_their_id_in_the_file() -> None:
    text = text_of(code("one"), code("two"), code("three", id=None))
    ids = [cell.cell_id for cell in Document.parse(text).cells]
    assert ids[0] == "a"
    assert len(set(ids)) == 3
    assert edited(text, 1, source="TWO") == text.replace("two", "TWO")
    assert edited(text, 2, source="T") == text.replace("three", "T")


def test_attachments_raise_the_minor_that_lacks_them() -> None:
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "m"}
    new = edited(text_of(markdown, minor=0), attachments={"i.png": {}})
    assert json.loads(new)["nbformat_minor"] == 1
    assert json.loads(edited(text_of(markdown, minor=2), attachments={}))["nbformat_minor"] == 2


def test_attachments_wait_in_memory_while_the_cell_is_code() -> None:
    markdown = {"attachments": {"i": {}}, "cell_type": "markdown", "id": "a", "metadata": {}}
    text = text_of({**markdown, "source": ["m"]})
    document = Document.parse(text)
    as_code = document.with_cells([replace(document.cells[0], cell_type="code")])
    assert "attachments" not in as_code.text
    assert as_code.with_cells(document.cells).text == text


def test_new_members_go_to_their_alphabetical_place() -> None:
    new = edited(text_of({"cell_type": "raw", "id": "a", "metadata": {}, "source": ["r"]}),
                 cell_type="code")  # fmt: skip
    keys = list(json.loads(new)["cells"][0])
    assert keys == ["cell_type", "execution_count", "id", "metadata", "outputs", "source"]


def test_new_cells_have_the_order_of_the_others() -> None:
    first = {"source": "a", "metadata": {}, "cell_type": "raw"}
    document = Document.parse(text_of(first, minor=4))
    new = document.with_cells([*document.cells, CellRecord("n", "raw", "b\nc")])
    assert list(json.loads(new.text)["cells"][1].items()) == [
        ("source", "b\nc"), ("metadata", {}), ("cell_type", "raw"),
    ]  # fmt: skip


def test_escapes_follow_the_file() -> None:
    for text, expected in (
        (text_of(code("é"), ensure_ascii=True), r"\u00fc"),
        (text_of(code("é"), ensure_ascii=False), "ü"),
        (text_of(code("e")), "ü"),
        (text_of(code(r"\u00e9 \usepackage")), "ü"),
        (text_of(code("\ud800")), "ü"),
        (text_of(code("😀"), ensure_ascii=True), r"\u00fc"),
    ):
        assert expected in edited(text, source="ü")


def test_lone_surrogates_survive() -> None:
    text = text_of(code(["a\n", "\ud800 b"]), code("c", id="b"))
    assert edited(text, 1, source="d") == text.replace('"c"', '"d"')
    assert edited(text, source="a\n\ud800 b\n") == text.replace(r'\ud800 b"', r'\ud800 b\n"')
    raw = text_of(code(["é\n", "x"]), ensure_ascii=False)
    assert edited(raw, source="é\n\udfff") == raw.replace('"x"', r'"\udfff"')


def test_only_the_changed_line_of_a_source_is_written_anew() -> None:
    text = text_of(code(["a\n", "b\n", "c"])).replace('"a\\n"', '"\\u0061\\n"')
    assert edited(text, source="a\nB\nc") == text.replace('"b\\n"', '"B\\n"')
    assert edited(text, source="a\nc") == text.replace('    "b\\n",\n', "")


def test_one_changed_member_keeps_the_others_text() -> None:
    metadata = '{"x":1e400,"y":[1.0E5,NaN]}'
    text = f'{{"cells":[{{"source":"a","metadata":{metadata}}}],"nbformat":4}}'
    assert edited(text, source="b") == text.replace('"a"', '"b"')
    old = Document.parse(text).cells[0].metadata
    new = edited(text, metadata={**old, "z": 0})
    assert new == text.replace("NaN]}", 'NaN],"z":0}')


def test_of_members_given_twice_the_last_counts() -> None:
    text = '{"cells":[{"source":"a"}],"cells":[{"source":"old","source":"b"}],"nbformat":4}'
    assert [cell.source for cell in Document.parse(text).cells] == ["b"]
    assert edited(text, source="c") == text.replace('"b"', '"c"')


@pytest.mark.parametrize(
    ("text", "lnum", "col"),
    [
        ("", 1, 0),
        ("{", 1, 1),
        ("nonsense", 1, 0),
        ('{\n "cells": [\n  {"a" 1}]}', 3, 7),
        ('{\n "cells": [{}\n  {}]}', 3, 2),
        ('{"cells": [{}],}', 1, 15),
        ('{"cells": []} {', 1, 14),
        ('{"a": "line\nline"}', 1, 11),
        ("<<<<<<< HEAD\n{}", 1, 0),
    ],
)
def test_the_place_of_a_syntax_error_is_told(text: str, lnum: int, col: int) -> None:
    with pytest.raises(NotebookSyntaxError) as caught:
        Document.parse(text)
    assert (caught.value.lnum, caught.value.col) == (lnum, col)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "1",
        '"text"',
        "{}",
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {}}',
        '{"nbformat": "4", "cells": []}',
        '{"nbformat": 4, "cells": [null]}',
        '{"nbformat": 4, "cells": [{"source": 1}]}',
        '{"nbformat": 4, "cells": [{"source": {"a": 1}}]}',
        '{"nbformat": 4, "cells": [{"source": ["a", 1]}]}',
        '{"nbformat": 5, "cells": []}',
    ],
)
def test_json_that_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(NotANotebookError):
        Document.parse(text)


def test_old_formats_are_told_apart() -> None:
    with pytest.raises(OldFormatError) as caught:
        Document.parse('{"nbformat": 3, "nbformat_minor": 1, "worksheets": []}')
    assert (caught.value.nbformat, caught.value.nbformat_minor) == (3, 1)


def test_deep_nesting_and_giant_numbers_are_clear_errors() -> None:
    for value in ("[" * 100_000, "[" * 100_000 + "]" * 100_000, "9" * 5_000):
        text = '{"cells": [{"source": "", "metadata": {"a": ' + value + "}}]}"
        with pytest.raises(NotebookSyntaxError):
            Document.parse(text)


def test_an_output_nested_too_deep_to_be_written_is_a_clear_error() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    document = Document.parse(text_of(code()))
    with pytest.raises(FileError, match="nested too deep"):
        document.with_cells([replace(document.cells[0], outputs=deep)])


def test_a_cell_of_another_notebook_is_written_whole() -> None:
    image = {"data": {"image/png": "AAAA"}, "metadata": {}, "output_type": "display_data"}
    source = Document.parse(text_of(code("x", outputs=[image], metadata={"k": 1}, other=[])))
    target = Document.parse(text_of(minor=4, indent=None, separators=(",", ":")))
    new = json.loads(target.with_cells(source.cells).text)["cells"][0]
    assert new == {"cell_type": "code", "execution_count": None, "metadata": {"k": 1},
                   "other": [], "outputs": [image], "source": ["x"]}  # fmt: skip
