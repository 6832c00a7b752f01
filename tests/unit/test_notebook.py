"""An open notebook: cells that go and come back, split, and what differs from the file."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipynb_nvim.domain.notebook import Notebook, OutOfStepError
from ipynb_nvim.domain.spliced_cell import Absorbing, PastedFrom, SplicedCell, SplitFrom

from .notebook_cells import STREAM, OpenNotebook, cell_json, png


@pytest.fixture
def notebook() -> OpenNotebook:
    return OpenNotebook(
        cell_json("a", "code", "1"),
        cell_json("b", "markdown", "# B", attachments={"b.png": png("QQ==")}),
        cell_json("c", "code", "3", metadata={"tags": ["x"]}, other=7),
    )


def test_a_deleted_cell_comes_back_with_all_it_had(notebook: OpenNotebook) -> None:
    before = notebook.written()
    for cell_id in ("a", "b", "c"):
        notebook.delete(cell_id)
    assert notebook.written() == []
    for index, cell_id in enumerate(("a", "b", "c")):
        assert not notebook.is_as_in_file()
        notebook.bring_back(index, cell_id)
    assert notebook.written() == before
    assert notebook.is_as_in_file()


def test_the_half_of_a_split_cell_has_its_metadata_and_attachments_but_no_outputs() -> None:
    notebook = OpenNotebook(
        cell_json("a", "code", "1\n2", metadata={"tags": ["x"]}),
        cell_json("b", "markdown", "1\n2", attachments={"b.png": png("QQ==")}),
    )
    for index, cell_id in ((0, "a"), (2, "b")):
        half = SplicedCell(
            f"{cell_id}-2", notebook.model[cell_id].cell_type, ["2"], SplitFrom(cell_id)
        )
        notebook.splice(index, [cell_id], notebook.known(cell_id, ["1"]), half)
    first, code, _, markdown = notebook.written()
    assert first["outputs"] == [STREAM]
    assert code["metadata"] == {"tags": ["x"]}
    assert (code["outputs"], code["execution_count"]) == ([], None)
    assert markdown["attachments"] == {"b.png": png("QQ==")}
    assert [cell["source"] for cell in notebook.written()] == ["1", "2", "1", "2"]


@pytest.mark.parametrize(
    "origin", [SplitFrom("nobody"), PastedFrom(None), Absorbing(("nobody", "nor me"))]
)
def test_a_cell_of_unknown_origin_is_a_plain_one(notebook: OpenNotebook, origin: Any) -> None:
    notebook.splice(1, [], SplicedCell("new", "markdown", ["x"], origin))
    assert notebook.written()[1] == cell_json("new", "markdown", "x")
    result = notebook.splice(0, ["a"], notebook.known("a", origin=origin))
    assert result.clashes == ()
    assert notebook.written()[0] == cell_json("a", "code", "1")


def test_a_splice_that_is_out_of_step_changes_nothing(notebook: OpenNotebook) -> None:
    for index, removed, cells in (
        (0, ["b"], []),
        (2, ["c", "d"], []),
        (0, [], [notebook.known("b")]),
        (0, ["a"], [notebook.known("a"), notebook.known("a", ["x"])]),
    ):
        with pytest.raises(OutOfStepError):
            notebook.splice(index, removed, *cells)
        assert notebook.is_as_in_file()


def test_outputs_of_a_deleted_cell_are_kept_but_do_not_modify_the_notebook(
    notebook: OpenNotebook,
) -> None:
    notebook.delete("a")
    notebook.write()
    notebook.print("a", "more")
    notebook.model.set_execution_count("a", 9)
    assert notebook.is_as_in_file()
    assert not notebook.model.has_unsaved_outputs
    notebook.bring_back(0, "a")
    assert notebook.written()[0]["execution_count"] == 9
    assert not notebook.is_as_in_file()


def test_moving_back_after_a_save_in_between_is_no_change(notebook: OpenNotebook) -> None:
    def swap(index: int, first: str, second: str) -> None:
        cells = [notebook.known(second), notebook.known(first)]
        notebook.splice(index, [first, second], *cells)

    swap(0, "a", "b")
    notebook.write()
    swap(1, "a", "c")
    assert not notebook.is_as_in_file()
    swap(1, "c", "a")
    assert notebook.is_as_in_file()
    swap(0, "b", "a")
    assert not notebook.is_as_in_file()


def steps() -> st.SearchStrategy[list[tuple[str, int, int]]]:
    kinds = ["delete", "back", "move", "type", "text", "print", "save"]
    return st.lists(
        st.tuples(st.sampled_from(kinds), st.integers(0, 9), st.integers(0, 9)), max_size=25
    )


@settings(max_examples=200, deadline=None)
@given(steps())
def test_modified_is_exact_and_the_type_decides_what_is_written(
    done: list[tuple[str, int, int]],
) -> None:
    notebook = OpenNotebook(
        cell_json("a", "code", "1"),
        cell_json("b", "markdown", "2", attachments={"b.png": png("QQ==")}),
        cell_json("c", "raw", "3"),
    )
    gone: list[str] = []
    for kind, n, m in done:
        ids = notebook.ids
        cell_id = ids[n % len(ids)] if ids else ""
        if kind == "save":
            notebook.write()
        elif kind == "back" and gone:
            notebook.bring_back(m % (len(ids) + 1), gone.pop(n % len(gone)))
        elif kind == "delete" and ids:
            notebook.delete(cell_id)
            gone.append(cell_id)
        elif kind == "move" and ids:
            notebook.delete(cell_id)
            notebook.bring_back(m % len(ids), cell_id)
        elif kind == "type" and ids:
            notebook.set_type(cell_id, ["code", "markdown", "raw"][m % 3])
        elif kind == "text" and ids:
            notebook.model.change_text(cell_id, 0, -1, [str(m % 3)])
        elif kind == "print" and ids:
            notebook.print(cell_id, str(m))
            notebook.model.compare(cell_id)
        notebook.is_as_in_file()
        for cell in notebook.written():
            is_code = cell["cell_type"] == "code"
            assert ("outputs" in cell, "execution_count" in cell) == (is_code, is_code)
            assert not (is_code and "attachments" in cell)


@pytest.mark.parametrize("count", [1_000])
def test_a_splice_costs_what_it_changes(count: int) -> None:
    """One cell among 5,000 is cheap, and 1,000 cells cost about 1,000 times as much."""
    cells = [cell_json(f"cell-{n}", "code", "x") for n in range(5_000)]
    notebook = OpenNotebook(*cells).model

    def best_s(splice: Any) -> float:
        times = []
        for attempt in range(7):
            start_s = time.perf_counter()
            splice(attempt)
            times.append(time.perf_counter() - start_s)
        return min(times)

    def paste(attempt: int, size: int) -> None:
        ids = [f"new-{size}-{attempt}-{n}" for n in range(size)]
        notebook.splice(2_500, [], [SplicedCell(cell_id, "code", ["y"]) for cell_id in ids])

    one_s = best_s(lambda attempt: paste(attempt, 1))
    assert one_s < 0.001
    assert best_s(lambda attempt: paste(attempt, count)) < 0.05


def test_an_unknown_cell_makes_typing_out_of_step() -> None:
    with pytest.raises(OutOfStepError):
        Notebook([]).change_text("x", 0, -1, [""])
