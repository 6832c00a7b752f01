"""A session on real kernels: running, interrupting, restarting, input, and every kind of end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.domain.messages import (
    ClearOutput,
    InputRequest,
    OutputMessage,
    Status,
    UpdateDisplay,
)
from ipynb_nvim.errors import KernelDiedError, KernelError
from ipynb_nvim.services.kernel_events import (
    ExecutionFinished,
    KernelDied,
    KernelReady,
    KernelState,
    KernelStopped,
    StateChanged,
)
from ipynb_nvim.services.kernel_record import KernelRecord
from ipynb_nvim.services.kernel_session import KernelSession

from .conftest import BASH, PYTHON, Probe, is_running, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Play = Callable[..., None]


def test_a_cell_runs_and_says_when_it_has_ended(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute("print('out')\n1 + 1")
        finished = await probe.finished(msg_id)
        assert (finished.status, finished.execution_count) == ("ok", 1)
        assert probe.text(msg_id) == "out\n2"
        states = [event.execution_state for event in probe.all(StateChanged)]
        # A kernel may say itself, too, that it is starting, before or after it has answered.
        assert [state for state, _ in groupby(states)][-4:] == [
            KernelState.STARTING,
            KernelState.IDLE,
            KernelState.BUSY,
            KernelState.IDLE,
        ]
        assert probe.all(KernelReady)[0].info.language_info["name"] == "python"

    play(scenario)


def test_an_error_has_its_traceback_and_does_not_end_the_kernel(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        assert await probe.run("1 / 0") == ("error", "ZeroDivisionError")
        assert await probe.run("print('on')") == ("ok", "on\n")

    play(scenario)


def test_bash_runs_too(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        assert probe.all(KernelReady)[0].info.implementation == "bash_kernel"
        status, text = await probe.run("echo one; seq 3")
        assert (status, text.split()) == ("ok", ["one", "1", "2", "3"])

    play(scenario, BASH)


def test_displays_and_their_updates_arrive(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        code = (
            "from IPython.display import display, clear_output\n"
            "handle = display('a', display_id='d')\n"
            "handle.update('b')\nclear_output(wait=True)"
        )
        assert (await probe.run(code))[0] == "ok"
        assert probe.all(UpdateDisplay)[0].data == {"text/plain": "'b'"}
        assert probe.all(ClearOutput)[0].wait

    play(scenario)


def test_help_arrives_as_an_output(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("len?")
        pages = [m.output for m in probe.all(OutputMessage)]
        assert "number of items" in str(pages)

    play(scenario)


def test_no_reply_of_50_requests_in_flight_is_lost(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_ids = [probe.session.execute(f"print({n})") for n in range(50)]
        for n, msg_id in enumerate(msg_ids):
            await probe.finished(msg_id)
            assert probe.text(msg_id) == f"{n}\n"
        assert [event.msg_id for event in probe.all(ExecutionFinished)] == msg_ids

    play(scenario)


def test_no_line_of_a_flood_is_lost_and_the_loop_stays_free(play: Play) -> None:
    longest_s = 0.0

    async def watch_the_loop() -> None:
        nonlocal longest_s
        while True:
            # What this thread does, not what other processes do meanwhile.
            before_s = time.thread_time()
            await asyncio.sleep(0.001)
            longest_s = max(longest_s, time.thread_time() - before_s)

    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        probe.spawn(watch_the_loop())
        for code, count in (
            ("for i in range(100000): print(i)", 100_000),
            ("for i in range(3000): print(i, flush=True)", 3_000),
        ):
            status, text = await probe.run(code, 40)
            assert status == "ok"
            assert text == "".join(f"{n}\n" for n in range(count))
        assert longest_s < 0.1

    play(scenario)


def test_an_output_of_50_mb_arrives_whole(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        _, text = await probe.run("print('x' * 50_000_000)", 30)
        assert len(text) == 50_000_001

    play(scenario)


def test_an_interrupt_reaches_the_kernel_and_its_children(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        for code in ("while True: pass", "import subprocess; subprocess.run(['sleep', '60'])"):
            msg_id = probe.session.execute(f"print('go', flush=True)\n{code}")
            await probe.until(lambda msg_id=msg_id: probe.text(msg_id))
            await probe.session.interrupt()
            assert (await probe.finished(msg_id)).status == "error"
            assert "KeyboardInterrupt" in probe.text(msg_id)
        assert await probe.run("print('on')") == ("ok", "on\n")

    play(scenario)


async def until_it_runs(probe: Probe, msg_id: str) -> None:
    """Wait until the kernel has told that it is busy with the request."""
    await probe.until(lambda: [s for s in probe.all(Status) if s.parent_id == msg_id])


def test_an_interrupt_by_message_works(play: Play) -> None:
    # A kernel.json with interrupt_mode=message; ipykernel understands the request too.
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute("print('go', flush=True)\nimport time\ntime.sleep(60)")
        await probe.until(lambda: "go" in probe.text(msg_id))
        await probe.session.interrupt()
        assert (await probe.finished(msg_id)).status == "error"
        assert probe.session.execution_state is KernelState.IDLE

    play(scenario, replace(PYTHON, interrupt_mode="message"))


def test_an_interrupted_bash_goes_on(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute("echo go; sleep 60")
        await probe.until(lambda: "go" in probe.text(msg_id))
        # bash_kernel loses an interrupt now and then; a person presses the key again.
        for _ in range(12):
            await probe.session.interrupt()
            with contextlib.suppress(AssertionError):
                await probe.finished(msg_id, 2)
                break
        assert "on" in (await probe.run("echo on"))[1]

    play(scenario, BASH)


def test_input_is_asked_for_and_answered(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        code = "from getpass import getpass\nprint(input('name? ') + getpass('word? '))"
        msg_id = probe.session.execute(code)
        asked = await probe.until(lambda: probe.last(InputRequest))
        assert asked == InputRequest(msg_id, "name? ", password=False)
        probe.session.reply_input("Ada ☃")
        asked = await probe.until(lambda: probe.all(InputRequest)[1:])
        assert asked == [InputRequest(msg_id, "word? ", password=True)]
        probe.session.reply_input("x")
        await probe.finished(msg_id)
        assert probe.text(msg_id) == "Ada ☃x\n"

    play(scenario)


def test_an_interrupt_ends_input(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute("input()")
        await probe.until(lambda: probe.last(InputRequest))
        await probe.session.interrupt()
        assert (await probe.finished(msg_id)).status == "error"
        probe.session.reply_input("too late")
        assert await probe.run("print(input)") != ("", "")

    play(scenario)


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
    pid = int(host.stdout.readline())
    host.kill()
    host.wait()
    time.sleep(0.3)
    assert is_running(pid)
    editor.kill()
    editor.wait()
    wait_until_gone(pid, 6)
    end_s = time.monotonic() + 2
    while list(runtime_dir.glob("ipynb-kernel-*")):
        assert time.monotonic() < end_s


HOST = """
import asyncio, sys
from pathlib import Path
from tests.kernel.conftest import PYTHON, Probe

async def main():
    probe = Probe(PYTHON, Path(sys.argv[2]), owner_pid=int(sys.argv[1]))
    await probe.session.start()
    print(probe.session.record.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
