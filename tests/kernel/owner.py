"""A notebook with a runner on a real kernel, owned as the plugin's session does; no screen."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.document_cells import CellRecord
from ipynb_nvim.domain.notebook import Notebook
from ipynb_nvim.services.launch_spec import LaunchSpec
from ipynb_nvim.services.run_events import CellDone
from ipynb_nvim.services.run_settings import RunSettings
from ipynb_nvim.services.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from ipynb_nvim.services.run_events import RunEvent

    Scenario = Callable[["Owner"], Coroutine[Any, Any, None]]
    Play = Callable[[Sequence[str], Scenario], None]


PYTHON = LaunchSpec(
    name="python3",
    display_name="Python 3",
    language="python",
    argv=(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
)


class Owner:
    """Hears what the runner of a notebook of these sources tells."""

    def __init__(self, sources: Sequence[str], cwd: Path, spec: LaunchSpec = PYTHON) -> None:
        self.ids = [f"cell-{n}" for n in range(len(sources))]
        records = [
            CellRecord(cell_id, "code", source, [])
            for cell_id, source in zip(self.ids, sources, strict=True)
        ]
        self.notebook = Notebook(records)
        self.events: list[RunEvent] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.on_event: Callable[[RunEvent], None] = lambda _: None
        self.cwd = cwd
        self._spec = spec
        self._heard = asyncio.Event()
        self.runner = Runner(
            self.notebook, self._choose, self._hear, self._spawn, RunSettings(os.getpid())
        )

    def run_all(self) -> None:
        self.runner.execute(self.ids, self.cwd)

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
        return self._spec

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        return task


def play_on(
    sources: Sequence[str],
    scenario: Scenario,
    cwd: Path,
    spec: LaunchSpec = PYTHON,
) -> None:
    """Run a scenario, then end its kernel."""

    async def whole() -> None:
        owner = Owner(sources, cwd, spec)
        try:
            await asyncio.wait_for(scenario(owner), 40)
        finally:
            owner.runner.kill_now()
            for task in owner.tasks:
                task.cancel()

    asyncio.run(whole())
