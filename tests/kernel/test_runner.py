"""The cells of a notebook on a real kernel: their order, and how runs end; no screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.services.run_events import (
    CellDone,
    CellStarted,
    InputWanted,
    KernelBecameReady,
    KernelGone,
)

if TYPE_CHECKING:
    from ipynb_nvim.services.run_events import RunEvent

    from .owner import Owner, Play


def test_cells_start_and_end_one_after_the_other(play_cells: Play) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        assert set(await owner.until_all_done()) == {"ok"}
        ends = [e.cell_id for e in owner.events if isinstance(e, (CellStarted, CellDone))]
        assert ends == [cell_id for cell_id in owner.ids for _ in range(2)]
        assert [owner.text(n) for n in range(50)] == [f"{n}\n" for n in range(50)]
        counts = [event.execution_count for event in owner.all(CellDone)]
        assert counts == list(range(1, 51))

    play_cells([f"print({n})" for n in range(50)], scenario)


def test_nothing_runs_after_an_error(play_cells: Play) -> None:
    sources = ["ran = []", "ran.append(1)", "1 / 0", "ran.append(2)", "ran.append(3)"]

    async def scenario(owner: Owner) -> None:
        for _ in range(10):
            owner.events.clear()
            owner.run_all()
            assert await owner.until_all_done() == ["ok", "ok", "error", "cancelled", "cancelled"]
            owner.notebook.change_text(owner.ids[0], 0, 1, ["assert ran == [1]; ran = []"])

    play_cells(sources, scenario)


def test_a_question_right_after_a_quick_cell_is_asked(play_cells: Play) -> None:
    async def scenario(owner: Owner) -> None:
        def answer(event: RunEvent) -> None:
            if isinstance(event, InputWanted):
                assert owner.runner.queue.current is not None
                assert owner.runner.queue.current.cell_id == event.cell_id
                owner.runner.reply_input(event.prompt + "!")

        owner.on_event = answer
        owner.run_all()
        assert set(await owner.until_all_done()) == {"ok"}
        texts = [owner.text(n) for n in range(1, 40, 2)]
        assert texts == [f"{n} {n}!\n{n}!\n" for n in range(1, 40, 2)]  # asked, then printed

    play_cells([f"print(input('{n}'))" if n % 2 else "1" for n in range(40)], scenario)


@pytest.mark.parametrize(
    ("deed", "ended"), [("restart", KernelBecameReady), ("shutdown", KernelGone)]
)
def test_the_next_run_goes_to_the_new_kernel(play_cells: Play, deed: str, ended: type) -> None:
    # Ended at many moments of a run, so that one is between a reply and its idle.
    async def scenario(owner: Owner) -> None:
        for moment in range(1, 5):
            owner.events.clear()
            owner.run_all()
            await owner.until(lambda moment=moment: len(owner.all(CellDone)) >= moment)
            await asyncio.sleep(moment * 0.0006)
            owner.events.clear()
            getattr(owner.runner, deed)()
            await owner.until(lambda: owner.all(ended))
            assert not owner.runner.queue.waiting
            owner.events.clear()
            owner.run_all()
            assert set(await owner.until_all_done()) == {"ok"}

    play_cells([f"x = {n}" for n in range(20)], scenario)
