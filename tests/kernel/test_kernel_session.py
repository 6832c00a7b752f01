"""A session on real kernels: running, outputs, interrupts and input."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ipynb_nvim.domain.messages import (
    ClearOutput,
    InputRequest,
    OutputMessage,
    UpdateDisplay,
)
from ipynb_nvim.services.kernel_events import (
    ExecutionFinished,
    KernelReady,
    KernelState,
    StateChanged,
)

from .conftest import BASH, PYTHON, Probe

if TYPE_CHECKING:
    from collections.abc import Callable

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
