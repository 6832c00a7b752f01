"""Kernels that ask, are stopped, die or cannot start: what a person is told and can still do."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import (
    cells,
    events,
    record_events,
    replace_source,
    run_cell,
    states,
    wait_states,
)
from tests.harness import Child, Launch, write_notebook
from tests.harness.processes import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOP = "import time\nprint('run' + 'ning')\nwhile True: time.sleep(0.01)"
ASK = "print('hel' + 'lo', input('Your name? '))"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("faults"), Launch(width=100, height=30))
    yield child
    child.close()


@pytest.fixture(scope="module")
def board(editor: Child, tmp_path_factory: pytest.TempPathFactory) -> tuple[Child, Path]:
    """Return the editor and a notebook of two cells that keeps its kernel through the module."""
    path = write_notebook(tmp_path_factory.mktemp("board") / "board.ipynb", ["1", "2"])
    open_in(editor, path, ["1", "2"])
    return editor, path


@pytest.fixture
def start(board: tuple[Child, Path]) -> Callable[..., Child]:
    """Return a function that starts code in the first cell of the module's notebook."""
    child, path = board
    child.keys_and_settle("<C-\\><C-n>")
    child.command(f"buffer {path}")

    def start_(source: str, state: str = "busy") -> Child:
        child.keys_and_settle("gg")
        replace_source(child, source)
        if state == "busy":
            child.keys("<C-CR>")
        else:
            run_cell(child)
        child.wait_for(lambda: states(child)[0] == state, 30, state)
        return child

    return start_


def kernel_pid(child: Child) -> int:
    return child.lua("return require('ipynb.notebook').get().kernel_record.pid")


def is_alive(pid: int) -> bool:
    return bool(command_line(pid))


def wait_done(child: Child, state: str) -> None:
    child.wait_for(lambda: states(child)[0] == state, 30, state)
    child.settle()


def wait_for_prompt(child: Child, text: str) -> None:
    """Wait for a prompt that starts with ``text`` on the last row."""

    def is_asking() -> bool:
        return child.mode() == "c" and child.rows()[-1].startswith(text)

    child.wait_for(is_asking, 30, f"the prompt {text!r}")


def kernel_pids(child: Child) -> list[int]:
    return [pid for pid in child.descendants() if "ipykernel_launcher" in command_line(pid)]


def test_a_cell_asks_and_gets_the_answer(start: Callable[..., Child]) -> None:
    child = start(ASK)
    wait_for_prompt(child, "Your name?")
    child.type_text("Ada\n")
    wait_done(child, "ok")
    child.wait_for_text("hello Ada")
    assert child.is_visible("│ Your name? Ada")


def test_one_question_follows_another(start: Callable[..., Child]) -> None:
    child = start("print([input(f'{n}: ') for n in ('one', 'two', 'three')])")
    for name in ("one", "two", "three"):
        wait_for_prompt(child, f"{name}:")
        child.type_text(f"<{name}>\n")
    wait_done(child, "ok")
    child.wait_for_text("['<one>', '<two>', '<three>']")


def test_a_question_without_words_is_seen_and_colours_are_left_out(
    start: Callable[..., Child],
) -> None:
    child = start("print(input() + input('\\x1b[31mred\\x1b[0m\\x07> '))")
    wait_for_prompt(child, "input:")
    child.type_text("a\n")
    wait_for_prompt(child, "red\N{REPLACEMENT CHARACTER}>")
    child.type_text("b\n")
    wait_done(child, "ok")
    child.wait_for_text("ab")


def test_a_password_is_not_shown(start: Callable[..., Child]) -> None:
    child = start("import getpass; print(len(getpass.getpass('Secret: ')))")
    wait_for_prompt(child, "Secret:")
    child.type_text("hunter2")
    assert not child.is_visible("hunter2")
    child.keys("<CR>")
    wait_done(child, "ok")
    child.wait_for_text("│ 7")
    assert child.is_visible("│ Secret: ········")
    assert "hunter2" not in child.messages()


@pytest.mark.parametrize("key", ["<Esc>", "<C-c>"])
@pytest.mark.parametrize("ask", ["input('Well? ')", "__import__('getpass').getpass('Well? ')"])
def test_leaving_the_prompt_interrupts(start: Callable[..., Child], ask: str, key: str) -> None:
    child = start(ask)
    wait_for_prompt(child, "Well?")
    child.keys(key)
    wait_done(child, "error")
    child.wait_for_text("KeyboardInterrupt")
    assert child.mode() == "n"


def test_a_question_waits_until_the_user_stops_typing(start: Callable[..., Child]) -> None:
    child = start("import time; time.sleep(0.2); " + ASK)
    child.keys_and_settle("Go")
    text = "typed while the cell asks " * 3
    for letter in text:
        child.keys_and_settle(letter.replace(" ", "<Space>"))
        child.pump(0.01)
    child.wait_for(lambda: "a cell waits for input" in child.messages())
    assert child.mode() == "i"
    # Both of them: the float closes, and the prompt does not get the second one.
    child.keys("<Esc>")
    child.keys("<Esc>")
    wait_for_prompt(child, "Your name?")
    child.type_text("Bob\n")
    wait_done(child, "ok")
    child.keys_and_settle("gg")
    child.wait_for_text("hello Bob")
    assert text in "\n".join(child.lines())
    child.keys_and_settle("G")
    replace_source(child, "2")


def test_a_prompt_goes_when_nobody_waits_for_the_answer(start: Callable[..., Child]) -> None:
    child = start(ASK)
    wait_for_prompt(child, "Your name?")
    os.kill(kernel_pid(child), signal.SIGINT)
    wait_done(child, "error")
    child.wait_for(lambda: child.mode() == "n")


def test_several_notebooks_ask_in_turn(start: Callable[..., Child], tmp_path: Path) -> None:
    child = start("import time; time.sleep(0.8); " + ASK)
    first = child.api.get_current_buf()
    open_in(child, write_notebook(tmp_path / "second.ipynb", [ASK]), [ASK])
    child.keys("<C-CR>")
    child.wait_for(lambda: child.mode() == "c", 30)
    answered = set()
    for _ in range(2):
        child.wait_for(lambda: child.mode() == "c", 30)
        row = child.rows()[-1]
        is_first = row.startswith("[board.ipynb] Your name?")
        assert is_first or row.startswith("Your name?")
        answered.add(is_first)
        child.type_text(("first" if is_first else "second") + "\n")
    assert answered == {True, False}
    child.wait_for_text("hello second")
    child.command(f"buffer {first}")
    child.wait_for_text("hello first")
    child.command("bwipeout! second.ipynb")


@pytest.mark.parametrize("keys", ["<C-c>", "\\ki", ":NotebookKernelInterrupt<CR>"])
def test_interrupting_ends_the_cell_and_keeps_the_kernel(
    start: Callable[..., Child], keys: str
) -> None:
    child = start(LOOP)
    child.wait_for_text("running")
    pid = kernel_pid(child)
    child.keys(keys)
    wait_done(child, "error")
    child.wait_for_text("KeyboardInterrupt")
    child = start("print('still ' + 'here')", "ok")
    child.wait_for_text("still here")
    assert kernel_pid(child) == pid


def test_restarting_gives_a_new_kernel_and_keeps_the_outputs(start: Callable[..., Child]) -> None:
    child = start("kept = 1; print('out' + 'put')", "ok")
    pid = kernel_pid(child)
    child.keys("\\k0")
    child.wait_for(lambda: "idle" in child.lua("return (require('ipynb').statusline())"))
    child.wait_for(lambda: kernel_pid(child) != pid, 30)
    assert child.is_visible("output")
    assert not is_alive(pid)
    start("kept", "error")
    child.wait_for_text("NameError")
    child.keys(":NotebookKernelRestart!<CR>")
    child.wait_for(lambda: not child.is_visible("NameError"))
    child.wait_for(lambda: "idle" in child.lua("return (require('ipynb').statusline())"), 30)


def test_restarting_cancels_what_runs_and_what_is_run_meanwhile_waits(
    start: Callable[..., Child],
) -> None:
    child = start(LOOP)
    child.wait_for_text("running")
    child.keys("\\k0")
    child.wait_for(lambda: states(child)[0] == "cancelled", 30)
    replace_source(child, "print('aft' + 'er')")
    child.keys("<C-CR>")
    child.wait_for(lambda: states(child)[0] == "ok", 30)
    child.wait_for_text("after")
    child.keys(":NotebookKernelRestart<CR><C-CR>")
    child.wait_for(lambda: states(child)[0] in {"queued", "busy"})
    child.wait_for(lambda: states(child)[0] == "ok", 30)


def test_a_kernel_that_was_shut_down_starts_again_with_the_next_run(
    start: Callable[..., Child],
) -> None:
    child = start("1", "ok")
    pid = kernel_pid(child)
    child.keys("\\kS")
    child.wait_for(lambda: not is_alive(pid), 10)
    child.wait_for(lambda: child.lua("return require('ipynb').kernel().connected") is False)
    child.keys("<C-CR>")
    child.wait_for(lambda: cells(child)[0].get("execution_count") == 1, 30)
    wait_done(child, "ok")


@pytest.mark.parametrize("command", ["Interrupt", "Restart", "Shutdown"])
def test_without_a_kernel_the_commands_say_so(
    board: tuple[Child, Path], tmp_path: Path, command: str
) -> None:
    child, _ = board
    child.keys_and_settle("<C-\\><C-n>")
    open_in(child, write_notebook(tmp_path / "idle.ipynb", ["1"]), ["1"])
    child.keys(f":NotebookKernel{command}<CR>")
    child.wait_for_text("no kernel runs")
    child.command("bwipeout! idle.ipynb")


def test_a_killed_kernel_is_said_in_one_line_within_a_second(start: Callable[..., Child]) -> None:
    child = start("kept = 1", "ok")
    child = start(LOOP)
    child.wait_for_text("running")
    child.keys_and_settle("G<C-CR>")
    record_events(child)
    killed_s = time.monotonic()
    os.kill(kernel_pid(child), signal.SIGKILL)
    child.wait_for_text("ipynb: the kernel", timeout_s=5)
    assert time.monotonic() - killed_s < 1
    assert child.mode() == "n"
    child.wait_for(lambda: "KernelDied" in [event["name"] for event in events(child)])
    assert states(child) == ["error", "cancelled"]
    assert "running" in "\n".join(child.rows())
    child.keys_and_settle("gg")
    replace_source(child, "kept")
    child.keys("<C-CR>")
    child.wait_for_text("NameError", 30)
    assert cells(child)[0]["execution_count"] == 1


def test_a_kernel_that_kills_itself_in_a_float_leaves_the_typed_text(
    start: Callable[..., Child],
) -> None:
    child = start("import os, time; time.sleep(1); os.kill(os.getpid(), 9)")
    child.command("messages clear")
    child.keys_and_settle("Go")
    child.type_text("typed")
    child.wait_for(lambda: "the kernel" in child.messages(), 5)
    started_s = time.monotonic()
    child.type_text(" on")
    assert time.monotonic() - started_s < 0.5
    assert child.mode() == "i"
    child.keys_and_settle("<Esc>")
    assert "ipynb: the kernel was killed" in child.messages()
    child.keys_and_settle("<Esc>")
    assert "typed on" in child.lines()
    replace_source(child, "2")


@pytest.fixture
def alone(start_child: Callable[..., Child], tmp_path: Path) -> Callable[..., tuple[Child, Path]]:
    """Return a function that opens cells in an editor of their own."""

    def alone_(*specs: Any, kernelspec: str = "python3", **options: Any) -> tuple[Child, Path]:
        child = start_child(width=100, **options)
        metadata = {"kernelspec": {"display_name": "K", "language": "python", "name": kernelspec}}
        path = write_notebook(tmp_path / "alone.ipynb", specs, metadata)
        open_in(child, path, specs)
        return child, path

    return alone_


def write_kernelspec(folder: Path, name: str, argv: list[str], language: str = "python") -> None:
    target = folder / "kernels" / name
    target.mkdir(parents=True)
    words = ", ".join(f'"{word}"' for word in argv)
    (target / "kernel.json").write_text(
        f'{{"argv": [{words}], "display_name": "The {name}", "language": "{language}"}}'
    )


def test_a_kernel_that_ends_at_once_is_said_with_its_last_words(
    alone: Callable[..., tuple[Child, Path]], tmp_path: Path
) -> None:
    script = "import sys; print('no such luck', file=sys.stderr); sys.exit(3)"
    write_kernelspec(tmp_path, "broken", [sys.executable, "-c", script, "{connection_file}"])
    child, _ = alone("1", kernelspec="broken", environment={"JUPYTER_PATH": str(tmp_path)})
    child.keys("<C-CR>")
    row = child.wait_for_text("The broken", 30)
    wait_states(child, "cancelled")
    assert row == len(child.rows()) - 1
    assert "no such luck" in child.messages() or child.is_visible("no such luck")
    assert child.mode() == "n"


def test_a_program_that_is_missing_is_named(
    alone: Callable[..., tuple[Child, Path]], tmp_path: Path
) -> None:
    write_kernelspec(tmp_path, "nowhere", ["/no/such/program", "{connection_file}"])
    child, _ = alone("1", kernelspec="nowhere", environment={"JUPYTER_PATH": str(tmp_path)})
    child.keys("<C-CR>")
    child.wait_for_text("/no/such/program", 30)
    wait_states(child, "cancelled")


def test_a_language_without_a_kernel_is_named_with_the_choice(child: Child, tmp_path: Path) -> None:
    metadata = {"kernelspec": {"display_name": "R", "language": "R", "name": "ir"}}
    open_in(child, write_notebook(tmp_path / "r.ipynb", ["1"], metadata), ["1"])
    child.keys("<C-CR>")
    child.wait_for_text("no kernel for R is installed; installed: ", 30)
    wait_states(child, "cancelled")
    child.keys_and_settle(":NotebookKernelStart nosuch<CR>")
    child.wait_for_text("no kernel is called 'nosuch'")


def test_kernels_end_with_their_notebook_and_all_with_the_editor(
    alone: Callable[..., tuple[Child, Path]], tmp_path: Path
) -> None:
    child, path = alone(LOOP)
    child.keys("<C-CR>")
    child.wait_for_text("running", 30)
    assert len(kernel_pids(child)) == 1
    child.keys_and_settle(f":bwipeout! {path}<CR>")
    child.wait_for(lambda: not kernel_pids(child), 10, "the kernel's end")
    open_in(child, write_notebook(tmp_path / "two.ipynb", [LOOP]), [LOOP])
    child.keys("<C-CR>")
    child.wait_for_text("running", 30)
    open_in(child, write_notebook(tmp_path / "three.ipynb", [ASK]), [ASK])
    child.keys("<C-CR>")
    wait_for_prompt(child, "Your name?")
    child.close()  # fails if a process is left


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports on which a process listens."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if found := re.match(r"socket:\[(\d+)\]", str(link.readlink())):
                inodes.add(found[1])
    assert inodes
    ports = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and fields[3] == "0A":
                ports.add(int(fields[1].rpartition(":")[2], 16))
    return ports


def test_a_kernel_listens_on_private_sockets_only(
    alone: Callable[..., tuple[Child, Path]],
) -> None:
    child, _ = alone("1")
    run_cell(child)
    (pid,) = kernel_pids(child)
    listening = listening_ports(pid)
    # ipykernel has one of its own, where it takes what forked children print.
    assert len(listening) <= 1
    folder = Path(child.lua("return require('ipynb.notebook').get().kernel_record.directory"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == os.getuid()
    connection = json.loads(next(folder.glob("*.json")).read_text())
    assert connection["transport"] == "ipc"
    assert connection["ip"].startswith(str(folder))
    assert not listening & {value for name, value in connection.items() if name.endswith("_port")}


def test_a_killed_editor_leaves_no_kernel(alone: Callable[..., tuple[Child, Path]]) -> None:
    child, _ = alone(LOOP)
    child.keys("<C-CR>")
    child.wait_for_text("running", 30)
    child.kill()  # the fixture fails if a process is left


def host_pid(child: Child) -> int:
    (pid,) = (pid for pid in child.descendants() if "start_host" in command_line(pid))
    return pid


def test_a_host_killed_in_a_running_cell_leaves_a_kernel_that_can_be_interrupted(
    start: Callable[..., Child],
) -> None:
    child = start(LOOP)
    child.wait_for_text("running")
    child.keys_and_settle("G")
    replace_source(child, "2")
    pid = kernel_pid(child)
    os.kill(host_pid(child), signal.SIGKILL)
    child.wait_for(lambda: states(child)[0] == "cancelled", 5)
    child.keys_and_settle("G<C-CR>")
    child.wait_for(lambda: states(child)[1] in {"queued", "busy"})
    child.keys("<C-c>")
    child.wait_for(lambda: "idle" in child.lua("return (require('ipynb').statusline())"), 10)
    child.keys("<C-CR>")
    child.wait_for(lambda: states(child)[1] == "ok", 10)
    assert kernel_pid(child) == pid


def test_a_kernel_that_dies_idle_is_said_too(start: Callable[..., Child]) -> None:
    child = start("1", "ok")
    os.kill(kernel_pid(child), signal.SIGKILL)
    child.wait_for_text("ipynb: the kernel", 1)
    assert child.lua("return (require('ipynb').statusline())").endswith(": dead")
    assert states(child)[0] == "ok"
    child.keys(":NotebookKernelRestart<CR>")
    child.wait_for(lambda: "idle" in child.lua("return (require('ipynb').statusline())"), 30)


@pytest.mark.parametrize("keys", ["", "V"], ids=["asked", "about to ask"])
def test_a_closed_notebook_asks_no_more(
    alone: Callable[..., tuple[Child, Path]], keys: str
) -> None:
    child, path = alone(ASK, "2")
    child.keys_and_settle("<C-CR>" + keys)
    if keys:
        child.wait_for(lambda: "a cell waits for input" in child.messages(), 30)
    else:
        wait_for_prompt(child, "Your name?")
    child.command(f"bwipeout! {path}")
    child.wait_for(lambda: not kernel_pids(child), 10, "the kernel's end")
    child.keys_and_settle("<C-\\><C-n>" if keys else "")
    child.wait_for(lambda: child.mode() == "n")
    assert "Error" not in child.messages()


def test_with_the_option_an_error_does_not_stop_the_queue(
    alone: Callable[..., tuple[Child, Path]],
) -> None:
    init = "require('ipynb').setup({ kernel = { stop_on_error = false } })"
    child, _ = alone("1 / 0", "2", "3", init=init)
    child.keys(":NotebookExecuteAll<CR>")
    wait_states(child, "error", "ok", "ok")
