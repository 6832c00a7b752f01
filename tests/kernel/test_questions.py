"""Questions to real kernels: completion and inspection while idle, busy, and after the end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from ipynb_nvim.domain.answers import parse_completions, parse_inspection
from ipynb_nvim.domain.messages import OutputMessage
from ipynb_nvim.services.kernel_events import KernelDied, KernelState, StateChanged

from .conftest import BASH, Probe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Play = Callable[..., None]

# jedi reads its own files at the first completion of a name.
ANSWER_S = 30


def complete(probe: Probe, code: str, cursor_pos: int | None = None) -> Awaitable[Any]:
    assert probe.session.questions is not None
    content = {"code": code, "cursor_pos": len(code) if cursor_pos is None else cursor_pos}
    return asyncio.wait_for(
        probe.session.questions.ask("complete_request", content), timeout=ANSWER_S
    )


async def texts(probe: Probe, code: str, cursor_pos: int | None = None) -> list[str]:
    reply = await complete(probe, code, cursor_pos)
    return [one.text for one in parse_completions(reply).candidates]


async def inspect(probe: Probe, name: str) -> str | None:
    assert probe.session.questions is not None
    content = {"code": name, "cursor_pos": len(name), "detail_level": 0}
    return parse_inspection(await probe.session.questions.ask("inspect_request", content))


def test_two_requests_in_flight_get_their_own_answers(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("import os, math")
        paths, numbers = await asyncio.gather(texts(probe, "os.pa"), texts(probe, "math.sq"))
        assert "path" in paths
        assert numbers == ["sqrt"]

    play(scenario)


def test_a_candidate_has_its_range_in_code_points_and_its_kind(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("énorme = 3")
        code = "'𝔘𝔫𝔦'; éno + 1"
        found = parse_completions(await complete(probe, code, 10)).candidates
        assert [(one.text, one.start, one.end) for one in found] == [("énorme", 7, 10)]
        assert found[0].kind == "instance"

    play(scenario)


def test_questions_do_not_make_the_kernel_busy_nor_count(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("import os")
        heard = len(probe.all(StateChanged))
        assert await texts(probe, "os.pa")
        assert "Type:" in str(await inspect(probe, "os"))
        assert len(probe.all(StateChanged)) == heard
        assert await probe.run("In[-1], len(In)") == ("ok", "('In[-1], len(In)', 3)")

    play(scenario)


def test_a_busy_kernel_with_subshells_answers_and_can_be_interrupted(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("import os, time")
        msg_id = probe.session.execute("while True: time.sleep(0.01)")
        await probe.until(lambda: probe.session.execution_state is KernelState.BUSY)
        assert "path" in await texts(probe, "os.pa")
        assert "Type:" in str(await inspect(probe, "os"))
        waiting = asyncio.ensure_future(complete(probe, "os.ge"))
        await probe.session.interrupt()
        assert (await probe.finished(msg_id)).status == "error"
        assert await waiting is not None

    play(scenario)


def test_bash_is_asked_nothing_before_it_is_free(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute("sleep 0.5; echo first")
        waiting = asyncio.ensure_future(texts(probe, "ech"))
        unwanted = asyncio.ensure_future(complete(probe, "l"))
        await asyncio.sleep(0)
        unwanted.cancel()
        await probe.finished(msg_id)
        assert probe.text(msg_id).strip() == "first"
        assert "echo" in await waiting
        # The cancelled one never reached the kernel: the next run is not held up.
        began_s = time.monotonic()
        await probe.run("echo next")
        assert time.monotonic() - began_s < 1

    play(scenario, BASH)


def test_the_end_of_the_kernel_answers_what_waits(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("import time")
        assert probe.session.questions is not None
        probe.session.execute("time.sleep(30)")
        main = asyncio.ensure_future(
            probe.session.questions.ask("execute_request", {"code": ""}, is_main=True)
        )
        record = probe.session.record
        assert record is not None
        os.kill(record.pid, signal.SIGKILL)
        assert await asyncio.wait_for(main, 3) is None
        await probe.until(lambda: probe.last(KernelDied))
        assert await complete(probe, "1.re") is None

    play(scenario)


def test_a_restart_answers_what_waits_and_the_next_kernel_is_asked(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("old_name = 1")
        assert await texts(probe, "old_n") == ["old_name"]
        probe.session.execute("import time; time.sleep(30)")
        assert probe.session.questions is not None
        waiting = asyncio.ensure_future(
            probe.session.questions.ask("execute_request", {"code": ""}, is_main=True)
        )
        await asyncio.sleep(0)
        await probe.session.restart()
        assert await asyncio.wait_for(waiting, 1) is None
        await probe.run("new_name = 1")
        assert await texts(probe, "old_n") == []
        assert await texts(probe, "new_n") == ["new_name"]

    play(scenario)


def test_what_a_question_prints_is_no_output_of_a_cell(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run(
            "class C:\n    @property\n    def loud(self): print('LOUD'); return 1\nc = C()"
        )
        heard = len(probe.all(OutputMessage))
        await inspect(probe, "c.loud")
        await probe.run("pass")
        assert len(probe.all(OutputMessage)) == heard

    play(scenario)


@pytest.mark.parametrize(
    "code", ["%tim", "open('/us", "d = {'some_key': 1}\nd['so", "import js", "'x'.upp"]
)
def test_magics_paths_keys_modules_and_attributes_are_completed(play: Play, code: str) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("d = {'some_key': 1}")
        assert await texts(probe, code)

    play(scenario)
