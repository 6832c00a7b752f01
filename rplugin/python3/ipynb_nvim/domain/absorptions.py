"""Which cells were merged into which, and what attachments they have by that; knows no order.

What a merged cell has follows from its text, so a merge is never taken back here: undo takes the
text back, and with it what the text named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.attachments import clashes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ipynb_nvim.domain.cell import Cell
    from ipynb_nvim.domain.json_value import JsonValue


class Absorptions:
    """The merges of one notebook. Cells that are unknown, or have no attachments, do not count."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        """Begin with none; ``cells`` are all that the notebook ever knew and stay its own."""
        # Mutable state: the cells that each has ever absorbed; the same the other way round;
        # those that were pasted again after they had been absorbed.
        self._cells = cells
        self._absorbed: dict[str, dict[str, None]] = {}
        self._absorbers: dict[str, dict[str, None]] = {}
        self._pasted: set[str] = set()

    def note(self, cell_id: str, absorbed: Sequence[str]) -> None:
        """Remember that ``cell_id`` has taken in the text of others."""
        for other in self._relevant(absorbed):
            self._pasted.discard(other)
            self._link(cell_id, other)

    def inherit(self, cell_id: str, origin: str) -> None:
        """Remember that ``cell_id`` has got a part of the text of ``origin``."""
        for name in self._absorbed.get(origin, ()):
            self._link(cell_id, name)

    def note_pasted(self, cell_id: str) -> None:
        """Remember that a cell is back beside the one that absorbed it.

        Both have its attachments then. One that is back by undo has them for itself again.
        """
        if cell_id in self._absorbers:
            self._pasted.add(cell_id)

    def share(self, touched: Collection[str], present: Collection[str]) -> list[str]:
        """Give merged cells what their text may name; return those that this may have changed.

        ``touched`` cells came, went or were merged; ``present`` are those of the notebook.
        """
        seen = dict.fromkeys(touched)
        waiting = list(seen)
        while waiting:
            above = [name for name in self._absorbers.get(waiting.pop(), ()) if name not in seen]
            seen.update(dict.fromkeys(above))
            waiting += above
        merged = [name for name in seen if name in self._absorbed]
        for name in merged:
            self._cells[name].absorb(self._pool(name, present))
        return merged

    def clashes(self, cell_id: str, absorbed: Sequence[str]) -> list[str]:
        """Return names that the text of ``absorbed`` has and that mean something else now."""
        cell = self._cells[cell_id]
        if cell.is_code:
            return []
        merged = cell.record().attachments
        found: dict[str, None] = {}
        for name in self._relevant(absorbed):
            other = self._cells[name]
            found.update(dict.fromkeys(clashes(merged, other.record().attachments, other.source)))
        return list(found)

    def _relevant(self, cell_ids: Sequence[str]) -> list[str]:
        known = [name for name in cell_ids if name in self._cells]
        return [n for n in known if self._cells[n].own_attachments or n in self._absorbed]

    def _link(self, cell_id: str, absorbed: str) -> None:
        if cell_id != absorbed:
            self._absorbed.setdefault(cell_id, {})[absorbed] = None
            self._absorbers.setdefault(absorbed, {})[cell_id] = None

    def _pool(self, cell_id: str, present: Collection[str]) -> dict[str, JsonValue]:
        """Return the attachments of all that is in a cell, also by a merge before the last."""
        pool: dict[str, JsonValue] = {}
        seen = {cell_id}
        waiting = [*reversed(self._absorbed.get(cell_id, {}))]
        while waiting:
            name = waiting.pop()
            if name in seen or (name in present and name not in self._pasted):
                continue
            seen.add(name)
            for key, value in (self._cells[name].own_attachments or {}).items():
                pool.setdefault(key, value)
            waiting += reversed(self._absorbed.get(name, {}))
        return pool
