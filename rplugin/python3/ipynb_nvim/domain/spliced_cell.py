"""What a splice of a notebook's cells says and what comes of it; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.document_cells import CellRecord


@dataclass(frozen=True)
class SplitFrom:
    """A new cell starts with the metadata and attachments of this one."""

    cell_id: str


@dataclass(frozen=True)
class PastedFrom:
    """A new cell starts as this one was when it was copied; None: nobody knows any more."""

    record: CellRecord | None


@dataclass(frozen=True)
class Absorbing:
    """The cell has taken in the text of these: what it names of their attachments is its own."""

    cell_ids: tuple[str, ...]


Origin = Union[SplitFrom, PastedFrom, Absorbing]  # noqa: UP007 (evaluated at import, so Python 3.10 callers can use it at run time too)


@dataclass(frozen=True)
class SplicedCell:
    """A cell that a splice puts in: a known one comes back with what it had.

    ``lines`` None keeps the text that a known cell, or one that was copied, has.
    """

    cell_id: str
    cell_type: str
    lines: Sequence[str] | None
    origin: Origin | None = None


@dataclass(frozen=True)
class SpliceResult:
    """What a splice leaves to its caller.

    ``redrawn`` are cells whose outputs or count show otherwise than before. ``clashes`` are
    names of attachments that a merge found twice, with different content: the text names the
    first now where it named the other.
    """

    redrawn: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
