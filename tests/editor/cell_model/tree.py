"""Vim's undo tree (:h undo-tree) over any states; knows nothing of cells."""

from __future__ import annotations

from typing import Generic, TypeVar

State = TypeVar("State")


class Tree(Generic[State]):
    """The states a buffer was ever in, by number; which one is its parent; where it is."""

    # Mutable state: all four; ``_redo`` is the child walked last, by parent.

    def __init__(self, state: State) -> None:
        self._states = [state]
        self._parents = [-1]
        self._redo: dict[int, int] = {}
        self._seq = 0

    @property
    def state(self) -> State:
        """The state on screen."""
        return self._states[self._seq]

    def add(self, state: State) -> None:
        """Take a change: a new state below the one on screen."""
        self._states.append(state)
        self._parents.append(self._seq)
        self._redo[self._seq] = self._seq = len(self._states) - 1

    def press(self, key: str, count: int) -> bool:
        """Move by ``u``, ``<C-r>``, ``g-`` or ``g+``; tell whether it moved."""
        before = self._seq
        if key in {"g-", "g+"}:
            self._go(self._seq + (count if key == "g+" else -count))
        else:
            for _ in range(count):
                self._undo() if key == "u" else self._redo_one()
        return self._seq != before

    def _undo(self) -> None:
        if self._seq:
            self._redo[self._parents[self._seq]] = self._seq
            self._seq = self._parents[self._seq]

    def _redo_one(self) -> None:
        self._seq = self._redo.get(self._seq, self._seq)

    def _go(self, seq: int) -> None:
        seq = max(0, min(seq, len(self._states) - 1))
        below = [seq]
        while below[-1]:
            below.append(self._parents[below[-1]])
        while self._seq not in below:
            self._undo()
        for child in reversed(below[: below.index(self._seq)]):
            self._redo[self._parents[child]] = child
        self._seq = seq
