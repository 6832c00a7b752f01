"""What the kernel tests share: sessions on real kernels that leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from ipynb_nvim.domain.messages import OutputMessage, Status
from ipynb_nvim.domain.output import ErrorOutput, ExecuteResult, StreamOutput
from ipynb_nvim.services.kernel_events import ExecutionFinished, MessageReceived
from ipynb_nvim.services.kernel_session import KernelSession
from ipynb_nvim.services.launch_spec import LaunchSpec

from .owner import PYTHON, play_on

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from ipynb_nvim.services.kernel_events import KernelEvent

    from .owner import Play, Scenario

BASH = LaunchSpec(
    name="bash",
    display_name="Bash",
    language="bash",
    argv=(sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"),
    env={"PS1": "$"},
)

T = TypeVar("T")


class Probe:
    """Owns one session, as the plugin would, and waits for what it tells."""

    def __init__(self, spec: LaunchSpec, cwd: Path, **options: Any) -> None:
        self.events: list[KernelEvent] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self._heard = asyncio.Event()
        self._finished: dict[str, asyncio.Future[ExecutionFinished]] = {}
        # A test that is killed leaves no kernel either.
        options = {"owner_pid": os.getpid(), **options}
        self.session = KernelSession(spec, cwd, self.on_event, self.spawn, **options)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        return task

    def on_event(self, event: KernelEvent) -> None:
        self.events.append(event)
        self._heard.set()
        if isinstance(event, ExecutionFinished):
            self._end_of(event.msg_id).set_result(event)

    async def until(self, find: Callable[[], T | None], timeout_s: float = 10) -> T:
        """Wait until ``find`` finds something in what was told."""
        end_s = time.monotonic() + timeout_s
        while not (found := find()):
            self._heard.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._heard.wait(), max(0.001, end_s - time.monotonic()))
            assert time.monotonic() < end_s, self.events[-10:]
        return found

    def all(self, kind: type[T]) -> list[T]:
        """Return the events and messages of one type."""
        messages = [e.message for e in self.events if isinstance(e, MessageReceived)]
        return [item for item in [*self.events, *messages] if isinstance(item, kind)]

    def last(self, kind: type[T]) -> T | None:
        found = self.all(kind)
        return found[-1] if found else None

    async def finished(self, msg_id: str, timeout_s: float = 10) -> ExecutionFinished:
        """Wait for the end of an execution; a second one would be an InvalidStateError."""
        await asyncio.wait({self._end_of(msg_id)}, timeout=timeout_s)
        assert self._end_of(msg_id).done(), self.events[-10:]
        return self._end_of(msg_id).result()

    def _end_of(self, msg_id: str) -> asyncio.Future[ExecutionFinished]:
        if msg_id not in self._finished:
            self._finished[msg_id] = asyncio.get_running_loop().create_future()
        return self._finished[msg_id]

    async def run(self, code: str, timeout_s: float = 10) -> tuple[str, str]:
        """Run code to its end; return its status and its text."""
        msg_id = self.session.execute(code)
        finished = await self.finished(msg_id, timeout_s)
        return finished.status, self.text(msg_id)

    def text(self, msg_id: str) -> str:
        """Return all output text of one request."""
        parts: list[str] = []
        for message in self.all(OutputMessage):
            if message.parent_id == msg_id:
                output = message.output
                if isinstance(output, StreamOutput):
                    parts.append(output.text)
                elif isinstance(output, ExecuteResult):
                    parts.append(str(output.data["text/plain"]))
                elif isinstance(output, ErrorOutput):
                    parts.append(output.ename)
        return "".join(parts)


@pytest.fixture
def runtime_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory of the test's own, short enough for sockets."""
    path = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(path))
    return path


@pytest.fixture
def play(tmp_path: Path, runtime_dir: Path) -> Callable[..., None]:
    """Return a function that runs a test's coroutine with a ``Probe``, then ends its kernel."""

    def run(
        scenario: Callable[[Probe], Coroutine[Any, Any, None]],
        spec: LaunchSpec = PYTHON,
        **options: Any,
    ) -> None:
        async def whole() -> None:
            probe = Probe(spec, tmp_path, **options)
            try:
                await asyncio.wait_for(scenario(probe), 50)
            finally:
                probe.session.kill_now()
                for task in probe.tasks:
                    task.cancel()

        asyncio.run(whole())
        assert not list(runtime_dir.glob("ipynb-kernel-*"))

    return run


@pytest.fixture
def play_cells(tmp_path: Path, runtime_dir: Path) -> Play:
    """Return a function that runs a scenario on a notebook of these sources."""

    def run(sources: Sequence[str], scenario: Scenario) -> None:
        play_on(sources, scenario, tmp_path)
        assert not list(runtime_dir.glob("ipynb-kernel-*"))

    return run


def is_running(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int, timeout_s: float = 3) -> None:
    end_s = time.monotonic() + timeout_s
    while is_running(pid):
        assert time.monotonic() < end_s, f"{pid} still runs"
        os.sched_yield()


async def until_it_runs(probe: Probe, msg_id: str) -> None:
    """Wait until the kernel has told that it is busy with the request."""
    await probe.until(lambda: [s for s in probe.all(Status) if s.parent_id == msg_id])
