"""Fixtures for tests that drive a real Neovim."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import CellSpec, Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


def pytest_configure() -> None:
    """Choose the seed of the random sequences once, for all workers of pytest-xdist.

    Functions that tests share say what they found, as tests do.
    """
    pytest.register_assert_rewrite("tests.editor.lsp.checks")
    os.environ.setdefault("IPYNB_DIFF_SEED", str(random.SystemRandom().randrange(10**6)))


def pytest_report_header() -> str:
    """Say which seed it is, so that a failure can be played again."""
    return f"IPYNB_DIFF_SEED={os.environ['IPYNB_DIFF_SEED']}"


@pytest.fixture
def start_child(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that starts a child Neovim; its arguments are those of Launch."""
    children: list[Child] = []

    def start(**options: Any) -> Child:
        launch = Launch(**{"cwd": tmp_path, **options})
        children.append(Child(tmp_path / f"nvim-{len(children)}", launch))
        return children[-1]

    yield start
    for child in children:
        child.close()


@pytest.fixture
def child(start_child: Callable[..., Child]) -> Child:
    """Return a child Neovim of 80 by 24 that knows the plugin."""
    return start_child()


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a notebook with the given cells and returns its path."""

    def write(
        *cells: CellSpec, name: str = "test.ipynb", metadata: dict[str, Any] | None = None
    ) -> Path:
        return write_notebook(tmp_path / name, cells, metadata)

    return write


@pytest.fixture
def open_notebook(child: Child, notebook: Callable[..., Path]) -> Callable[..., int]:
    """Return a function that writes a notebook, opens it in ``child``, returns its buffer."""

    def open_(*cells: CellSpec, name: str = "test.ipynb") -> int:
        return open_in(child, notebook(*cells, name=name), cells)

    return open_


def open_in(child: Child, path: Path, cells: Sequence[CellSpec]) -> int:
    """Open a notebook by ``:edit`` and wait until the plugin knows its cells."""
    child.keys(f":edit {path}<CR>")
    count = "return #require('ipynb').cells()"
    child.wait_for(lambda: child.lua(count) == len(cells), what=f"{len(cells)} cells")
    child.settle()
    return child.api.get_current_buf()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the screens of a failed test's children in its report."""
    report = yield
    if report.failed:
        for child in item.funcargs.values() if hasattr(item, "funcargs") else ():
            if isinstance(child, Child):
                report.sections.append(("screen", child.picture()))
    return report
