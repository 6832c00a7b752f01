"""Playing one sequence in both editors, and making a failing one small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.editor.differential.editors import FloatEditor, PlainEditor, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.editor.differential.sequences import Chunk, Step

MAX_UNDO_STEPS = 80
MAX_SHRINK_RUNS = 80


@dataclass(frozen=True)
class Case:
    """A start and what is typed from there."""

    cell_type: str
    lines: tuple[str, ...]
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True)
class Failure:
    """Where the editors parted: after which step, and how."""

    case: Case
    step: Step
    differences: tuple[str, ...]

    def __str__(self) -> str:
        """Show the case so that it can be played by hand."""
        chunks = "\n".join(f"    {chunk!r}," for chunk in self.case.chunks)
        differences = "\n".join(f"  {difference}" for difference in self.differences)
        return (
            f"{self.case.cell_type} cell {list(self.case.lines)!r}\n  keys:\n{chunks}\n"
            f"  differs after {self.step!r}:\n{differences}"
        )


class Comparison:
    """A plain and a float editor that play the same cases."""

    def __init__(self, plain: PlainEditor, float_: FloatEditor) -> None:
        self._plain = plain
        self._float = float_

    def run(self, case: Case) -> Failure | None:
        """Play a case, then undo everything and redo it, comparing after each step."""
        for editor in (self._plain, self._float):
            editor.open(list(case.lines), case.cell_type)
        if self._plain.options() != self._float.options():
            options = describe("options", self._plain.options(), self._float.options())
            return Failure(case, "(open)", (options,))
        for step in (step for chunk in case.chunks for step in chunk):
            if differences := self._step(step):
                return Failure(case, step, tuple(differences))
        return self._walk(case, "u") or self._walk(case, "<C-r>")

    def _walk(self, case: Case, key: str) -> Failure | None:
        for count in range(1, MAX_UNDO_STEPS):
            before = self._plain.state().get("lines")
            if differences := self._step(key):
                step = f"(at the end) {count} times {key}"
                return Failure(case, step, tuple(differences))
            if self._plain.state().get("lines") == before:
                return None
        return None

    def _step(self, step: Step) -> list[str]:
        self._plain.send(step)
        self._float.send(step)  # both work at the same time
        self._plain.settle()
        self._float.settle()
        plain, float_ = self._plain.state(), self._float.state()
        names = sorted({*plain, *float_})
        differences = [
            describe(name, plain.get(name), float_.get(name))
            for name in names
            if plain.get(name) != float_.get(name)
        ]
        if "prompt" in plain or "prompt" in float_:
            return differences or ["both wait at a prompt: not a case for a comparison"]
        return differences + self._float.differences(float_["lines"])


def shrink(case: Case, fails: Callable[[Case], Failure | None]) -> Failure | None:
    """Leave out chunks and lines as long as the case still fails (delta debugging)."""
    best = fails(case)
    if best is None:
        return None
    runs = 0
    size = max(1, len(case.chunks) // 2)
    while size and runs < MAX_SHRINK_RUNS:
        start, is_smaller = 0, False
        while start < len(best.case.chunks) and runs < MAX_SHRINK_RUNS:
            chunks = best.case.chunks
            smaller = Case(case.cell_type, case.lines, (*chunks[:start], *chunks[start + size :]))
            runs += 1
            if found := fails(smaller):
                best, is_smaller = found, True
            else:
                start += size
        if not is_smaller:
            size //= 2
    return _with_fewer_lines(best, fails)


def _with_fewer_lines(failure: Failure, fails: Callable[[Case], Failure | None]) -> Failure:
    for lines in _shorter(failure.case.lines):
        if found := fails(Case(failure.case.cell_type, lines, failure.case.chunks)):
            return found
    return failure


def _shorter(lines: Sequence[str]) -> list[tuple[str, ...]]:
    texts = (("",), ("a b",), *(tuple(lines[:count]) for count in (1, 2, 3)))
    return [texts_ for texts_ in texts if len(texts_) < len(lines)]
