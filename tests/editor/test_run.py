"""Running cells by keys: what runs, what a person sees of it, what a script is told."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import (
    KERNEL_START_S,
    cells,
    events,
    record_events,
    run_cell,
    states,
    wait_states,
)
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASH_METADATA = {
    "kernelspec": {"display_name": "Bash", "language": "bash", "name": "bash"},
    "language_info": {"name": "bash"},
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("run"), Launch(width=100, height=40))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any, metadata: dict[str, Any] | None = None) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs, metadata), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")


def top(child: Child, index: int) -> str:
    """Return the screen row of a cell's top border; the window must start at line 1."""
    rows = [row for row in child.rows() if row.startswith(("{}", "M", "≡"))]
    return rows[index]


def test_the_first_run_starts_the_kernel_and_numbers_the_cell(show: Callable[..., Child]) -> None:
    child = show("print(6 * 7)")
    assert child.lua("return (require('ipynb').statusline())") == "no kernel"
    run_cell(child)
    child.wait_for_text("42")
    assert "[1]" in top(child, 0)
    assert "✓" in top(child, 0)
    run_cell(child, "\\kx")
    assert "[2]" in top(child, 0)
    run_cell(child, ":NotebookExecuteCell<CR>")
    assert "[3]" in top(child, 0)


def test_states_of_a_queue_go_over_the_borders(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.7)", "2", "1 / 0", "never")
    child.keys(":NotebookExecuteAll<CR>")
    wait_states(child, "busy", "queued", "queued", "queued")
    assert "[*]" in top(child, 0)
    assert "queued" in top(child, 3)
    wait_states(child, "ok", "ok", "error", "cancelled")
    assert "✓ 0.7" in top(child, 0)
    assert "✗" in top(child, 2)
    assert "cancelled" in top(child, 3)
    assert [cell.get("execution_count") for cell in cells(child)] == [1, 2, 3, None]


def test_a_count_and_a_range_run_several_cells(show: Callable[..., Child]) -> None:
    child = show("1", ("markdown", "text"), "2", "3")
    run_cell(child, "3<C-CR>")
    assert states(child) == ["ok", "idle", "ok", "idle"]
    run_cell(child, "GVkk:NotebookExecuteCell<CR>")
    assert [cell.get("execution_count") for cell in cells(child)] == [1, None, 2, 3]
    run_cell(child, ":%NotebookExecuteCell<CR>")
    assert [cell.get("execution_count") for cell in cells(child)] == [4, None, 5, 6]


def test_run_and_next_goes_on_and_makes_a_cell_after_the_last(show: Callable[..., Child]) -> None:
    child = show("1", ("markdown", "text"), "2")
    child.keys_and_settle("<S-CR>")
    child.keys_and_settle("<S-CR>")
    run_cell(child, "<S-CR>")
    assert [cell["cell_type"] for cell in cells(child)] == ["code", "markdown", "code", "code"]
    assert states(child) == ["ok", "idle", "ok", "idle"]
    # The cursor is in the new cell.
    child.keys_and_settle("inew<Esc><Esc>")
    assert child.lines()[-2] == "new"


def test_a_cell_runs_from_insert_mode_with_all_that_was_typed(show: Callable[..., Child]) -> None:
    child = show("x = 1", "after")
    run_cell(child, "A00; print(x)<C-CR>")
    assert child.mode() == "i"
    child.wait_for_text("100")
    child.keys_and_settle("<Esc><Esc>")


def test_run_and_next_from_insert_mode_edits_the_next_cell(show: Callable[..., Child]) -> None:
    child = show("x = 1", "print(x)")
    run_cell(child, "A00<S-CR>")
    assert child.mode() == "n"
    assert child.lines() == ["print(x)"]
    run_cell(child, "<S-CR>")
    child.wait_for_text("100")
    assert len(cells(child)) == 3
    child.keys_and_settle("<Esc>")


def test_cancel_drops_what_waits_and_lets_the_running_cell_end(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.5); print('through')", "1", "2")
    child.keys(":NotebookExecuteAll<CR>")
    wait_states(child, "busy", "queued", "queued")
    child.keys(":NotebookCancel<CR>")
    wait_states(child, "busy", "cancelled", "cancelled")
    wait_states(child, "ok", "cancelled", "cancelled")
    child.wait_for_text("through")


def test_a_running_cell_may_be_run_again(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.4); print('once')")
    child.keys("<C-CR>")
    wait_states(child, "busy")
    child.keys("<C-CR><C-CR>")
    child.wait_for(lambda: "[2]" in top(child, 0))
    wait_states(child, "ok")
    assert sum("once" in row and "print" not in row for row in child.rows()) == 1


def test_what_was_queued_runs_as_it_was_then(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.5)", "print('old text')")
    child.keys(":NotebookExecuteAll<CR>")
    wait_states(child, "busy", "queued")
    child.keys_and_settle("Go<Esc>S# changed<Esc><Esc>")
    wait_states(child, "ok", "ok")
    assert child.lua("return require('ipynb').output_lines(...)", cells(child)[1]["id"]) == [
        "old text"
    ]


def test_run_all_passes_over_markdown_and_raw(show: Callable[..., Child]) -> None:
    child = show(("markdown", "# 1 / 0"), "1", ("raw", "1 / 0"), "2")
    run_cell(child, ":NotebookExecuteAll<CR>")
    assert states(child) == ["idle", "ok", "idle", "ok"]


def test_running_without_a_code_cell_says_so(show: Callable[..., Child]) -> None:
    child = show(("markdown", "text"))
    for keys in ("<C-CR>", ":NotebookExecuteAll<CR>"):
        child.keys(keys)
        child.wait_for_text("no code cell here")
        child.keys(":echo 'next'<CR>")
        child.wait_for_text("next")
    assert child.lua("return (require('ipynb').statusline())") == "no kernel"


def test_an_empty_cell_runs_without_a_number(show: Callable[..., Child]) -> None:
    child = show("1", "", "  ", "2")
    run_cell(child, ":NotebookExecuteAll<CR>")
    assert states(child) == ["ok", "ok", "ok", "ok"]
    assert [cell.get("execution_count") for cell in cells(child)] == [1, None, None, 2]


def test_events_come_in_order_and_after_the_output_is_visible(show: Callable[..., Child]) -> None:
    child = show("print('first ' + 'output')", "1 / 0", "never")
    buf = child.api.get_current_buf()
    record_events(child)
    run_cell(child, ":NotebookExecuteAll<CR>")
    child.wait_for(lambda: len(events(child)) >= 7)
    ids = [cell["id"] for cell in cells(child)]
    seen = events(child)
    assert all(event["data"]["buf"] == buf for event in seen)
    queued = [event for event in seen if event["name"] == "CellQueued"]
    done = [event for event in seen if event["name"] == "CellDone"]
    assert [event["data"]["cell_id"] for event in queued] == ids
    assert [event["data"]["cell_id"] for event in done] == ids
    assert [event["data"]["status"] for event in done] == ["ok", "error", "cancelled"]
    assert [event["data"].get("execution_count") for event in done] == [1, 2, None]
    assert all(event["data"]["elapsed_ms"] >= 0 for event in done[:2])
    assert "first output" in done[0]["seen"]
    assert "[1]" in done[0]["seen"]
    assert "ZeroDivisionError" in done[1]["seen"]
    ready = next(event for event in seen if event["name"] == "KernelReady")
    assert ready["data"]["name"] == "python3"
    child.keys(":NotebookKernelShutdown<CR>")
    child.wait_for(lambda: events(child)[-1]["name"] == "KernelStopped")


def test_scripts_see_the_kernel_and_the_cells(show: Callable[..., Child]) -> None:
    child = show("import time; time.sleep(0.4)")
    child.keys("<C-CR>")
    wait_states(child, "busy")
    kernel = child.lua("return require('ipynb').kernel()")
    assert kernel["name"] == "python3"
    assert kernel["language"] == "python"
    assert kernel["connected"] is True
    assert kernel["id"]
    child.wait_for(
        lambda: child.lua("return require('ipynb').kernel()")["execution_state"] == "busy"
    )
    assert child.lua("return (require('ipynb').statusline())").endswith(": busy")
    wait_states(child, "ok")
    child.wait_for(lambda: child.lua("return (require('ipynb').statusline())").endswith(": idle"))
    child.keys_and_settle(":NotebookKernelStatus<CR>")
    child.wait_for_text("protocol")
    child.keys_and_settle("q")
    cell = cells(child)[0]
    assert (cell["execution_count"], cell["output_count"]) == (1, 0)
    child.command("enew")
    assert child.lua("return {require('ipynb').statusline()}") == ["", ""]


def test_two_notebooks_run_on_two_kernels_at_once(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("placeholder")
    sources = [
        f"import pathlib, time\npathlib.Path('{mine}').touch()\n"
        f"while not pathlib.Path('{other}').exists(): time.sleep(0.01)\nprint('met', '{other}')"
        for mine, other in (("a", "b"), ("b", "a"))
    ]
    for name, source in zip(("a", "b"), sources, strict=True):
        open_in(child, write_notebook(tmp_path / f"{name}.ipynb", [source]), [source])
        child.keys("<C-CR>")
    wait_states(child, "ok")
    child.wait_for_text("met a")
    child.keys_and_settle(f":edit {tmp_path / 'a.ipynb'}<CR>")
    wait_states(child, "ok")
    child.wait_for_text("met b")
    first = child.lua("return require('ipynb').kernel().id")
    child.keys_and_settle(f":edit {tmp_path / 'b.ipynb'}<CR>")
    assert first != child.lua("return require('ipynb').kernel().id")


def test_another_language_runs_on_its_own_kernel(show: Callable[..., Child]) -> None:
    child = show("echo $((40 + 2)) $BASH_VERSION | cut -c 1-4", metadata=BASH_METADATA)
    run_cell(child)
    child.wait_for_text("42 ")
    assert child.lua("return require('ipynb').kernel()")["name"] == "bash"
    assert child.is_visible("bash")


def make_venv(folder: Path, *, has_ipykernel: bool) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    if has_ipykernel:
        packages = next(folder.glob("lib/python*/site-packages"))
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


def test_the_kernel_runs_in_the_environment_beside_the_notebook(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=True)
    child = show("import os, sys\nprint(sys.prefix == os.path.realpath('.venv'))")
    run_cell(child)
    child.wait_for_text("True")
    assert tmp_path.name in child.lua("return require('ipynb').kernel()")["display_name"]


def test_an_environment_without_ipykernel_is_named_with_what_to_do(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=False)
    child = show("1")
    child.keys("<C-CR>")
    question = "has no ipykernel. Install it?"  # over two rows, as the path is long
    child.wait_for(lambda: question in "".join(child.rows()), KERNEL_START_S, question)
    child.keys("<Esc>")
    wait_states(child, "cancelled", timeout_s=KERNEL_START_S)
    child.wait_for_text("ipykernel is missing: run")
    assert child.mode() == "n"
    child.keys_and_settle(":NotebookInfo<CR>")
    child.wait_for_text("message")
    # No pip there: uv or the host's own installs. The command stands over several rows.
    assert f"--python {tmp_path}/.venv/bin/python" in "".join(child.rows())
    child.keys_and_settle("<CR>")
