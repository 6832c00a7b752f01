"""The cells of a notebook on a real kernel: their order, and how runs end; no screen."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.services.run_events import (
    CellDone,
    CellStarted,
    InputWanted,
    KernelBecameReady,
    KernelGone,
)
from ipynb_nvim.services.runner import Runner

from .conftest import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from ipynb_nvim.services.launch_spec import LaunchSpec
    from ipynb_nvim.services.run_events import RunEvent

    Play = Callable[[Sequence[str], Callable[["Owner"], Coroutine[Any, Any, None]]], None]


class Owner:
    """Owns a notebook with a runner, as the plugin's session does, and hears what is told."""

    def __init__(self, sources: Sequence[str], cwd: Path) -> None:
        self.ids = [f"cell-{n}" for n in range(len(sources))]
        records = [
            CellRecord(cell_id, "code", source, [])
            for cell_id, source in zip(self.ids, sources, strict=True)
        ]
        self.notebook = Notebook(records)
        self.events: list[RunEvent] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.on_event: Callable[[RunEvent], None] = lambda _: None
        self._cwd = cwd
        self._heard = asyncio.Event()
        self.runner = Runner(
            self.notebook, self._choose, self._hear, self._spawn, editor_pid=os.getpid()
        )

    def run_all(self) -> None:
        self.runner.execute(self.ids, self._cwd)

    async def until(self, is_there: Callable[[], Any]) -> None:
        """Wait until something is true of what was told."""
        while not is_there():
            self._heard.clear()
            await asyncio.wait_for(self._heard.wait(), 20)

    async def until_all_done(self) -> list[str]:
        """Wait for the end of each cell's run; return how they ended."""
        await self.until(lambda: len(self.all(CellDone)) >= len(self.ids))
        return [event.status for event in self.all(CellDone)]

    def all(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def text(self, index: int) -> str:
        """Return what a cell printed."""
        outputs = self.notebook[self.ids[index]].outputs.to_json()
        return "".join("".join(output.get("text", "")) for output in outputs)

    def _hear(self, event: RunEvent) -> None:
        self.events.append(event)
        self._heard.set()
        self.on_event(event)

    async def _choose(self, _name: str | None) -> LaunchSpec:
        return PYTHON

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        return task


@pytest.fixture
def play(tmp_path: Path, runtime_dir: Path) -> Play:
    """Return a function that runs a scenario on a notebook of these sources."""

    def run(sources: Sequence[str], scenario: Callable[[Owner], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            owner = Owner(sources, tmp_path)
            try:
                await asyncio.wait_for(scenario(owner), 40)
            finally:
                owner.runner.kill_now()
                for task in owner.tasks:
                    task.cancel()

        asyncio.run(whole())
        assert not list(runtime_dir.glob("ipynb-kernel-*"))

    return run


def test_cells_start_and_end_one_after_the_other(play: Play) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        assert set(await owner.until_all_done()) == {"ok"}
        ends = [e.cell_id for e in owner.events if isinstance(e, (CellStarted, CellDone))]
        assert ends == [cell_id for cell_id in owner.ids for _ in range(2)]
        assert [owner.text(n) for n in range(50)] == [f"{n}\n" for n in range(50)]
        counts = [event.execution_count for event in owner.all(CellDone)]
        assert counts == list(range(1, 51))

    play([f"print({n})" for n in range(50)], scenario)


def test_nothing_runs_after_an_error(play: Play) -> None:
    sources = ["ran = []", "ran.append(1)", "1 / 0", "ran.append(2)", "ran.append(3)"]

    async def scenario(owner: Owner) -> None:
        for _ in range(10):
            owner.events.clear()
            owner.run_all()
            assert await owner.until_all_done() == ["ok", "ok", "error", "cancelled", "cancelled"]
            owner.notebook.change_text(owner.ids[0], 0, 1, ["assert ran == [1]; ran = []"])

    play(sources, scenario)


def test_a_question_right_after_a_quick_cell_is_asked(play: Play) -> None:
    async def scenario(owner: Owner) -> None:
        def answer(event: RunEvent) -> None:
            if isinstance(event, InputWanted):
                assert owner.runner.queue.current is not None
                assert owner.runner.queue.current.cell_id == event.cell_id
                owner.runner.reply_input(event.prompt + "!")

        owner.on_event = answer
        owner.run_all()
        assert set(await owner.until_all_done()) == {"ok"}
        assert [owner.text(n) for n in range(1, 40, 2)] == [f"{n}!\n" for n in range(1, 40, 2)]

    play([f"print(input('{n}'))" if n % 2 else "1" for n in range(40)], scenario)


@pytest.mark.parametrize(
    ("deed", "ended"), [("restart", KernelBecameReady), ("shutdown", KernelGone)]
)
def test_the_next_run_goes_to_the_new_kernel(play: Play, deed: str, ended: type) -> None:
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

    play([f"x = {n}" for n in range(20)], scenario)
