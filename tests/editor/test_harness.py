"""The harness itself, on plain Neovim: keys, screen, waiting, and the end of processes."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.harness import Child, ChildError, ChildTimeoutError, Launch
from tests.harness.processes import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def plain(start_child: Callable[..., Child]) -> Child:
    return start_child(is_plugin=False)


def test_typed_keys_are_on_the_screen(plain: Child) -> None:
    plain.keys_and_settle("ihello <lt>world><Esc>")
    assert plain.row_text(0) == "hello <world>"
    assert plain.mode() == "n"


def test_rows_follow_scrolling_in_both_directions(plain: Child) -> None:
    plain.api.buf_set_lines(0, 0, -1, True, [f"line {lnum}" for lnum in range(1, 201)])
    plain.keys_and_settle("50<C-e>")
    assert plain.row_text(0) == "line 51"
    plain.keys_and_settle("7<C-y>")
    assert plain.rows()[:3] == ["line 44", "line 45", "line 46"]


def test_a_float_is_composited_into_the_rows(plain: Child) -> None:
    plain.api.buf_set_lines(0, 0, -1, True, ["below " * 4] * 5)
    buf = plain.api.create_buf(False, True)
    plain.api.buf_set_lines(buf, 0, -1, True, ["FLOAT"])
    place = {"relative": "win", "row": 1, "col": 6, "width": 5, "height": 1}
    plain.api.open_win(buf, False, place)
    plain.wait_for_text("below FLOAT below")


def test_a_highlight_names_its_groups(plain: Child) -> None:
    plain.command("highlight Probe guifg=#123456")
    plain.api.buf_set_lines(0, 0, -1, True, ["a probe"])
    ns = plain.api.create_namespace("probe")
    plain.api.buf_set_extmark(0, ns, 0, 2, {"end_col": 7, "hl_group": "Probe"})
    plain.wait_for(lambda: "Probe" in plain.highlight_of("probe").groups)
    assert plain.highlight_at(0, 2).foreground == 0x123456
    assert plain.highlight_at(0, 0).groups == ()


def test_the_highlight_after_wide_characters_is_found(plain: Child) -> None:
    plain.command("highlight Probe guifg=#123456")
    plain.api.buf_set_lines(0, 0, -1, True, ["日本 probe"])
    ns = plain.api.create_namespace("probe")
    plain.api.buf_set_extmark(0, ns, 0, 7, {"end_col": 12, "hl_group": "Probe"})
    plain.wait_for(lambda: "Probe" in plain.highlight_of("probe").groups)


def test_settling_waits_for_a_long_macro(plain: Child) -> None:
    plain.keys_and_settle("qqox<Esc>q3000@q")
    assert plain.api.buf_line_count(0) == 3002


def test_settling_returns_when_neovim_waits_for_another_key(plain: Child) -> None:
    plain.keys_and_settle("ix<Esc>r")
    plain.keys_and_settle("y")
    assert plain.row_text(0) == "y"


def test_thousands_of_keys_at_once_all_arrive(plain: Child) -> None:
    plain.keys_and_settle("i" + "0123456789<CR>" * 4000 + "<Esc>")
    assert plain.api.buf_line_count(0) == 4001


def test_a_wait_that_fails_shows_the_screen(plain: Child) -> None:
    plain.keys_and_settle("ivisible<Esc>")
    with pytest.raises(ChildTimeoutError, match="visible"):
        plain.wait_for(lambda: False, timeout_s=0.05)


def test_an_error_in_lua_is_raised(plain: Child) -> None:
    with pytest.raises(ChildError, match="oops"):
        plain.lua("error('oops')")


def test_a_keys_latency_is_measured(plain: Child) -> None:
    plain.keys_and_settle("i")
    taken_ms = plain.latency_ms("x", lambda screen: screen.row_text(0) == "x")
    assert 0 < taken_ms < 1000


def test_messages_are_kept(plain: Child) -> None:
    plain.keys_and_settle(":echomsg 'said'<CR>")
    assert "said" in plain.messages()


def test_a_process_that_outlives_neovim_fails_the_test(tmp_path: Path) -> None:
    child = Child(tmp_path / "home", Launch(is_plugin=False))
    child.lua("vim.fn.jobstart({'setsid', 'sleep', '60'}, {detach = true})")
    child.wait_for(child.descendants, what="the process")
    with pytest.raises(AssertionError, match="sleep 60"):
        child.close(grace_s=0.3)
    assert child.descendants() == []


def test_a_killed_neovim_closes_without_complaint(tmp_path: Path) -> None:
    child = Child(tmp_path / "home", Launch(is_plugin=False))
    child.kill()
    child.close()


def test_the_editor_of_a_test_touches_only_its_own_directories(child: Child) -> None:
    for name in ("config", "data", "state", "cache"):
        assert child.lua("return vim.fn.stdpath(...)", name).startswith(str(child.home))
    assert child.lua(f"return vim.env.{MARKER}")


def test_the_floor_of_a_round_trip_is_small(plain: Child) -> None:
    taken_s = []
    for _ in range(50):
        start_s = time.perf_counter()
        plain.api.get_mode()
        taken_s.append(time.perf_counter() - start_s)
    assert sorted(taken_s)[25] < 0.02


def test_a_program_can_be_run_beside(plain: Child) -> None:
    assert subprocess.run(["true"], check=False).returncode == 0
    assert plain.descendants() == []
