"""Notebooks of nbformat 1 to 3 as nbformat 4.5; knows no files.

nbformat does the work. What it would drop is put where 4.5 has room for it: in metadata.
"""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from ipynb_nvim.errors import NotANotebookError

if TYPE_CHECKING:
    from collections.abc import Iterator

# nbformat 4.5, definitions of the three kinds of cell.
_CELL_KEYS = {"attachments", "cell_type", "id", "metadata", "source"}
_CODE_CELL_KEYS = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}


def upgrade_text(text: str) -> str:
    """Return the notebook of an older format as nbformat 4.5, laid out as Jupyter writes it.

    Takes up to a second the first time: importing nbformat is slow. Raises NotANotebookError if
    nbformat cannot make sense of the notebook.
    """
    # Late, as only files from before 2015 need it; by name, as it is untyped.
    nbformat: Any = importlib.import_module("nbformat")
    reader: Any = importlib.import_module("nbformat.reader")
    try:
        # By way of 3, whose leftovers are known.
        third = nbformat.convert(reader.reads(_with_outputs(text)), 3)
        kept = _metadata_to_keep(third)
        fourth = nbformat.convert(third, 4)
        fourth["metadata"].update(kept)
        for cell in fourth["cells"]:
            _move_unknown_keys(cell)
        return f"{nbformat.writes(fourth)}\n"
    except (ValueError, LookupError, AttributeError, TypeError, nbformat.ValidationError) as error:
        raise NotANotebookError(f"nbformat cannot upgrade it: {error}") from error


def _with_outputs(text: str) -> str:
    """Add the empty outputs without which nbformat refuses a code cell of format 3."""
    content = json.loads(text.removeprefix("\ufeff"))
    for cell in _cells(content) if "worksheets" in content else ():
        if cell["cell_type"] == "code":
            cell.setdefault("outputs", [])
    return json.dumps(content)


def _metadata_to_keep(third: Any) -> dict[str, Any]:
    """Return what format 3 says elsewhere than where format 4 looks for it."""
    kept: dict[str, Any] = {}
    if third["metadata"].get("name"):
        kept["name"] = third["metadata"]["name"]
    worksheets = [sheet.get("metadata", {}) for sheet in third["worksheets"]]
    if any(worksheets):
        kept["worksheets"] = worksheets
    languages = {cell.get("language", "python") for cell in _cells(third)}
    if len(languages) == 1 and languages != {"python"}:
        kept["language_info"] = {"name": languages.pop()}
    return kept


def _cells(third: Any) -> Iterator[Any]:
    for worksheet in third["worksheets"]:
        yield from worksheet["cells"]


def _move_unknown_keys(cell: Any) -> None:
    """Move the keys that nbformat 4.5 does not allow in a cell to its metadata."""
    known = _CODE_CELL_KEYS if cell["cell_type"] == "code" else _CELL_KEYS
    for key in cell.keys() - known:
        cell["metadata"][key] = cell.pop(key)
