"""Every notebook of tests/notebooks through the editor: saved as it was, then with one change."""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from tests.harness import Child, Launch

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
OLD_FORMATS = [path for path in NOTEBOOKS if path.stem in ("nbformat-2", "nbformat-3")]
CELLS = "return require('ipynb').cells()"
TYPED = "zq7 = "


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """Return one child for all notebooks: what one leaves behind must not harm the next."""
    child = Child(tmp_path_factory.mktemp("round-trip"), Launch())
    yield child
    child.close()


def open_copy(editor: Child, original: Path, tmp_path: Path) -> Path:
    path = tmp_path / original.name
    shutil.copy(original, path)
    editor.keys_and_settle(f":edit {path}<CR>")
    opened = f"return vim.api.nvim_buf_get_name(0) == {str(path)!r} and vim.bo.filetype"
    editor.wait_for(lambda: editor.lua(opened) == "ipynb", what=f"{path.name} in the window")
    return path


def write(editor: Child, path: Path) -> bytes:
    """Save and return what the file holds; the buffer must count as saved."""
    editor.keys_and_settle(":w<CR>")
    assert not editor.api.get_mode()["blocking"], editor.picture()
    editor.wait_for(lambda: not editor.lua("return vim.bo.modified"), what="an unmodified buffer")
    return path.read_bytes()


def cell_to_change(editor: Child) -> tuple[int, dict[str, Any]] | None:
    """Return place and description of a cell in the middle, one with text if there is any."""
    cells = list(enumerate(editor.lua(CELLS)))
    lines = editor.lines()
    with_text = [pair for pair in cells if lines[pair[1]["content_row"]]]
    candidates = with_text or cells
    return candidates[len(candidates) // 2] if candidates else None


def edit(editor: Child, cell: dict[str, Any], keys: str) -> None:
    """Open the float on a cell's first line, press keys, close the float."""
    editor.keys_and_settle(f"{cell['content_row'] + 1}G0{keys}<Esc><Esc>")


def sources(notebook: dict[str, Any]) -> list[str]:
    return ["".join(cell.get("source", "")) for cell in notebook["cells"]]


@pytest.mark.parametrize("original", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_every_byte_that_was_not_changed(
    editor: Child, tmp_path: Path, original: Path
) -> None:
    path = open_copy(editor, original, tmp_path)
    before = path.read_bytes()
    assert write(editor, path) == before
    chosen = cell_to_change(editor)
    if original in OLD_FORMATS or chosen is None:
        return
    index, cell = chosen
    edit(editor, cell, "i" + TYPED)
    after = write(editor, path)
    start = next(
        (i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0
    )
    # What was typed may begin like what stood there.
    places = range(max(0, start - len(TYPED)), start + 1)
    exact = [before[:at] + TYPED.encode() + before[at:] for at in places]
    if after not in exact:
        assert_only_the_cell_differs(before, after, index)


def assert_only_the_cell_differs(before: bytes, after: bytes, index: int) -> None:
    """Compare lines: few of them may differ, and as JSON nothing but one source."""
    old_lines, new_lines = before.splitlines(), after.splitlines()
    changed = [
        line
        for line in difflib.ndiff(
            [repr(line) for line in old_lines], [repr(line) for line in new_lines]
        )
        if line[0] in "+-"
    ]
    assert len(changed) <= 5, changed
    old, new = json.loads(before.decode("utf-8-sig")), json.loads(after.decode("utf-8-sig"))
    new["cells"][index]["source"] = old["cells"][index].get("source")
    if "source" not in old["cells"][index]:
        del new["cells"][index]["source"]
    assert new == old


@pytest.mark.parametrize("name", ["indent-2", "minified", "crlf", "tabs", "vscode-indent-4"])
def test_lines_added_and_deleted_change_only_their_cell(
    editor: Child, tmp_path: Path, name: str
) -> None:
    path = open_copy(editor, next(p for p in NOTEBOOKS if p.stem == name), tmp_path)
    before = path.read_bytes()
    chosen = cell_to_change(editor)
    assert chosen is not None
    index, cell = chosen
    edit(editor, cell, "o" + TYPED)
    assert_only_the_cell_differs(before, write(editor, path), index)
    edit(editor, cell, "<CR>jdd")
    assert write(editor, path) == before


@pytest.mark.parametrize("original", OLD_FORMATS, ids=lambda path: path.stem)
def test_an_old_format_becomes_nbformat_4_at_the_first_change_and_loses_nothing(
    editor: Child, tmp_path: Path, original: Path
) -> None:
    expected = nbformat.read(original, as_version=4)
    path = open_copy(editor, original, tmp_path)
    assert write(editor, path) == original.read_bytes()
    chosen = cell_to_change(editor)
    assert chosen is not None
    index, cell = chosen
    edit(editor, cell, "i" + TYPED)
    written = json.loads(write(editor, path))
    nbformat.validate(written)
    assert written["nbformat"] == 4
    expected.cells[index].source = TYPED + expected.cells[index].source
    assert sources(written) == [item.source for item in expected.cells]
    for old, new in zip(expected.cells, written["cells"], strict=True):
        assert new["cell_type"] == old.cell_type
        assert [item["output_type"] for item in new.get("outputs", [])] == [
            item.output_type for item in old.get("outputs", [])
        ]
        texts = [item.get("text") for item in nbformat.from_dict(old).get("outputs", [])]
        assert [
            "".join(item["text"]) if "text" in item else None for item in new.get("outputs", [])
        ] == texts
    editor.keys_and_settle(f"{cell['content_row'] + 1}Gu:w<CR>")
    assert (
        sources(json.loads(path.read_bytes()))[index] == expected.cells[index].source[len(TYPED) :]
    )


def test_source_lines_equal_to_the_markers_survive_edit_undo_and_save(
    editor: Child, tmp_path: Path
) -> None:
    path = open_copy(editor, next(p for p in NOTEBOOKS if p.stem == "markers"), tmp_path)
    before = path.read_bytes()
    cells = editor.lua(CELLS)
    old = sources(json.loads(before))
    marker = "# <</ipynb_nvim>>\n# <<ipynb_nvim:code>>"
    edit(editor, cells[0], f"O{marker}".replace("<", "<lt>").replace("\n", "<CR>"))
    assert sources(json.loads(write(editor, path))) == [f"{marker}\n{old[0]}", *old[1:]]
    assert len(editor.lua(CELLS)) == len(cells)
    editor.keys_and_settle("u")
    assert write(editor, path) == before
    editor.keys_and_settle("<C-r>:w<CR>:edit!<CR>")
    editor.wait_for(lambda: len(editor.lua(CELLS)) == len(cells), what="the cells")
    assert sources(json.loads(path.read_bytes()))[0] == f"{marker}\n{old[0]}"
