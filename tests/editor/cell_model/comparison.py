"""Playing one case in Neovim and in the model, and making a failing one small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.editor.cell_model.editor import Seen, canonical
from tests.editor.cell_model.keys import perform
from tests.editor.cell_model.registers import Holding
from tests.editor.cell_model.world import Book, Cell, World, as_lines
from tests.harness import ChildError, ChildTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.editor.cell_model.editor import NotebookEditor
    from tests.editor.cell_model.steps import Case

MAX_SHRINK_RUNS = 120


@dataclass(frozen=True)
class Failure:
    """Where Neovim and the model parted: after which keys, and how."""

    case: Case
    keys: tuple[str, ...]
    differences: tuple[Seen, ...]

    def __str__(self) -> str:
        """Show the case so that it can be played by hand."""
        keys = "\n".join(f"    {typed}" for typed in self.keys)
        differences = "\n".join(f"  {difference}" for difference in self.differences[:3])
        return f"{self.case}\n  keys:\n{keys}\n  after the last:\n{differences}"


def start(case: Case) -> World:
    """Return the model of a case's notebooks, before the first step."""
    return World([_book(number, cells) for number, cells in enumerate(case.books)], case.token)


def _book(number: int, cells: Sequence[dict[str, Any]]) -> Book:
    state = tuple(
        Cell(cell["id"], cell["cell_type"], as_lines("".join(cell["source"]))) for cell in cells
    )
    holdings = {
        cell["id"]: Holding(
            tuple(canonical(output) for output in cell.get("outputs", ())),
            cell.get("execution_count"),
            canonical(cell["metadata"]),
            tuple(cell.get("attachments", ())),
        )
        for cell in cells
    }
    return Book(number, state, holdings)


def run(case: Case, editor: NotebookEditor) -> Failure | None:
    """Play a case, comparing every ``stride`` steps and at the end; then compare the files."""
    editor.open(case.books)
    world, played, waiting = start(case), [], ""
    try:
        if found := editor.differences(world):
            return Failure(case, (), tuple(found))
        for number, step in enumerate(case.steps, start=1):
            before = world.pending
            typed = perform(world, step)
            played.append(typed.keys or f"({step.kind})")
            waiting += typed.keys
            is_due = number % case.stride == 0 or number == len(case.steps)
            if typed.is_last or is_due:
                editor.press(waiting)
                waiting = ""
            if before is None and world.pending is not None:
                editor.wait_until_busy(world.pending)
            elif before is not None and world.pending is None:
                editor.let_go(before)
            if is_due and (found := editor.differences(world)):
                return Failure(case, tuple(played), tuple(found))
        editor.press("<C-\\><C-n>")
        if world.pending is not None:
            editor.let_go(world.pending)
            world.end_run()
        found = editor.file_differences(world) or editor.differences(world)
    except (ChildError, ChildTimeoutError) as error:
        found = [Seen("Neovim", "no error", f"{error}\n{editor.child.picture()}")]
    return Failure(case, (*played, "(end)"), tuple(found)) if found else None


def shrink(failure: Failure, fails: Callable[[Case], Failure | None]) -> Failure:
    """Leave out steps as long as the case still fails, comparing after each."""
    best, runs = failure, 0
    for stride in (1, failure.case.stride):
        found = fails(replace(failure.case, stride=stride))
        if found:
            best = found
            break
    else:
        return failure
    size = max(1, len(best.case.steps) // 2)
    while size and runs < MAX_SHRINK_RUNS:
        start_, is_smaller = 0, False
        while start_ < len(best.case.steps) and runs < MAX_SHRINK_RUNS:
            steps = best.case.steps
            runs += 1
            found = fails(replace(best.case, steps=(*steps[:start_], *steps[start_ + size :])))
            if found:
                best, is_smaller = found, True
            else:
                start_ += size
        if not is_smaller:
            size //= 2
    return best
