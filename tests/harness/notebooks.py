"""Writing small notebooks for tests, as nbformat writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CellSpec = str | tuple[str, str] | dict[str, Any]
PYTHON_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def make_cell(spec: CellSpec, index: int) -> dict[str, Any]:
    """Return a cell: from source (code), from (cell_type, source), or as given."""
    if isinstance(spec, dict):
        return spec
    cell_type, source = spec if isinstance(spec, tuple) else ("code", spec)
    cell: dict[str, Any] = {"cell_type": cell_type}
    if cell_type == "code":
        cell["execution_count"] = None
    cell["id"] = f"cell-{index}"
    cell["metadata"] = {}
    if cell_type == "code":
        cell["outputs"] = []
    cell["source"] = source.splitlines(keepends=True)
    return cell


def write_notebook(
    path: Path, cells: Sequence[CellSpec], metadata: dict[str, Any] | None = None
) -> Path:
    """Write a notebook of format 4.5 (indent 1, final newline) and return its path."""
    notebook = {
        "cells": [make_cell(spec, index) for index, spec in enumerate(cells)],
        "metadata": PYTHON_METADATA if metadata is None else metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
