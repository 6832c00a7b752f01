"""Merged cells: whose attachments they have, and that undo leaves the file as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipynb_nvim.domain.attachments import is_named
from ipynb_nvim.domain.spliced_cell import Absorbing, PastedFrom, SplicedCell, SplitFrom

from .notebook_cells import OpenNotebook, cell_json, png


def named(*names: str) -> str:
    return "\n".join(f"![x](attachment:{name})" for name in names)


def cell(cell_id: str, *names: str, cell_type: str = "markdown", **images: str) -> dict[str, Any]:
    """Return a cell whose text names attachments; it has those of ``images``."""
    own = {"attachments": {f"{name}.png": png(data) for name, data in images.items()}}
    text = named(*(f"{name}.png" for name in names))
    return cell_json(cell_id, cell_type, text, **(own if images else {}))


def merge(notebook: OpenNotebook, *ids: str) -> tuple[str, ...]:
    """Merge neighbours as the editor does; return the names that clash."""
    lines = [line for cell_id in ids for line in notebook.model[cell_id].lines]
    merged = notebook.known(ids[0], lines, Absorbing(ids[1:]))
    return notebook.splice(notebook.ids.index(ids[0]), ids, merged).clashes


class Undo:
    """What the editor keeps to undo and redo a change: ids, types and texts, no origins."""

    def __init__(self, notebook: OpenNotebook) -> None:
        self._notebook = notebook
        self._states = [self._state()]

    def note(self, after: int | None = None) -> None:
        """Add the state now; ``after`` drops those that cannot be redone any more."""
        kept = len(self._states) if after is None else after + 1
        self._states[kept:] = [self._state()]

    def go_to(self, index: int) -> None:
        """Restore a state: structure first, then texts, as the editor tells them."""
        model, state = self._notebook.model, self._states[index]
        cells = [SplicedCell(cell_id, cell_type, None) for cell_id, cell_type, _ in state]
        self._notebook.splice(0, self._notebook.ids, *cells)
        for cell_id, _, lines in state:
            model.change_text(cell_id, 0, -1, lines)

    def _state(self) -> list[tuple[str, str, list[str]]]:
        model = self._notebook.model
        return [(name, model[name].cell_type, list(model[name].lines)) for name in model.order]


def attachments(notebook: OpenNotebook, index: int = 0) -> dict[str, Any] | None:
    return notebook.written()[index].get("attachments")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.png", "![x](attachment:a.png)", True),
        ("a.png", "![x](attachment:a.png 'title')", True),
        ("a.png", '<img src="attachment:a.png">', True),
        ("a.png", "[x]: attachment:a.png", True),
        ("a.png", "see attachment:a.png.", True),
        ("a.png", "![x](attachment:a.png2)", False),
        ("a", "![x](attachment:a.png)", False),
        ("a.png", "![x](attachment:ba.png)", False),
        ("a.png", "![x](a.png)", False),
        ("a b (1).png", "![x](attachment:a%20b%20(1).png)", True),
        ("é.png", "![x](attachment:%C3%A9.png)", True),
        ("50%.png", "![x](<attachment:50%.png>)", True),
        ("\ud800.png", "![x](attachment:\ud800.png)", True),
        ("(", "![x](attachment:()", True),
    ],
)
def test_a_text_names_an_attachment(name: str, text: str, expected: bool) -> None:
    assert is_named(name, text) is expected


def test_a_merged_cell_has_the_attachments_that_its_text_names() -> None:
    notebook = OpenNotebook(
        cell("a", "a", a="AA=="), cell("b", "b", b="BB==", unnamed="CC=="), cell("c", "c", c="DD==")
    )
    assert merge(notebook, "a", "b", "c") == ()
    assert attachments(notebook) == {
        "a.png": png("AA=="),
        "b.png": png("BB=="),
        "c.png": png("DD=="),
    }


@pytest.mark.parametrize("is_saved", [False, True])
def test_undo_of_a_merge_leaves_the_file_as_it_was(is_saved: bool) -> None:
    notebook = OpenNotebook(cell("a", "b"), cell("b", "b", b="BB=="), cell("c", c="CC=="))
    first = notebook.document.text
    undo = Undo(notebook)
    merge(notebook, "a", "b")
    undo.note()
    merged = notebook.written()
    assert attachments(notebook) == {"b.png": png("BB==")}
    for _ in range(2):
        if is_saved:
            notebook.write()
        assert notebook.is_as_in_file() is is_saved
        undo.go_to(0)
        assert notebook.document.with_cells(notebook.model.records()).text == first
        assert notebook.is_as_in_file() is not is_saved
        undo.go_to(1)
        assert notebook.written() == merged


def test_two_attachments_of_one_name_are_told_and_the_first_stays() -> None:
    notebook = OpenNotebook(cell("a", "x", x="AA=="), cell("b", "x", x="BB=="))
    undo = Undo(notebook)
    assert merge(notebook, "a", "b") == ("x.png",)
    assert attachments(notebook) == {"x.png": png("AA==")}
    undo.go_to(0)
    assert notebook.is_as_in_file()


@pytest.mark.parametrize(
    "second", [cell("b", "x", x="AA=="), cell("b", "y", x="BB==", y="CC=="), cell("b", "x")]
)
def test_nothing_is_told_where_each_place_still_shows_its_image(second: dict[str, Any]) -> None:
    notebook = OpenNotebook(cell("a", "x", x="AA=="), second)
    assert merge(notebook, "a", "b") == ()


def test_a_cell_merged_twice_keeps_what_came_with_the_first_merge() -> None:
    notebook = OpenNotebook(cell("a", "a"), cell("b", "b", b="BB=="), cell("c", "c", c="CC=="))
    merge(notebook, "b", "c")
    merge(notebook, "a", "b")
    assert attachments(notebook) == {"b.png": png("BB=="), "c.png": png("CC==")}


def test_each_branch_of_undo_has_the_attachment_of_its_own_merge() -> None:
    notebook = OpenNotebook(cell("a", "a"), cell("b", "x", x="BB=="), cell("c", "x", x="CC=="))
    undo = Undo(notebook)
    merge(notebook, "a", "b")
    undo.note()
    undo.go_to(0)
    notebook.splice(0, ["a", "b", "c"], *map(notebook.known, "acb"))
    merge(notebook, "a", "c")
    undo.note()
    assert attachments(notebook) == {"x.png": png("CC==")}
    undo.go_to(1)
    assert attachments(notebook) == {"x.png": png("BB==")}
    undo.go_to(2)
    assert attachments(notebook) == {"x.png": png("CC==")}
    undo.go_to(0)
    assert notebook.is_as_in_file()


def test_the_halves_of_a_merged_cell_have_what_their_text_names() -> None:
    notebook = OpenNotebook(cell("a", "a", a="AA=="), cell("b", "b", b="BB=="))
    merge(notebook, "a", "b")
    top, bottom = notebook.model["a"].lines
    half = SplicedCell("new", "markdown", [bottom], SplitFrom("a"))
    notebook.splice(0, ["a"], notebook.known("a", [top]), half)
    assert attachments(notebook, 0) == {"a.png": png("AA==")}
    assert attachments(notebook, 1) == {"a.png": png("AA=="), "b.png": png("BB==")}


def test_an_absorbed_cell_that_is_pasted_again_leaves_its_attachments_to_both() -> None:
    notebook = OpenNotebook(cell("a", "a"), cell("b", "b", b="BB=="))
    record = notebook.model["b"].record()
    merge(notebook, "a", "b")
    notebook.splice(1, [], notebook.known("b", origin=PastedFrom(record)))
    assert attachments(notebook, 0) == attachments(notebook, 1) == {"b.png": png("BB==")}
    notebook.delete("b")
    assert attachments(notebook, 0) == {"b.png": png("BB==")}
    notebook.bring_back(1, "b")
    assert attachments(notebook, 0) == {"b.png": png("BB==")}


def test_a_copy_of_a_merged_cell_has_all_it_shows() -> None:
    notebook = OpenNotebook(cell("a", "a", a="AA=="), cell("b", "b", b="BB=="))
    merge(notebook, "a", "b")
    other = OpenNotebook(cell("x"))
    record = notebook.model["a"].record()
    other.splice(
        0, [], SplicedCell("new", "markdown", record.source.split("\n"), PastedFrom(record))
    )
    assert other.written()[0]["attachments"] == attachments(notebook)


def test_a_code_cell_shows_absorbed_images_once_it_is_markdown() -> None:
    notebook = OpenNotebook(cell("a", cell_type="code"), cell("b", "b", b="BB=="))
    assert merge(notebook, "a", "b") == ()
    assert attachments(notebook) is None
    notebook.set_type("a", "markdown")
    assert attachments(notebook) == {"b.png": png("BB==")}


def test_a_merge_of_a_thousand_cells_finds_the_image_that_is_named() -> None:
    cells = [cell(f"c{n}", "x", **{f"i{n}": "AA=="}) for n in range(1_000)]
    notebook = OpenNotebook(*cells)
    merge(notebook, *notebook.ids)
    assert attachments(notebook) == {"i0.png": png("AA==")}
    notebook.model.change_text("c0", 0, -1, [named("i999.png")])
    assert attachments(notebook) == {"i0.png": png("AA=="), "i999.png": png("AA==")}


images = st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["AA==", "BB=="]), max_size=2)
cells = st.lists(
    st.tuples(st.lists(st.sampled_from("xyz"), max_size=2), images), min_size=4, max_size=4
)
moves = st.lists(
    st.tuples(st.sampled_from(["merge", "swap", "undo"]), st.integers(0, 20)), max_size=8
)


@settings(max_examples=300, deadline=None)
@given(cells, moves)
def test_whatever_is_merged_undo_and_redo_give_the_states_they_gave(
    contents: list[tuple[list[str], dict[str, str]]], done: list[tuple[str, int]]
) -> None:
    notebook = OpenNotebook(
        *(cell(f"c{n}", *names, **own) for n, (names, own) in enumerate(contents))
    )
    undo, written, now = Undo(notebook), [notebook.written()], 0
    for kind, number in done:
        ids = notebook.ids
        index = number % max(len(ids) - 1, 1)
        pair = ids[index : index + 2]
        if kind == "undo":
            now = number % len(written)
            undo.go_to(now)
            assert notebook.written() == written[now]
        elif len(pair) == 2:
            if kind == "merge":
                merge(notebook, *pair)
            else:
                notebook.splice(index, pair, *map(notebook.known, reversed(pair)))
            undo.note(now)
            now += 1
            written[now:] = [notebook.written()]
        notebook.is_as_in_file()
