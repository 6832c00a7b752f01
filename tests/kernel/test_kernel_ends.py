"""Every kind of end of a real kernel: restart, death, shutdown; nothing hangs or is left."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.errors import KernelDiedError, KernelError
from ipynb_nvim.services.kernel_events import (
    KernelDied,
    KernelReady,
    KernelState,
    KernelStopped,
)

from .conftest import PYTHON, Probe, is_running, until_it_runs, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., None]


def test_the_first_output_after_a_restart_is_kept_20_times(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        for n in range(20):
            await probe.session.restart()
            assert await probe.run(f"print({n})") == ("ok", f"{n}\n")
        assert len(probe.all(KernelReady)) == 21

    play(scenario)


def test_a_restart_ends_what_runs_and_forgets_its_state(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("x = 1")
        msg_id = probe.session.execute("while True: pass")
        await until_it_runs(probe, msg_id)
        await probe.session.restart()
        assert (await probe.finished(msg_id)).status == "aborted"
        assert await probe.run("x") == ("error", "NameError")
        assert not probe.all(KernelDied)

    play(scenario)


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "while True: pass"])
def test_a_killed_kernel_is_noticed_within_a_second(play: Play, code: str) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        record = probe.session.record
        assert record is not None
        msg_id = probe.session.execute(f"print('go', flush=True)\n{code}")
        await probe.until(lambda: probe.text(msg_id))
        os.kill(record.pid, signal.SIGKILL)
        died = await probe.until(lambda: probe.last(KernelDied), 1)
        assert died.reason.startswith("was killed by SIGKILL")
        assert (await probe.finished(msg_id)).status == "error"
        assert probe.session.execution_state is KernelState.DEAD
        with pytest.raises(KernelDiedError, match="restart it"):
            probe.session.execute("1")
        await probe.session.restart()
        assert await probe.run("print('on')") == ("ok", "on\n")

    play(scenario)


def test_a_kernel_that_exits_says_its_last_line(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        probe.session.execute(
            "import os\nprint('last of all', flush=True)\n"
            "os.write(2, b'\\x1b[31mout of luck\\x1b[0m\\n')\nos._exit(3)"
        )
        died = await probe.until(lambda: probe.last(KernelDied), 2)
        assert died.reason == "exited with 3: out of luck"

    play(scenario)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("/no/such/python",), "cannot start Python 3: .*No such file"),
        ((sys.executable, "-m", "no_such_kernel"), "Python 3 exited with 1: .*No module named"),
        ((sys.executable, "-c", "import os; os.abort()"), "Python 3 was killed by SIGABRT"),
    ],
)
def test_a_kernel_that_dies_at_start_says_why_at_once(
    play: Play, argv: tuple[str, ...], message: str
) -> None:
    async def scenario(probe: Probe) -> None:
        with pytest.raises(KernelError, match=message):
            await asyncio.wait_for(probe.session.start(), 5)
        assert probe.session.execution_state is KernelState.DEAD
        assert not probe.session.is_alive
        with pytest.raises(KernelError):
            probe.session.execute("1")

    play(scenario, replace(PYTHON, argv=argv))


def test_shutdown_leaves_no_process(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        pids = await start_a_child(probe)
        await probe.session.shutdown()
        assert isinstance(probe.events[-1], KernelStopped)
        for pid in pids:
            wait_until_gone(pid)
        assert not probe.all(KernelDied)

    play(scenario)


async def start_a_child(probe: Probe) -> list[int]:
    """Let the kernel start a process; return the kernel's id and the process's."""
    code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    _, child = await probe.run(code)
    assert probe.session.record is not None
    return [probe.session.record.pid, int(child)]


def test_a_kernel_that_ignores_the_request_is_killed(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        assert probe.session.record is not None
        pid = probe.session.record.pid
        os.kill(pid, signal.SIGSTOP)
        before_s = time.monotonic()
        await probe.session.shutdown()
        assert time.monotonic() - before_s < 3
        assert not is_running(pid)

    play(scenario)


def test_shutdown_ends_a_start(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        start = asyncio.ensure_future(probe.session.start())
        await probe.until(lambda: probe.session.is_alive)
        await asyncio.wait_for(probe.session.shutdown(), 2)
        with pytest.raises(KernelError):
            await start
        assert probe.session.execution_state is KernelState.STOPPED

    # Not known for ipykernel, so it would be tried again on TCP.
    play(scenario, replace(PYTHON, argv=("sleep", "60")))


def test_kill_now_during_a_restart_leaves_no_process(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        restart = asyncio.ensure_future(probe.session.restart())
        await probe.until(lambda: probe.session.execution_state is KernelState.RESTARTING)
        probe.session.kill_now()
        with pytest.raises(KernelError):
            await restart
        assert not probe.session.is_alive

    play(scenario)


def test_kill_now_leaves_no_process(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        pids = await start_a_child(probe)
        probe.session.execute("while True: pass")
        probe.session.kill_now()
        assert not is_running(pids[0])
        wait_until_gone(pids[1])

    play(scenario)
