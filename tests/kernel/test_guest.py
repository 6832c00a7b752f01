"""Kernels that somebody else started: shared, left alone, and missed when they go."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jupyter_client.manager import KernelManager

from ipynb_nvim.services.kernel_events import KernelState
from ipynb_nvim.services.run_events import (
    CellDone,
    KernelBecameReady,
    KernelFailed,
    KernelGone,
)
from ipynb_nvim.services.running_kernels import running_kernels

from .conftest import is_running
from .owner import Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence


@pytest.fixture
def manager(tmp_path: Path, runtime_dir: Path) -> Iterator[KernelManager]:
    """A kernel as Jupyter starts it, over TCP, with its file in the runtime directory."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    manager = KernelManager(kernel_name="python3")
    manager.connection_file = str(folder / "kernel-1.json")
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 (it warns of its TCP ports)
        manager.start_kernel(stderr=nothing)
    yield manager
    manager.shutdown_kernel(now=True)


def play_owners(
    sources: Sequence[Sequence[str]],
    cwd: Path,
    scenario: Callable[..., Coroutine[None, None, None]],
) -> None:
    """Play a scenario with a notebook for each list of sources."""

    async def whole() -> None:
        owners = [Owner(one, cwd) for one in sources]
        try:
            await asyncio.wait_for(scenario(*owners), 40)
        finally:
            for owner in owners:
                owner.runner.kill_now()
                for task in owner.tasks:
                    task.cancel()

    asyncio.run(whole())


async def connect(owner: Owner, file: str) -> None:
    owner.runner.connect(Path(file))
    await owner.until(lambda: owner.all(KernelBecameReady) or owner.all(KernelFailed))
    assert not owner.all(KernelFailed)


async def run(owner: Owner) -> list[str]:
    owner.events.clear()
    owner.run_all()
    return await owner.until_all_done()


def pid_of(manager: KernelManager) -> int:
    return manager.provisioner.process.pid


def test_two_notebooks_share_a_kernel_and_leave_it_running(
    manager: KernelManager, tmp_path: Path
) -> None:
    async def scenario(one: Owner, other: Owner) -> None:
        for owner in (one, other):
            await connect(owner, manager.connection_file)
        assert await run(one) == ["ok"]
        assert await run(other) == ["ok"]
        assert other.text(0) == "42\n"
        assert one.text(0) == "mine\n"
        one.runner.shutdown()
        await one.until(lambda: one.all(KernelGone))
        assert one.all(KernelGone)[0].reason is None
        assert await run(other) == ["ok"]

    play_owners([["x = 42; print('mine')"], ["print(x)"]], tmp_path, scenario)
    assert is_running(pid_of(manager))


def test_what_others_run_there_is_not_shown_and_does_not_end_our_cells(
    manager: KernelManager, tmp_path: Path
) -> None:
    async def scenario(owner: Owner) -> None:
        await connect(owner, manager.connection_file)
        client = manager.client()
        client.start_channels()
        client.execute("import time; time.sleep(0.3); print('not ours')")
        assert await run(owner) == ["ok"]
        assert owner.text(0) == "ours\n"
        client.stop_channels()

    play_owners([["print('ours')"]], tmp_path, scenario)


def test_a_busy_kernel_can_be_connected_to_and_interrupted(
    manager: KernelManager, tmp_path: Path
) -> None:
    async def scenario(owner: Owner) -> None:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=20)
        client.execute("import time; time.sleep(60)")
        await connect(owner, manager.connection_file)
        session = owner.runner.session
        assert session is not None
        assert session.execution_state is KernelState.BUSY
        owner.events.clear()
        owner.run_all()
        await asyncio.sleep(0.2)
        await session.interrupt()
        assert await owner.until_all_done() in (["ok"], ["cancelled"])
        assert await run(owner) == ["ok"]
        client.stop_channels()

    play_owners([["print('ours')"]], tmp_path, scenario)


def test_the_end_of_the_kernel_is_noticed(manager: KernelManager, tmp_path: Path) -> None:
    async def scenario(owner: Owner) -> None:
        await connect(owner, manager.connection_file)
        owner.run_all()
        os.kill(pid_of(manager), signal.SIGKILL)
        assert await owner.until_all_done() == ["error"]
        await owner.until(lambda: owner.all(KernelGone))
        assert "does not answer any more" in str(owner.all(KernelGone)[0].reason)

    play_owners([["import time; time.sleep(60)"]], tmp_path, scenario)


def test_it_ends_for_all_only_when_asked(manager: KernelManager, tmp_path: Path) -> None:
    async def scenario(owner: Owner) -> None:
        await connect(owner, manager.connection_file)
        owner.runner.restart()
        await owner.until(lambda: owner.all(KernelFailed))
        assert "was started elsewhere" in owner.all(KernelFailed)[0].reason
        assert is_running(pid_of(manager))
        owner.runner.shutdown(for_all=True)
        await owner.until(lambda: owner.all(KernelGone))
        while is_running(pid_of(manager)):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.02)

    play_owners([["1"]], tmp_path, scenario)


def test_a_later_host_connects_again(manager: KernelManager, tmp_path: Path) -> None:
    async def scenario(one: Owner, other: Owner) -> None:
        await connect(one, manager.connection_file)
        assert await run(one) == ["ok"]
        record = one.runner.release()
        assert record is not None
        other.runner.attach(record)
        await other.until(lambda: other.all(KernelBecameReady))
        assert await run(other) == ["ok"]
        assert other.text(0) == "1\n"

    play_owners([["x = 1"], ["print(x)"]], tmp_path, scenario)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no"),
        ("{", "cannot read"),
        ("{}", "is no kernel's connection file"),
    ],
)
def test_a_file_that_leads_nowhere_is_said(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    file = tmp_path / "kernel.json"
    if content is not None:
        file.write_text(content)

    async def scenario(owner: Owner) -> None:
        owner.runner.connect(file)
        await owner.until(lambda: owner.all(KernelFailed))
        assert reason in owner.all(KernelFailed)[0].reason
        assert not owner.all(CellDone)

    play_owners([["1"]], tmp_path, scenario)


def test_only_kernels_that_can_be_reached_are_found(
    manager: KernelManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(manager.connection_file).parent
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    dead = folder / "kernel-2.json"
    dead.write_text(Path(manager.connection_file).read_text().replace('_port": ', '_port": 1'))
    (folder / "kernel-3.json").write_text("{")

    async def scenario(owner: Owner) -> None:
        owner.run_all()  # has a kernel of this plugin's
        assert await owner.until_all_done() == ["ok"]
        session = owner.runner.session
        assert session is not None
        assert session.record is not None
        own = Path(session.record.directory) / "kernel.json"
        assert set(await running_kernels()) == {own, Path(manager.connection_file)}

    play_owners([["1"]], tmp_path, scenario)
