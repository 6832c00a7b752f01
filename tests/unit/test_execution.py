"""The run queue: what waits, runs and ends, in which order, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ipynb_nvim.domain.execution import Execution, ExecutionQueue, ExecutionState


class FakeClock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> ExecutionQueue:
    return ExecutionQueue(clock)


def test_cells_run_one_at_a_time_in_the_order_they_were_queued(queue: ExecutionQueue) -> None:
    for cell_id in ("b", "a", "c"):
        assert queue.enqueue(cell_id, f"code {cell_id}")

    order: list[str] = []
    while (execution := queue.next()) is not None:
        assert queue.next() is None
        assert execution.code == f"code {execution.cell_id}"
        order.append(execution.cell_id)
        queue.finish("ok", len(order))

    assert order == ["b", "a", "c"]


def test_a_waiting_cell_is_not_queued_twice_and_keeps_its_code(queue: ExecutionQueue) -> None:
    assert queue.enqueue("a", "1")
    assert not queue.enqueue("a", "2")
    execution = queue.next()
    assert execution is not None
    assert execution.code == "1"
    assert queue.waiting == ()


def test_a_running_cell_can_wait_again(queue: ExecutionQueue) -> None:
    queue.enqueue("a", "1")
    queue.next()
    assert queue.enqueue("a", "2")
    assert queue.state_of("a") is ExecutionState.BUSY
    queue.finish("ok", 1)
    assert queue.state_of("a") is ExecutionState.QUEUED
    execution = queue.next()
    assert execution is not None
    assert execution.code == "2"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("ok", ExecutionState.OK),
        ("error", ExecutionState.ERROR),
        ("aborted", ExecutionState.CANCELLED),
        ("abort", ExecutionState.CANCELLED),
        ("something new", ExecutionState.ERROR),
    ],
)
def test_the_replys_status_decides_the_state(
    queue: ExecutionQueue, status: str, state: ExecutionState
) -> None:
    queue.enqueue("a", "")
    queue.next()
    finished = queue.finish(status, 3)
    assert finished is not None
    assert finished.execution.state is state
    assert finished.execution.execution_count == 3
    assert queue.state_of("a") is state


def test_an_error_cancels_what_waits(queue: ExecutionQueue) -> None:
    for cell_id in "abc":
        queue.enqueue(cell_id, "")
    queue.next()
    finished = queue.finish("error", 1)
    assert finished is not None
    assert finished.cancelled == ("b", "c")
    assert queue.state_of("c") is ExecutionState.CANCELLED
    assert queue.next() is None


def test_an_error_lets_the_rest_run_when_asked(queue: ExecutionQueue) -> None:
    queue.enqueue("a", "")
    queue.enqueue("b", "")
    queue.next()
    finished = queue.finish("error", 1, stop_on_error=False)
    assert finished is not None
    assert finished.cancelled == ()
    assert queue.next() is not None


def test_cancel_drops_waiting_cells_only(queue: ExecutionQueue) -> None:
    for cell_id in "abcd":
        queue.enqueue(cell_id, "")
    queue.next()
    assert queue.cancel("c") == ("c",)
    assert queue.cancel("c") == ()
    assert queue.cancel("never queued") == ()
    assert queue.cancel("a") == ()
    assert queue.state_of("a") is ExecutionState.BUSY
    assert queue.cancel() == ("b", "d")


def test_clear_ends_the_running_cell_too(queue: ExecutionQueue) -> None:
    for cell_id in "ab":
        queue.enqueue(cell_id, "")
    queue.next()
    queue.enqueue("a", "again")
    assert queue.clear() == ("a", "b")
    assert queue.current is None
    assert queue.state_of("a") is ExecutionState.CANCELLED
    assert queue.finish("ok", 1) is None


def test_elapsed_time_starts_with_the_run_and_stops_with_it(
    queue: ExecutionQueue, clock: FakeClock
) -> None:
    assert queue.elapsed_s("a") is None
    queue.enqueue("a", "")
    clock.now_s += 5
    assert queue.elapsed_s("a") is None
    queue.next()
    clock.now_s += 2
    assert queue.elapsed_s("a") == 2
    clock.now_s += 1
    queue.finish("ok", 1)
    clock.now_s += 60
    assert queue.elapsed_s("a") == 3


def test_messages_find_their_cell_until_it_runs_again(queue: ExecutionQueue) -> None:
    queue.enqueue("a", "")
    queue.next()
    queue.bind("first")
    queue.finish("ok", 1)
    assert queue.cell_of("first") == "a"
    assert queue.cell_of("unknown") is None
    queue.enqueue("a", "")
    queue.next()
    queue.bind("second")
    assert queue.cell_of("second") == "a"
    assert queue.cell_of("first") is None


def test_an_ended_run_cannot_move_on() -> None:
    with pytest.raises(AssertionError):
        Execution("a", "", "", ExecutionState.OK).moved_to(ExecutionState.BUSY)


CELL_IDS = st.sampled_from(["a", "b", "c", "d"])


class QueueMachine(RuleBasedStateMachine):
    """Any sequence of calls against a model of two lists and a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.queue = ExecutionQueue(self.clock)
        self.waiting: list[str] = []
        self.running: str | None = None
        self.ended: dict[str, ExecutionState] = {}

    @rule(cell_id=CELL_IDS)
    def enqueue(self, cell_id: str) -> None:
        assert self.queue.enqueue(cell_id, "") is (cell_id not in self.waiting)
        if cell_id not in self.waiting:
            self.waiting.append(cell_id)

    @rule()
    def start(self) -> None:
        execution = self.queue.next()
        if self.running is not None or not self.waiting:
            assert execution is None
            return
        self.running = self.waiting.pop(0)
        assert execution is not None
        assert execution.cell_id == self.running

    @precondition(lambda self: self.running is not None)
    @rule(status=st.sampled_from(["ok", "error", "aborted"]), stop_on_error=st.booleans())
    def finish(self, status: str, stop_on_error: bool) -> None:
        finished = self.queue.finish(status, 1, stop_on_error=stop_on_error)
        assert finished is not None
        assert finished.execution.cell_id == self.running
        self.ended[finished.execution.cell_id] = finished.execution.state
        self.running = None
        is_stopped = status != "ok" and stop_on_error
        assert finished.cancelled == (tuple(self.waiting) if is_stopped else ())
        if is_stopped:
            self.drop(self.waiting)

    @rule(cell_id=CELL_IDS)
    def cancel_one(self, cell_id: str) -> None:
        expected = [cell_id] if cell_id in self.waiting else []
        assert self.queue.cancel(cell_id) == tuple(expected)
        self.drop(expected)

    @rule()
    def cancel_all(self) -> None:
        assert self.queue.cancel() == tuple(self.waiting)
        self.drop(self.waiting)

    @rule()
    def clear(self) -> None:
        running = [] if self.running is None else [self.running]
        assert self.queue.clear() == tuple(dict.fromkeys(running + self.waiting))
        self.drop(running + self.waiting)
        self.running = None

    @rule(seconds=st.integers(0, 100))
    def time_passes(self, seconds: int) -> None:
        self.clock.now_s += seconds

    def drop(self, cell_ids: list[str]) -> None:
        for cell_id in cell_ids:
            self.ended[cell_id] = ExecutionState.CANCELLED
        self.waiting = [cell_id for cell_id in self.waiting if cell_id not in cell_ids]

    @invariant()
    def shows_what_the_model_says(self) -> None:
        assert self.queue.waiting == tuple(self.waiting)
        for cell_id in "abcd":
            state = self.queue.state_of(cell_id)
            if cell_id == self.running:
                assert state is ExecutionState.BUSY
            elif cell_id in self.waiting:
                assert state is ExecutionState.QUEUED
            else:
                assert state is self.ended.get(cell_id, ExecutionState.IDLE)

    @invariant()
    def time_never_runs_backwards(self) -> None:
        for cell_id in "abcd":
            elapsed_s = self.queue.elapsed_s(cell_id)
            assert elapsed_s is None or elapsed_s >= 0


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
