"""Images that a cell has: the line that names them, saving them, opening them in a viewer."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.harness import Child, Launch, write_notebook
from tests.harness.notebooks import make_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er"
    "kJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"/>'


def display(**data: str) -> dict[str, Any]:
    """Return an output of these types; ``png`` is short for image/png."""
    mimes = {"png": "image/png", "svg": "image/svg+xml", "text": "text/plain"}
    bundle = {mimes[name]: text for name, text in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": bundle}


def png() -> dict[str, Any]:
    return display(png=base64.encodebytes(PNG).decode(), text="<Figure size 1x1>")


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the system's opener, which keeps what it is given in ``opened``."""
    folder = tmp_path_factory.mktemp("viewer")
    program = folder / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$1" > {folder}/name\ncp "$1" {folder}/opened\n')
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory, viewer: Path) -> Iterator[Child]:
    path = f"vim.env.PATH = '{viewer}:' .. vim.env.PATH"
    child = Child(tmp_path_factory.mktemp("images"), Launch(width=90, height=30, init=path))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells with these outputs; they go after the test."""

    def show_(*outputs: list[dict[str, Any]], attachments: Any = None) -> Child:
        cells = [
            make_cell("x", n) | {"outputs": list(one), "execution_count": n + 1}
            for n, one in enumerate(outputs)
        ]
        if attachments:
            cells.append(make_cell(("markdown", "![](attachment:a.png)"), 9))
            cells[-1]["attachments"] = attachments
        path = write_notebook(tmp_path / "plots.ipynb", cells)
        open_in(editor, path, cells)
        editor.command(f"cd {tmp_path}")
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! only | silent! %bwipeout!")


def test_the_line_of_an_image_says_how_to_open_it(show: Callable[..., Child]) -> None:
    child = show([png()])
    row = child.wait_for_text("[image/png 1×1, 70 B] — :NotebookOpenImage opens it")
    text = child.row_text(row)
    places = [child.screen.col_of(row, text.index(word)) for word in ("png", "opens")]
    assert child.highlight_at(row, places[0]) != child.highlight_at(row, places[1])


def test_an_image_is_saved_beside_the_notebook_and_overwrites_nothing(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show([png()])
    child.keys(":NotebookSaveImage<CR>")
    child.wait_for_text("plots.png (70 B)")
    assert (tmp_path / "plots.png").read_bytes() == PNG
    child.keys(":NotebookSaveImage<CR>")
    child.wait_for_text("plots-2.png (70 B)")
    child.keys(":NotebookSaveImage plots.png<CR>")
    child.wait_for(lambda: "plots.png exists; :NotebookSaveImage!" in child.messages())
    (tmp_path / "plots.png").write_bytes(b"old")
    child.keys("<CR>:NotebookSaveImage! plots.png<CR>")
    child.wait_for(lambda: (tmp_path / "plots.png").read_bytes() == PNG)


def test_a_path_may_be_a_folder_lack_an_ending_or_ask_for_a_form(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    (tmp_path / "figures").mkdir()
    child = show([display(png=base64.b64encode(PNG).decode(), svg=SVG)])
    for path, written, content in (
        ("figures", "figures/plots.png", PNG),
        ("figures/one", "figures/one.png", PNG),
        ("figures/one.svg", "figures/one.svg", SVG.encode()),
    ):
        child.keys(f":NotebookSaveImage {path}<CR>")
        child.wait_for(lambda written=written: (tmp_path / written).exists(), what=written)
        child.wait_for_text(f"saved {written} (")
        assert (tmp_path / written).read_bytes() == content
    child.keys(":NotebookSaveImage one.bmp<CR>")
    child.wait_for(lambda: "one.bmp: the image is .png, .svg" in child.messages())


def test_of_several_images_one_is_chosen(show: Callable[..., Child], tmp_path: Path) -> None:
    child = show([png(), display(text="no image"), display(svg=SVG)])
    child.keys(":NotebookSaveImage chosen<CR>")
    child.wait_for_text("2: 2 [image/svg+xml 10×20")
    child.keys("2<CR>")
    child.wait_for((tmp_path / "chosen.svg").exists)
    child.wait_for_text("chosen.svg (")
    assert (tmp_path / "chosen.svg").read_text() == SVG
    child.keys(":NotebookSaveImage none<CR>")
    child.wait_for_text("2: 2 [image/svg+xml 10×20")
    child.keys_and_settle("q<CR>")
    assert not list(tmp_path.glob("none*"))


def test_an_image_is_opened_in_the_viewer_and_leaves_the_folder_clean(
    show: Callable[..., Child], tmp_path: Path, viewer: Path
) -> None:
    child = show([png()])
    child.keys("\\kI")
    child.wait_for((viewer / "opened").exists, what="the viewer")
    child.wait_for(lambda: (viewer / "opened").read_bytes() == PNG)
    assert (viewer / "name").read_text().strip().endswith(".png")
    assert [path.name for path in tmp_path.iterdir()] == ["plots.ipynb"]
    assert child.lua("return vim.bo.modified") is False


def test_an_attachment_is_an_image_too(show: Callable[..., Child], tmp_path: Path) -> None:
    child = show([], attachments={"a.png": {"image/png": base64.b64encode(PNG).decode()}})
    child.keys_and_settle("G:NotebookSaveImage attached<CR>")
    child.wait_for((tmp_path / "attached.png").exists)
    child.wait_for_text("attached.png (70 B)")
    assert (tmp_path / "attached.png").read_bytes() == PNG


def test_what_cannot_be_saved_or_opened_is_said_in_one_line(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show([display(text="words")], [display(png="no base64!")], [png()])
    child.keys(":NotebookOpenImage<CR>")
    child.wait_for_text("this cell has no image")
    child.keys("]]:NotebookSaveImage<CR>")
    child.wait_for_text("the image is no valid image/png")
    child.keys("]]:NotebookSaveImage no-folder/a.png<CR>")
    child.wait_for(lambda: "cannot be written: No such file" in child.messages())
    child.keys_and_settle("<CR>")
    child.command("let path = $PATH | let $PATH = ''")
    child.keys(":NotebookOpenImage<CR>")
    child.wait_for(lambda: "no viewer for image-" in child.messages())
    child.command("let $PATH = path")
    assert [path.name for path in tmp_path.iterdir()] == ["plots.ipynb"]
