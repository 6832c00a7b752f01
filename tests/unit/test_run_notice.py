"""When a run is long enough to be told, and in which words."""

from __future__ import annotations

import pytest

from ipynb_nvim.nvim.run_notice import RunNotice
from ipynb_nvim.services.run_events import CellDone, CellStarted


def play(after_s: int | None, *cells: tuple[str, float]) -> list[str]:
    """Return what is told while these cells run, each with its status and its seconds."""
    now_s, left = [0.0], [len(cells)]
    notice = RunNotice(after_s, lambda: left[0] == 0, lambda: now_s[0])
    told = []
    for number, (status, seconds) in enumerate(cells, 1):
        if seconds:
            told.append(notice.on_event(CellStarted("cell")))
        now_s[0] += seconds
        left[0] -= 1
        told.append(notice.on_event(CellDone("cell", status, number, 0)))
    return [text for text in told if text is not None]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([("ok", 75.0)], "a cell done after 1 min 15 s"),
        ([("ok", 40.0), ("ok", 30.0)], "2 cells done after 1 min 10 s"),
        ([("ok", 3600.0), ("ok", 3725.0)], "2 cells done after 2 h 2 min"),
        ([("ok", 50.0), ("error", 13.4), ("cancelled", 0)], "run failed in [2] after 1 min 3 s"),
        ([("cancelled", 61.0)], "run cancelled after 1 min 1 s"),
    ],
)
def test_a_long_run_is_told_once_at_its_end(cells: list[tuple[str, float]], text: str) -> None:
    assert play(60, *cells) == [text]


def test_a_short_run_is_not_told() -> None:
    assert play(60, ("ok", 30.0), ("ok", 29.0)) == []


def test_nothing_is_told_when_it_is_off() -> None:
    assert play(None, ("ok", 4000.0)) == []


def test_each_run_is_counted_anew() -> None:
    now_s = [0.0]
    notice = RunNotice(60, lambda: True, lambda: now_s[0])
    for _ in range(3):
        notice.on_event(CellStarted("a"))
        now_s[0] += 40
        assert notice.on_event(CellDone("a", "ok", 1, 0)) is None
        now_s[0] += 1000
