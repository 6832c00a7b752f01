"""Cells that are deleted, brought back or retyped while they wait or run, on a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipynb_nvim.domain.spliced_cell import Absorbing, SplicedCell
from ipynb_nvim.services.run_events import CellDone, CellStarted

if TYPE_CHECKING:
    from .owner import Owner, Play

# Runs until the test has let it go on, so that nothing depends on the machine's speed.
GATE = "import time, pathlib\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)\nprint(0)"


def delete(owner: Owner, index: int) -> None:
    name = owner.ids[index]
    owner.notebook.splice(list(owner.notebook.order).index(name), [name], [])


def bring_back(owner: Owner, index: int, cell_type: str = "code") -> None:
    cell = SplicedCell(owner.ids[index], cell_type, None)
    owner.notebook.splice(len(owner.notebook.order), [], [cell])


def set_type(owner: Owner, index: int, cell_type: str) -> None:
    name = owner.ids[index]
    place = list(owner.notebook.order).index(name)
    owner.notebook.splice(place, [name], [SplicedCell(name, cell_type, None)])


async def start(owner: Owner) -> None:
    owner.run_all()
    await owner.until(lambda: owner.all(CellStarted))


def ends(owner: Owner) -> dict[int, str]:
    return {owner.ids.index(event.cell_id): event.status for event in owner.all(CellDone)}


def open_gate(owner: Owner) -> None:
    (owner.cwd / "go").touch()


def test_a_waiting_cell_that_is_deleted_or_retyped_is_cancelled_at_its_turn(
    play_cells: Play,
) -> None:
    async def scenario(owner: Owner) -> None:
        await start(owner)
        delete(owner, 1)
        set_type(owner, 2, "markdown")
        delete(owner, 4)
        assert ends(owner) == {}
        open_gate(owner)
        await owner.until_all_done()
        assert ends(owner) == {0: "ok", 1: "cancelled", 2: "cancelled", 3: "ok", 4: "cancelled"}
        assert [owner.text(n) for n in range(5)] == ["0\n", "", "", "3\n", ""]
        assert not owner.runner.queue.waiting

    play_cells([GATE, *(f"print({n})" for n in range(1, 5))], scenario)


def test_a_waiting_cell_that_comes_back_before_its_turn_runs(play_cells: Play) -> None:
    async def scenario(owner: Owner) -> None:
        await start(owner)
        delete(owner, 1)
        set_type(owner, 2, "raw")
        bring_back(owner, 1)
        set_type(owner, 2, "code")
        open_gate(owner)
        assert set(await owner.until_all_done()) == {"ok"}
        assert [owner.text(n) for n in range(3)] == ["0\n", "1\n", "2\n"]

    play_cells([GATE, "print(1)", "print(2)"], scenario)


def test_a_running_cell_goes_on_when_it_is_deleted_merged_or_retyped(
    play_cells: Play,
) -> None:
    async def scenario(owner: Owner) -> None:
        go = owner.cwd / "go"
        deeds = [
            (lambda: delete(owner, 0), lambda: bring_back(owner, 0)),
            (lambda: set_type(owner, 0, "markdown"), lambda: set_type(owner, 0, "code")),
            (lambda: merge_away(owner), lambda: bring_back(owner, 0)),
        ]
        for do, undo in deeds:
            go.unlink(missing_ok=True)
            owner.events.clear()
            await start(owner)
            do()
            open_gate(owner)
            assert set(await owner.until_all_done()) == {"ok"}
            assert owner.text(0) == "0\n"
            undo()
            assert owner.notebook.records()[owner.notebook.order.index(owner.ids[0])].outputs

    play_cells([GATE, "print(1)"], scenario)


def merge_away(owner: Owner) -> None:
    first, second = owner.ids
    cell = SplicedCell(second, "code", ["print(1)"], Absorbing((first,)))
    owner.notebook.splice(0, list(owner.notebook.order), [cell])


def test_the_next_cell_is_not_sent_ahead_if_it_is_gone(play_cells: Play) -> None:
    """Quick cells, each deleting the next: what was deleted before it was sent never runs."""

    async def scenario(owner: Owner) -> None:
        for index in range(1, 60, 2):
            delete(owner, index)
        owner.run_all()
        await owner.until_all_done()
        assert ends(owner) == {n: "cancelled" if n % 2 else "ok" for n in range(60)}
        order = [owner.ids.index(event.cell_id) for event in owner.all(CellDone)]
        assert order == list(range(60))
        assert owner.text(58) == f"{list(range(0, 59, 2))}\n"

    sources = [f"ran = [*globals().get('ran', []), {n}]; print(ran)" for n in range(60)]
    play_cells(sources, scenario)
