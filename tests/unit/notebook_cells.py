"""What tests of an open notebook do often: make one, splice it, read what a save would write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.document import Document
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.domain.output import StreamOutput
from ipynb_nvim.domain.spliced_cell import SplicedCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.spliced_cell import Origin, SpliceResult

STREAM = {"name": "stdout", "output_type": "stream", "text": ["hello\n"]}


def png(data: str) -> dict[str, str]:
    return {"image/png": data}


def cell_json(cell_id: str, cell_type: str, source: str, **members: Any) -> dict[str, Any]:
    """Return a cell of nbformat 4.5; a code cell has run and printed."""
    cell = {"cell_type": cell_type, "id": cell_id, "metadata": {}, "source": source}
    if cell_type == "code":
        cell |= {"execution_count": 1, "outputs": [STREAM]}
    return dict(sorted({**cell, **members}.items()))


class OpenNotebook:
    """A notebook as the host has it open, with the document that its file has."""

    def __init__(self, *cells: dict[str, Any], minor: int = 5) -> None:
        if minor < 5:
            cells = tuple({k: v for k, v in cell.items() if k != "id"} for cell in cells)
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
        self.document = Document.parse(json.dumps(content, indent=1) + "\n")
        self.model = Notebook(self.document.cells)

    @property
    def ids(self) -> list[str]:
        return list(self.model.order)

    def splice(self, index: int, removed: Sequence[str], *cells: SplicedCell) -> SpliceResult:
        return self.model.splice(index, removed, cells)

    def known(
        self, cell_id: str, lines: Sequence[str] | None = None, origin: Origin | None = None
    ) -> SplicedCell:
        """Return a cell that is known, to be put in as it is."""
        return SplicedCell(cell_id, self.model[cell_id].cell_type, lines, origin)

    def delete(self, cell_id: str) -> None:
        self.splice(self.ids.index(cell_id), [cell_id])

    def bring_back(self, index: int, cell_id: str, origin: Origin | None = None) -> None:
        self.splice(index, [], self.known(cell_id, origin=origin))

    def set_type(self, cell_id: str, cell_type: str) -> SpliceResult:
        index = self.ids.index(cell_id)
        return self.splice(index, [cell_id], SplicedCell(cell_id, cell_type, None))

    def print(self, cell_id: str, text: str) -> None:
        self.model.append_output(cell_id, StreamOutput("stdout", text))

    def written(self) -> list[dict[str, Any]]:
        """Return the cells of the file that a save would write."""
        return json.loads(self.document.with_cells(self.model.records()).text)["cells"]

    def write(self) -> None:
        """Save, as the host does."""
        records = self.model.records()
        self.document = self.document.with_cells(records)
        self.model.mark_saved(records)

    def is_as_in_file(self) -> bool:
        """Tell whether a save would change nothing; the model must know that."""
        is_same = self.document.with_cells(self.model.records()) is self.document
        assert self.model.is_modified is not is_same
        return is_same
