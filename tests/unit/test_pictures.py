"""The pictures of a cell: which there are, in which forms, and what their files have."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.domain.cell import Cell
from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.pictures import Picture, pictures_of
from ipynb_nvim.errors import FileError
from ipynb_nvim.services.picture_files import free_path, save_picture

if TYPE_CHECKING:
    from pathlib import Path

    from ipynb_nvim.domain.json_value import JsonObject

PNG = Picture("image/png", base64.b64encode(b"picture").decode())
SVG = Picture("image/svg+xml", "<svg/>")


def shown(*bundles: JsonObject) -> Cell:
    outputs = [{"output_type": "display_data", "metadata": {}, "data": data} for data in bundles]
    return Cell(CellRecord("a", "code", "", outputs))


def test_pictures_come_in_order_each_in_all_its_forms_the_best_first() -> None:
    cell = shown(
        {"image/svg+xml": ["<svg>", "</svg>"], "image/png": "AAAA", "text/plain": "x"},
        {"text/html": "<img>"},
        {"image/avif": "BBBB"},
        {"application/pdf": "CCCC"},
    )
    mimes = [[one.mime for one in forms] for forms in pictures_of(cell)]
    assert mimes == [["image/png", "image/svg+xml"], ["image/avif"], ["application/pdf"]]
    assert pictures_of(cell)[0][1].text == "<svg></svg>"


def test_attachments_have_names_and_come_before_outputs() -> None:
    attachments = {"a.png": {"image/png": "AAAA"}, "odd": "no bundle"}
    cell = Cell(CellRecord("a", "markdown", "![](attachment:a.png)", [], attachments=attachments))
    assert pictures_of(cell) == [(Picture("image/png", "AAAA", "a.png"),)]


@pytest.mark.parametrize("value", [None, 1, {"a": 1}, [1], ""])
def test_what_is_no_text_is_no_picture(value: object) -> None:
    assert pictures_of(shown({"image/png": value})) == []  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("mime", "suffix"),
    [
        ("image/png", ".png"),
        ("image/jpeg", ".jpg"),
        ("image/svg+xml", ".svg"),
        ("image/x-../../etc", ".img"),
        ("application/pdf", ".pdf"),
    ],
)
def test_the_ending_of_a_file_is_a_plain_one(mime: str, suffix: str) -> None:
    assert Picture(mime, "").suffixes[0] == suffix


def test_base64_of_several_lines_is_read_and_other_text_refused() -> None:
    assert Picture("image/png", "aGVs\nbG8=\n").content() == b"hello"
    with pytest.raises(ValueError, match="ASCII"):
        Picture("image/png", "héllo, no base64").content()


def test_a_file_is_named_by_its_form_and_never_overwritten_unasked(tmp_path: Path) -> None:
    path, size = save_picture((PNG, SVG), tmp_path / "fig")
    assert (path.name, size, path.read_bytes()) == ("fig.png", 7, b"picture")
    assert save_picture((PNG, SVG), tmp_path / "fig.SVG")[0].read_text() == "<svg/>"
    with pytest.raises(FileError, match="exists"):
        save_picture((PNG, SVG), tmp_path / "fig.png")
    path.write_bytes(b"a longer picture")
    save_picture((PNG, SVG), path, is_forced=True)
    assert path.read_bytes() == b"picture"
    assert free_path(tmp_path, "fig", (PNG,)).name == "fig-2.png"
