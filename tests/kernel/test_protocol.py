"""What a kernel may do wrong, done by a fake one over real sockets: nothing hangs or is lost."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ipynb_nvim.services import kernel_client, kernel_session
from ipynb_nvim.services.launch_spec import LaunchSpec
from ipynb_nvim.services.run_events import (
    CellDone,
    CellStarted,
    InputWanted,
    KernelBecameReady,
    KernelFailed,
    KernelGone,
)

from .owner import play_on

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from .conftest import Probe
    from .owner import Owner

    Steps = Sequence[Sequence[Any]]

BEGIN = (("status", "busy"), ("publish", "execute_input", {"code": "", "execution_count": 1}))
END = (("reply",), ("status", "idle"))


def fake(flaw: str = "") -> LaunchSpec:
    script = Path(__file__).with_name("fake_kernel.py")
    argv = (sys.executable, str(script), "{connection_file}", *filter(None, [flaw]))
    return LaunchSpec("fake", "Fake", "fake", argv)


def whole(*steps: Sequence[Any]) -> Steps:
    """Return the steps of a request that begins and ends as it should."""
    return (*BEGIN, *steps, *END)


@pytest.fixture
def play_steps(tmp_path: Path, runtime_dir: Path) -> Callable[..., None]:
    """Return a function that plays a scenario on cells of these steps."""

    def run(
        cells: Sequence[Steps],
        scenario: Callable[[Owner], Coroutine[Any, Any, None]],
        flaw: str = "",
    ) -> None:
        play_on([json.dumps(steps) for steps in cells], scenario, tmp_path, spec=fake(flaw))
        assert not list(runtime_dir.glob("ipynb-kernel-*"))

    return run


async def run_to_the_end(owner: Owner) -> None:
    owner.run_all()
    assert set(await owner.until_all_done()) == {"ok"}


def shown(owner: Owner, index: int) -> list[str]:
    """Return the texts of a cell's outputs."""
    outputs = owner.notebook[owner.ids[index]].outputs.to_json()
    return ["".join(o.get("text") or o["data"]["text/plain"]) for o in outputs]


def test_output_after_idle_reaches_its_cell(play_steps: Callable[..., None]) -> None:
    first = (*whole(("print", "in time\n")), ("keep", "first"), ("print", "late\n"))
    later = (*BEGIN, ("as", "first"), ("print", "later\n"), ("as", "own"), *END)

    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert owner.text(0) == "in time\nlate\nlater\n"
        assert owner.text(1) == ""

    play_steps([first, (("keep", "own"), *later)], scenario)


def test_messages_of_two_requests_may_interleave(play_steps: Callable[..., None]) -> None:
    # The second is under way when the first one's outputs and its idle come.
    first = (*BEGIN, ("print", "a1 "), ("reply",), ("keep", "a"))
    second = (
        ("keep", "b"), *BEGIN, ("print", "b1 "), ("as", "a"), ("print", "a2 "), ("as", "b"),
        ("reply",), ("print", "b2 "), ("as", "a"), ("print", "a3"), ("status", "idle"),
        ("as", "b"), ("print", "b3"), ("status", "idle"),
    )  # fmt: skip

    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert [owner.text(0), owner.text(1)] == ["a1 a2 a3", "b1 b2 b3"]
        order = [e.cell_id for e in owner.events if isinstance(e, (CellStarted, CellDone))]
        assert order == ["cell-0", "cell-0", "cell-1", "cell-1"]

    play_steps([first, second], scenario)


def test_replies_in_another_order_end_their_own_request(play: Callable[..., None]) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        first = probe.session.execute(json.dumps([("keep", "a"), *BEGIN, ("print", "a")]))
        steps = [("keep", "b"), *BEGIN, ("print", "b"), ("reply", "error"), ("status", "idle")]
        second = probe.session.execute(json.dumps([*steps, ("as", "a"), ("wait", 0.05), *END]))
        assert (await probe.finished(second)).status == "error"
        assert (await probe.finished(first)).status == "ok"
        assert [probe.text(first), probe.text(second)] == ["a", "b"]

    play(scenario, fake())


@pytest.mark.parametrize(
    "end",
    [
        [("status", "idle"), ("reply",)],
        [("reply",), ("print", "kept"), ("status", "idle")],
        [("reply",), ("reply",), ("status", "idle"), ("status", "idle")],
        [("reply",), ("status", "busy"), ("status", "idle")],
    ],
)
def test_a_run_ends_in_whatever_order_its_end_comes(
    play_steps: Callable[..., None], end: Steps
) -> None:
    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert owner.text(0) == ("kept" if len(end) == 3 and end[1][0] == "print" else "")
        assert len(owner.all(CellDone)) == 2

    play_steps([(*BEGIN, *end), whole()], scenario)


def test_a_run_whose_idle_was_lost_ends_once_the_kernel_answers_something_else(
    play_steps: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_client, "_LATE_IDLE_S", 0.1)

    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert [owner.text(0), owner.text(1), owner.text(2)] == ["all", "next", "last"]
        assert [event.cell_id for event in owner.all(CellDone)] == owner.ids

    lost = (*BEGIN, ("print", "all"), ("reply",))
    cells = [lost, whole(("print", "next")), (*BEGIN, ("print", "last"), ("reply",))]
    play_steps(cells, scenario)


def test_one_display_id_in_many_places_is_updated_in_all(play_steps: Callable[..., None]) -> None:
    cells = [
        whole(("display", "1", "x"), ("display", "2", "x"), ("display", "other", "y")),
        whole(("display", "3", "x")),
        whole(("display", "4", "x", "update_display_data"), ("display", "5", "x")),
        whole(("display", "new", "never seen", "update_display_data")),
    ]

    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert shown(owner, 0) == ["5", "5", "other"]
        assert [shown(owner, n) for n in (1, 2, 3)] == [["5"], ["5"], []]

    play_steps(cells, scenario)


@pytest.mark.parametrize(
    "step",
    [
        ("publish", "iopub_welcome", {"subscription": ""}),
        ("publish", "no_such_type", {"text": "astray"}),
        ("publish", "debug_event", {}),
        ("publish", "stream", {}),
        ("publish", "stream", {"name": 1, "text": ["astray"]}),
        ("publish", "status", {"execution_state": 3}),
        ("publish", "update_display_data", {"data": {}}),
        ("publish", "execute_input", {"execution_count": "?"}),
        ("publish", "comm_msg", {"comm_id": "unknown", "data": {}}),
        ("forge", "astray"),
        ("frames", "iopub", "only one frame"),
        ("frames", "iopub", "topic", "<IDS|MSG>", "", "{", "{", "{", "{"),
        ("frames", "shell", "<IDS|MSG>", "", "[]", "[]", "[]", "[]"),
        ("frames", "iopub", ""),
        ("signed", "[]", "[]", "[]", "[]"),
        ("signed", '{"msg_type": "stream"}', "null", "{}", '["astray"]'),
        ("signed", '{"msg_type": ["stream"]}', '{"msg_id": 1}', "{}", "3"),
    ],
)
def test_a_message_of_no_sense_is_passed_over(play_steps: Callable[..., None], step: Any) -> None:
    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert owner.text(0) == "beforeafter"

    play_steps([whole(("print", "before"), step, ("print", "after"))], scenario)


@pytest.mark.parametrize("msg_type", ["display_data", "execute_result", "error"])
def test_an_output_without_its_fields_is_kept_and_does_no_harm(
    play_steps: Callable[..., None], msg_type: str
) -> None:
    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        outputs = owner.notebook[owner.ids[0]].outputs.to_json()
        assert [output["output_type"] for output in outputs] == [msg_type, "stream"]

    play_steps([whole(("publish", msg_type, {}), ("print", "after"))], scenario)


def test_50_mb_in_one_message_arrive_whole(play_steps: Callable[..., None]) -> None:
    async def scenario(owner: Owner) -> None:
        await run_to_the_end(owner)
        assert len(owner.text(0)) == 50_000_000
        assert owner.text(1) == "next"

    play_steps([whole(("print_large", 50)), whole(("print", "next"))], scenario)


@pytest.mark.parametrize("status", ["aborted", "abort", "error", "no such status"])
def test_any_status_but_ok_stops_the_queue(play_steps: Callable[..., None], status: str) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        state = "cancelled" if status.startswith("abort") else "error"
        assert await owner.until_all_done() == [state, "cancelled"]

    play_steps([(*BEGIN, ("reply", status), ("status", "idle")), whole()], scenario)


def test_a_kernel_that_says_nothing_at_start_is_given_up(
    play_steps: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_session, "_START_TIMEOUT_S", 1.0)

    async def scenario(owner: Owner) -> None:
        owner.run_all()
        assert await owner.until_all_done() == ["cancelled"]
        await owner.until(lambda: owner.all(KernelFailed))
        assert owner.all(KernelFailed)[0].reason.startswith("Fake said nothing for 1 s")

    play_steps([whole()], scenario, "is-silent")


@pytest.mark.parametrize("deed", ["restart", "shutdown"])
def test_a_kernel_that_hangs_can_be_ended(
    play_steps: Callable[..., None], deed: str, tmp_path: Path
) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        while not (tmp_path / "hangs").exists():  # noqa: ASYNC110 (another process makes it)
            await asyncio.sleep(0.01)
        owner.runner.interrupt()
        getattr(owner.runner, deed)()
        ended = KernelBecameReady if deed == "restart" else KernelGone
        ready = len(owner.all(KernelBecameReady))
        await owner.until(lambda: len(owner.all(ended)) > (ready if deed == "restart" else 0))
        assert [event.status for event in owner.all(CellDone)] == ["cancelled", "cancelled"]
        owner.events.clear()
        owner.runner.execute(owner.ids[1:], owner.cwd)
        await owner.until(lambda: owner.all(CellDone))
        assert owner.text(1) == "well"

    play_steps([(*BEGIN, ("hang",)), whole(("print", "well"))], scenario)


@pytest.mark.parametrize("flaw", ["dies-before-sockets", "dies-before-info"])
def test_a_death_at_start_is_said(play_steps: Callable[..., None], flaw: str) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        assert await owner.until_all_done() == ["cancelled"]
        await owner.until(lambda: owner.all(KernelFailed))
        how = "exited with 1: no sockets today" if "sockets" in flaw else "was killed by SIGKILL"
        assert how in owner.all(KernelFailed)[0].reason

    play_steps([whole()], scenario, flaw)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([("die",)], ""),
        ([("status", "busy"), ("die",)], ""),
        ([*BEGIN, ("print", "last words"), ("die",)], "last words"),
        ([*BEGIN, ("print", "last words"), ("reply",), ("die",)], "last words"),
        ([*BEGIN, ("print", "last words"), ("status", "idle"), ("die",)], "last words"),
        ([*BEGIN, ("ask", "name?"), ("die",)], "name? last words\nlast words"),
    ],
)
def test_a_death_while_it_runs_ends_the_cell_and_the_queue(
    play_steps: Callable[..., None], steps: Steps, said: str
) -> None:
    def answer(owner: Owner) -> Callable[[Any], None]:
        return lambda event: (
            owner.runner.reply_input("last words") if isinstance(event, InputWanted) else None
        )

    async def scenario(owner: Owner) -> None:
        owner.on_event = answer(owner)
        owner.run_all()
        assert await owner.until_all_done() == ["error", "cancelled"]
        assert owner.text(0) == said
        await owner.until(lambda: owner.all(KernelGone))
        assert owner.all(KernelGone)[0].reason == "was killed by SIGKILL"
        owner.events.clear()
        owner.runner.execute(owner.ids[1:], owner.cwd)  # on a new one
        await owner.until(lambda: owner.all(CellDone))
        assert owner.text(1) == "well"

    play_steps([steps, whole(("print", "well"))], scenario)


def test_a_death_after_the_end_is_not_the_cells_fault(play_steps: Callable[..., None]) -> None:
    async def scenario(owner: Owner) -> None:
        owner.run_all()
        assert await owner.until_all_done() == ["ok"]
        await owner.until(lambda: owner.all(KernelGone))

    play_steps([[*BEGIN, ("print", "fine"), *END, ("wait", 0.2), ("die",)]], scenario)
