"""What a notebook tells its listeners after it changed; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class SourceChanged:
    """The text of a cell is another one."""

    cell_id: str


@dataclass(frozen=True)
class StructureChanged:
    """Cells came, went, moved or changed their type."""


@dataclass(frozen=True)
class OutputsChanged:
    """The outputs of a cell are others."""

    cell_id: str


@dataclass(frozen=True)
class ExecutionChanged:
    """The execution count of a cell, or the state of its run, is another one."""

    cell_id: str


NotebookEvent = Union[  # noqa: UP007 (evaluated at import; Python 3.10 has no | for these names in quotes)
    SourceChanged, StructureChanged, OutputsChanged, ExecutionChanged
]
