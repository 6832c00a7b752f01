"""What tests of notebook files do often: change, save, look, act without permissions."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.services.file_store import read_notebook, write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipynb_nvim.domain.document import Document

NOBODY = 65534


def with_source(document: Document, source: str) -> Document:
    first, *others = document.cells
    return document.with_cells([replace(first, source=source), *others])


def source_in(path: Path) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def save(path: Path, source: str, *, force: bool = False) -> None:
    """Open, change and write a notebook."""
    stored = read_notebook(path)
    write_notebook(path, with_source(stored.document, source), stored.stamp, force=force)


def assert_one_clear_line(error: BaseException, path: Path) -> None:
    assert "\n" not in str(error)
    assert str(path) in str(error)
    assert "Errno" not in str(error)


def assert_nothing_left_over(folder: Path) -> None:
    assert [item.name for item in folder.iterdir() if item.suffix == ".tmp"] == []


@contextmanager
def powerless() -> Iterator[None]:
    """Act as a user whom permissions stop, even if the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
