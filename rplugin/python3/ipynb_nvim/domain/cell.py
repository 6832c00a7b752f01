"""One cell of an open notebook: its text as lines and what else it has; knows no file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipynb_nvim.domain.attachments import with_named
from ipynb_nvim.domain.output_area import OutputArea

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.json_value import JsonObject


class Cell:
    r"""A cell that its notebook changes; ``record()`` is what a save would write.

    ``lines`` are ``source.split("\n")``: no newline in any, at least one. Only the notebook
    calls the methods that change something.
    """

    def __init__(self, record: CellRecord) -> None:
        # Mutable state: the record last made, the lines, the type, the outputs and the count,
        # which a cell keeps while it is no code cell; the attachments of absorbed cells; the
        # revision of the outputs that the record has; whether the text left the record.
        self._record = record
        self.lines = record.source.split("\n")
        self.outputs = OutputArea.from_json(record.outputs)
        self.execution_count = record.execution_count
        self.cell_type = record.cell_type
        self._own_attachments = record.attachments
        self._absorbed: JsonObject = {}
        self._recorded_revision = self.outputs.revision
        self._is_text_recorded = True

    @property
    def cell_id(self) -> str:
        """The id, unique in the notebook."""
        return self._record.cell_id

    @property
    def is_code(self) -> bool:
        """Whether it can run; only then its outputs and its count are shown and written."""
        return self.cell_type == "code"

    @property
    def shown_outputs(self) -> OutputArea:
        """The outputs if it is a code cell, else none."""
        return self.outputs if self.is_code else OutputArea()

    @property
    def own_attachments(self) -> JsonObject | None:
        """Its attachments without what it got by merges."""
        return self._own_attachments

    @property
    def attachments(self) -> JsonObject | None:
        """Its attachments with those that its text names of what was merged into it."""
        return with_named(self._own_attachments, self._absorbed, self.source)

    @property
    def source(self) -> str:
        """The text, lines joined."""
        return "\n".join(self.lines)

    def change_text(self, first: int, last: int, lines: Sequence[str]) -> None:
        """Replace lines ``first`` to ``last`` (exclusive; -1: the end) by ``lines``."""
        end = len(self.lines) if last < 0 else last
        self.lines[first:end] = lines
        self._is_text_recorded = False

    def note_execution_times(self, times: JsonObject) -> None:
        """Take when the parts of its last run were (metadata.execution, as JupyterLab has it)."""
        metadata = {**self._record.metadata, "execution": times}
        self._record = replace(self._record, metadata=metadata)

    def absorb(self, attachments: JsonObject) -> None:
        """Take the attachments of all cells merged into this one; its text says which it has."""
        self._absorbed = attachments
        self._is_text_recorded = False

    def has_outputs_of(self, record: CellRecord) -> bool:
        """Tell whether the outputs are the very ones of ``record``, whatever their size."""
        is_recorded = self._recorded_revision == self.outputs.revision
        return is_recorded and self._record.outputs is record.outputs

    def surely_differs(self, record: CellRecord) -> bool:
        """Tell whether something that is cheap to look at differs from ``record``.

        A million printed lines need not be made nbformat's for it.
        """
        if self.cell_type != record.cell_type:
            return True
        return self.is_code and (
            self.execution_count != record.execution_count
            or len(self.outputs) != len(record.outputs)
        )

    def record(self) -> CellRecord:
        """Return the cell as a save would write it; the same object while nothing changes."""
        self._record = self.record_without_outputs()
        if self._recorded_revision != self.outputs.revision:
            self._record = replace(self._record, outputs=self.outputs.to_json())
            self._recorded_revision = self.outputs.revision
        return self._record

    def record_without_outputs(self) -> CellRecord:
        """Return the same with the outputs of the last record, which costs nothing."""
        changes: dict[str, object] = {}
        if not self._is_text_recorded:
            changes["source"] = self.source
            attachments = self.attachments
            if attachments is not self._record.attachments:
                changes["attachments"] = attachments
            self._is_text_recorded = True
        if self.execution_count != self._record.execution_count:
            changes["execution_count"] = self.execution_count
        if self.cell_type != self._record.cell_type:
            changes["cell_type"] = self.cell_type
        if changes:
            self._record = replace(self._record, **changes)  # pyright: ignore[reportArgumentType]  (a dict of CellRecord's own fields)
        return self._record
