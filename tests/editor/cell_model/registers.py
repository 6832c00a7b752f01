"""Vim's registers with cells in them (:h registers); knows nothing of notebooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Lines = tuple[str, ...]
NUMBERED = tuple("123456789")


@dataclass(frozen=True)
class Holding:
    """What belongs to a cell's id beside its text; undo does not know it."""

    outputs: tuple[str, ...] = ()  # as JSON
    execution_count: int | None = None
    metadata: str = "{}"
    attachments: tuple[str, ...] = ()  # the names


@dataclass(frozen=True)
class Copied:
    """A cell as of the time of copying."""

    name: str
    home: int
    cell_type: str
    lines: Lines
    is_cut: bool
    holding: Holding


Held = tuple[Copied, ...]


@dataclass
class Registers:
    """What each register holds; ``newest`` is what the unnamed one shows."""

    slots: dict[str, Held] = field(default_factory=dict[str, Any])
    newest: str = "0"

    def get(self, register: str) -> Held:
        """Return the cells of a register; text is one cell without a name."""
        return self.slots.get(self.newest if register == '"' else register, ())

    def put(self, register: str, cells: Held, *, is_cut: bool) -> None:
        """Fill a register as Vim does with lines that were deleted or yanked."""
        if register == "_":
            return
        if register.isupper():
            register = register.lower()
            cells = self.slots.get(register, ()) + cells
        elif register == '"' and is_cut:
            for new, old in zip(NUMBERED[:0:-1], NUMBERED[-2::-1], strict=True):
                self.slots[new] = self.slots.get(old, ())
            register = "1"
        elif register == '"':
            register = "0"
        self.slots[register] = cells
        self.newest = register
