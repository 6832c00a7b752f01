"""A kernel without its session: found again, its sockets, its end with the editor."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.errors import KernelDiedError
from ipynb_nvim.services.kernel_events import (
    KernelDied,
    KernelReady,
    KernelState,
)
from ipynb_nvim.services.kernel_record import KernelRecord
from ipynb_nvim.services.kernel_session import KernelSession

from .conftest import PYTHON, Probe, until_it_runs, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Play = Callable[..., None]


def test_another_session_finds_the_kernel_again(play: Play, tmp_path: Path) -> None:
    async def scenario(first: Probe) -> None:
        await first.session.start()
        await first.run("x = 41")
        record = first.session.record
        assert record is not None
        stored = KernelRecord.from_json(dict(record.to_json()))
        msg_id = first.session.execute("import time; time.sleep(0.5); print('late'); x += 1")
        await until_it_runs(first, msg_id)

        second = Probe(PYTHON, tmp_path)
        second.session = await KernelSession.attach(
            stored, second.on_event, second.spawn, running=["long gone", msg_id]
        )
        assert second.session.execution_state is KernelState.BUSY
        assert (await second.finished(msg_id)).status == "ok"
        assert second.text(msg_id) == "late\n"
        assert (await second.finished("long gone")).status == "aborted"
        assert await second.run("x") == ("ok", "42")
        os.kill(stored.pid, signal.SIGKILL)
        died = await second.until(lambda: second.last(KernelDied), 1)
        assert died.reason.startswith("has ended")

    play(scenario)


def test_a_kernel_that_is_gone_cannot_be_found_again(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        record = probe.session.record
        assert record is not None
        await probe.session.shutdown()
        with pytest.raises(KernelDiedError, match="has ended"):
            await KernelSession.attach(record, probe.on_event, probe.spawn)

    play(scenario)


def test_the_sockets_are_private(play: Play, runtime_dir: Path) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        modes, socket_count = privacy(runtime_dir)
        assert modes == (0o700, 0o600)
        assert socket_count == 5

    play(scenario)


def privacy(runtime_dir: Path) -> tuple[tuple[int, int], int]:
    """Return the modes of the directory and the connection file, and the number of sockets."""
    (directory,) = runtime_dir.glob("ipynb-kernel-*")
    # Without the sticky bit, by which jupyter_client keeps cleaners of old files away.
    modes = (directory.stat().st_mode & 0o777, (directory / "kernel.json").stat().st_mode & 0o777)
    return modes, sum(path.is_socket() for path in directory.iterdir())


def test_a_kernel_without_ipc_speaks_tcp(play: Play, tmp_path: Path) -> None:
    # As evcxr and Deno do it: told of another transport than TCP, they end.
    script = tmp_path / "tcp_only.py"
    script.write_text(
        "import json, sys\n"
        "assert json.load(open(sys.argv[2]))['transport'] == 'tcp'\n"
        "from ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()"
    )
    argv = (sys.executable, str(script), "-f", "{connection_file}")

    async def scenario(probe: Probe) -> None:
        # Ready is enough: over TCP, on Python 3.10, ipykernel 7.4 itself goes deaf after the first
        # request in one start of 15 (all its threads wait); over IPC in none of 300.
        await probe.session.start()
        await probe.session.restart()
        assert len(probe.all(KernelReady)) == 2

    play(scenario, replace(PYTHON, argv=argv))


def test_the_kernel_ends_with_the_editor_even_if_the_host_was_killed(
    tmp_path: Path, runtime_dir: Path
) -> None:
    editor = subprocess.Popen(["sleep", "60"])
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, str(editor.pid), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert host.stdout is not None
    record = KernelRecord.from_json(json.loads(host.stdout.readline()))
    host.kill()
    host.wait()
    asyncio.run(assert_it_answers(record, tmp_path, editor.pid))
    editor.kill()
    editor.wait()
    wait_until_gone(record.pid, 6)
    end_s = time.monotonic() + 2
    while list(runtime_dir.glob("ipynb-kernel-*")):
        assert time.monotonic() < end_s


async def assert_it_answers(record: KernelRecord, cwd: Path, editor_pid: int) -> None:
    """Find a kernel again, run something and leave it."""
    probe = Probe(PYTHON, cwd)
    probe.session = await KernelSession.attach(
        record, probe.on_event, probe.spawn, owner_pid=editor_pid
    )
    assert await probe.run("6 * 7") == ("ok", "42")
    probe.session.release()
    for task in probe.tasks:
        task.cancel()


HOST = """
import asyncio, json, sys
from pathlib import Path
from tests.kernel.conftest import PYTHON, Probe

async def main():
    probe = Probe(PYTHON, Path(sys.argv[2]), owner_pid=int(sys.argv[1]))
    await probe.session.start()
    print(json.dumps(probe.session.record.to_json()), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
