"""What a runner tells its owner; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject


@dataclass(frozen=True)
class CellQueued:
    """A cell waits for its turn."""

    cell_id: str


@dataclass(frozen=True)
class CellStarted:
    """A cell was sent to the kernel."""

    cell_id: str


@dataclass(frozen=True)
class CellDone:
    """A cell's run has ended: ``status`` is ``ok``, ``error`` or ``cancelled``."""

    cell_id: str
    status: str
    execution_count: int | None
    elapsed_ms: int | None


@dataclass(frozen=True)
class KernelChanged:
    """The kernel is another one or in another state."""


@dataclass(frozen=True)
class KernelBecameReady:
    """The kernel takes code now."""

    name: str
    language_info: JsonObject


@dataclass(frozen=True)
class KernelGone:
    """There is no kernel any more; ``reason`` is None if that was wanted."""

    reason: str | None


@dataclass(frozen=True)
class KernelFailed:
    """Something that was asked of the kernel cannot be done; ``reason`` is one line."""

    reason: str


@dataclass(frozen=True)
class InputWanted:
    """A cell waits for a line from the user."""

    cell_id: str
    prompt: str
    is_password: bool


RunEvent = Union[  # noqa: UP007 (evaluated at import, so Python 3.10 callers can use it at run time too)
    CellQueued,
    CellStarted,
    CellDone,
    KernelChanged,
    KernelBecameReady,
    KernelGone,
    KernelFailed,
    InputWanted,
]
