"""Choosing, listing and asking about kernels by commands, as a person sees it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import KERNEL_START_S, cells, run_cell, states, wait_states
from tests.harness import Child, Launch, write_notebook
from tests.kernel.conftest import is_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("kernels"), Launch(width=110, height=40))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n>")
    editor.command("silent! %bwipeout!")


def make_venv(folder: Path, *, has_ipykernel: bool) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    if has_ipykernel:
        packages = next(folder.glob("lib/python*/site-packages"))
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


def kernel(child: Child) -> dict[str, Any]:
    return child.lua("return require('ipynb').kernel()")


def output_of(child: Child, index: int) -> list[str]:
    cell_id = cells(child)[index]["id"]
    return child.lua("return require('ipynb').output_lines(...)", cell_id)


def metadata(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))["metadata"]


def test_another_kernel_is_named_in_the_file_and_everything_follows(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("echo $((40 + 2))")
    child.keys_and_settle("<CR><Esc>")
    assert "python" in child.row_text(0)
    child.lua(
        """_G.told = {}
           vim.api.nvim_create_autocmd('User', { pattern = 'NotebookLanguageChanged',
             callback = function(e) table.insert(_G.told, e.data.language) end })"""
    )
    changes = child.lua("return vim.fn.undotree().seq_last")
    child.keys_and_settle(":NotebookSetKernel bash<CR>")
    child.wait_for_text("kernel: Bash; the next run starts it")
    assert "bash" in child.row_text(0)
    assert child.lua("return vim.b.ipynb_language") == "bash"
    assert child.lua("return _G.told") == ["bash"]
    assert child.lua("return vim.bo.modified") is True
    assert child.lua("return vim.fn.undotree().seq_last") == changes
    child.keys_and_settle("<CR>")
    assert child.lua("return vim.bo.filetype") == "bash"
    child.keys_and_settle("<Esc>")
    run_cell(child)
    child.wait_for_text("│ 42")
    child.keys_and_settle(":w<CR>")
    saved = metadata(tmp_path / "test.ipynb")
    assert saved["kernelspec"] == {"display_name": "Bash", "language": "bash", "name": "bash"}
    assert saved["language_info"]["name"] == "bash"
    assert saved["language_info"]["file_extension"] == ".sh"


def test_naming_the_kernel_it_has_changes_nothing(show: Callable[..., Child]) -> None:
    child = show("1")
    child.keys_and_settle(":NotebookSetKernel bash<CR>")
    child.wait_for(lambda: child.lua("return vim.bo.modified"), what="modified")
    child.keys_and_settle(":NotebookSetKernel python3<CR>")
    child.wait_for_text("kernel: Python 3")
    assert child.lua("return vim.b.ipynb_language") == "python"


def test_a_kernel_that_runs_is_replaced_only_if_the_user_says_so(
    show: Callable[..., Child],
) -> None:
    child = show("x = 1", "x")
    run_cell(child, ":NotebookExecuteAll<CR>")
    old = kernel(child)["id"]
    child.keys(":NotebookSetKernel bash<CR>")
    child.wait_for_text("Replace it")
    child.keys_and_settle("2<CR>")
    assert kernel(child)["id"] == old
    assert child.lua("return vim.b.ipynb_language") == "python"
    child.keys(":NotebookSetKernel bash<CR>")
    child.wait_for_text("Replace it")
    child.keys("1<CR>")
    child.wait_for(lambda: kernel(child)["name"] == "bash" and kernel(child)["connected"])
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)
    assert kernel(child)["id"] != old


def test_without_a_name_there_is_a_picker(show: Callable[..., Child], tmp_path: Path) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=True)
    child = show("echo hello")
    child.lua(
        """_G.own_select = vim.ui.select
           vim.ui.select = function(items, opts, choose)
             vim.ui.select = _G.own_select
             _G.seen = vim.tbl_map(opts.format_item, items)
             for _, item in ipairs(items) do
               if item.name == 'bash' then return choose(item) end
             end
           end"""
    )
    child.keys(":NotebookSetKernel<CR>")
    child.wait_for_text("kernel: Bash", KERNEL_START_S)
    seen = child.lua("return _G.seen")
    where = "found in the notebook's folder or above; no ipykernel"
    assert seen[0] == f"* Python 3 ({tmp_path.name}), python: {where}"
    assert "  Bash, bash: kernelspec bash" in seen


def test_a_kernel_that_is_not_there_is_said_and_nothing_changes(
    show: Callable[..., Child],
) -> None:
    child = show("1")
    child.keys_and_settle(":NotebookSetKernel nothing-like-it<CR>")
    child.wait_for_text("no kernel is called 'nothing-like-it'; installed:")
    assert child.lua("return vim.bo.modified") is False


def test_the_list_names_each_kernel_its_place_and_the_one_in_use(
    show: Callable[..., Child],
) -> None:
    child = show("1")
    child.keys(":NotebookListKernels<CR>")
    child.wait_for_text("Kernels (* is used)")
    rows = "\n".join(child.rows())
    assert "* Python 3" in rows
    assert "  Bash" in rows
    assert "kernels/bash" in rows
    child.keys_and_settle("q")
    assert not child.is_visible("Kernels (")


def wait_offer(child: Child) -> None:
    """Wait for the question, which may take two rows: paths are long."""
    question = "has no ipykernel. Install it?"
    child.wait_for(lambda: question in "".join(child.rows()), KERNEL_START_S, question)


def test_the_status_says_what_was_chosen_and_why(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=True)
    child = show("1")
    child.keys(":NotebookKernelStatus<CR>")
    child.wait_for_text("none runs")
    child.wait_for_text("found in the notebook's folder or above")
    program = re.sub(r"[│~\s]", "", "".join(child.rows()))  # it may take two rows
    assert f"{tmp_path.name}/.venv/bin/python" in program
    child.wait_for_text("6 Python notebooks: the plugin's own Python")
    child.keys_and_settle("q")
    run_cell(child)
    child.keys(":NotebookKernelStatus<CR>")
    child.wait_for_text("protocol")
    assert child.is_visible("ipython ")
    assert child.is_visible("(idle, pid ")
    child.keys_and_settle("<Esc>")
    child.keys_and_settle(":NotebookInfo<CR>")
    child.wait_for_text("chosen     found in the notebook's folder or above")
    child.keys_and_settle("<CR>")


def test_a_kernel_is_started_by_the_path_of_its_python(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / "elsewhere" / "mine", has_ipykernel=True)
    child = show("import sys; print(sys.prefix.endswith('elsewhere/mine'))")
    child.keys(f":NotebookKernelStart {tmp_path}/elsewhere/mine/bin/python<CR>")
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)
    assert kernel(child)["display_name"] == "Python 3 (mine)"
    run_cell(child)
    child.wait_for_text("True")
    child.keys_and_settle(":NotebookKernelStart<CR>")
    child.wait_for_text("Python 3 (mine) runs already")
    # The choice holds while the notebook is open.
    child.keys_and_settle(":NotebookKernelShutdown<CR>")
    child.wait_for(lambda: not kernel(child)["connected"])
    run_cell(child)
    assert kernel(child)["display_name"] == "Python 3 (mine)"


def test_another_kernel_overtakes_one_that_starts(show: Callable[..., Child]) -> None:
    child = show("echo hello")
    child.keys(":NotebookKernelStart<CR>:NotebookSetKernel! bash<CR>")
    child.wait_for(lambda: kernel(child)["name"] == "bash", KERNEL_START_S)
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)
    assert "killed" not in child.command("messages")
    run_cell(child)
    child.wait_for_text("│ hello")


def test_a_start_is_seen_in_the_statusline_at_once(show: Callable[..., Child]) -> None:
    child = show("1")
    child.keys(":NotebookKernelStart<CR>")
    child.wait_for(
        lambda: child.lua("return (require('ipynb').statusline())").endswith("starting"),
        what="the start",
    )
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)


def test_who_does_not_want_ipykernel_installed_gets_no_kernel(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=False)
    child = show("1")
    child.keys("<C-CR>")
    wait_offer(child)
    assert child.is_visible("Do not")
    assert child.is_visible("[*]")  # seen, not asked: 0.10 answers nothing while it asks
    child.keys("2<CR>")
    wait_states(child, "cancelled")
    assert not list(tmp_path.glob(".venv/lib/*/site-packages/ipykernel"))
    child.wait_for_text("ipykernel is missing: run")


def test_ipykernel_is_installed_if_wanted_and_the_run_goes_on(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=False)
    child = show("import sys; print('in', sys.prefix.rpartition('/')[2])")
    child.keys("<C-CR>")
    wait_offer(child)
    child.keys("1<CR>")
    child.wait_for_text("installing ipykernel into")
    child.keys_and_settle(":echo 'still' 'there'<CR>")
    child.wait_for_text("still there")
    wait_states(child, "ok", timeout_s=180)
    child.wait_for_text("in .venv")
    assert list(tmp_path.glob(".venv/lib/*/site-packages/ipykernel"))


def test_a_failed_installation_is_one_line_and_the_log(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / ".venv", has_ipykernel=False)
    tool = tmp_path / ".venv/lib"
    child = show("1")
    for folder in tool.glob("python*/site-packages"):
        (folder / "pip").mkdir()
        (folder / "pip" / "__main__.py").write_text(
            "import sys; print('a lot'); sys.exit('ERROR: no space left')"
        )
    child.keys("<C-CR>")
    wait_offer(child)
    child.keys("1<CR>")
    wait_states(child, "cancelled")
    child.wait_for_text("ipykernel was not installed: ERROR: no space left")
    log = child.lua("return vim.fn.stdpath('log') .. '/ipynb.log'")
    with open(log, encoding="utf-8") as file:  # noqa: PTH123 (a path as Neovim has it)
        assert "a lot" in file.read()
    assert cells(child)[0].get("execution_count") is None


def test_a_notebook_uses_a_kernel_that_runs_elsewhere_and_leaves_it(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("x = 42", "x")
    run_cell(child, ":NotebookExecuteCell<CR>")
    owner = child.api.get_current_buf()
    state = child.lua("return vim.env.XDG_RUNTIME_DIR")
    file = f"{state}/{kernel(child)['id']}/kernel.json"
    second = write_notebook(tmp_path / "second.ipynb", ["print(x + 1)"])
    open_in(child, second, ["print(x + 1)"])
    child.keys(f":NotebookKernelConnect {file}<CR>")
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)
    run_cell(child)
    child.wait_for_text("│ 43")
    child.keys_and_settle(":NotebookKernelRestart<CR>")
    child.wait_for_text("was started elsewhere: restart it there")
    child.keys_and_settle(":bwipeout!<CR>")
    child.command(f"buffer {owner}")
    run_cell(child, "G:NotebookExecuteCell<CR>")
    assert output_of(child, 1) == ["Out: 42"]


def test_without_a_file_the_kernel_that_runs_is_found(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    child = show("x = 42")
    folder = child.lua("return vim.env.XDG_RUNTIME_DIR")
    child.wait_for(lambda: not list(Path(folder).glob("ipynb-kernel-*")), what="no kernel left")
    child.keys_and_settle(":NotebookKernelConnect<CR>")
    child.wait_for_text("no kernel runs that can be connected to")
    run_cell(child)
    second = write_notebook(tmp_path / "second.ipynb", ["print(x + 1)"])
    open_in(child, second, ["print(x + 1)"])
    child.keys(":NotebookKernelConnect<CR>")
    child.wait_for(lambda: kernel(child)["execution_state"] == "idle", KERNEL_START_S)
    run_cell(child)
    child.wait_for_text("│ 43")


def test_restart_and_run_all_begins_with_a_new_kernel(show: Callable[..., Child]) -> None:
    child = show("print('x' in globals()); x = 1", "x")
    run_cell(child, ":NotebookExecuteAll<CR>")
    old = kernel(child)["id"]
    run_cell(child, ":NotebookKernelRestartAndRunAll<CR>")
    assert kernel(child)["id"] != old
    assert states(child) == ["ok", "ok"]
    assert output_of(child, 0) == ["False"]
    assert [cell["execution_count"] for cell in cells(child)] == [1, 2]


def test_a_kernel_of_a_third_language_runs_fails_and_goes_on(show: Callable[..., Child]) -> None:
    child = show('(display "a")\n(+ 40 2)', "(car 5)", "(define x 7)", "(* x 6)")
    child.keys(":NotebookSetKernel calysto_scheme<CR>")
    child.wait_for_text("kernel: Calysto Scheme", KERNEL_START_S)
    assert child.lua("return vim.b.ipynb_language") == "scheme"
    run_cell(child)
    assert output_of(child, 0) == ["a", "Out: 42"]
    run_cell(child, ":NotebookExecuteAll<CR>")
    assert states(child)[1:] == ["error", "cancelled", "cancelled"]
    run_cell(child, "G\\kA")
    child.keys_and_settle("gg2]]")
    run_cell(child, "\\kB")
    assert output_of(child, 3) == ["Out: 42"]


def test_a_kernel_that_is_to_be_kept_outlives_neovim_and_is_found_again(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ipynb-"))
    environment = {"XDG_RUNTIME_DIR": str(folder)}
    init = "require('ipynb').setup({ kernel = { keep = true } })"
    path = write_notebook(tmp_path / "kept.ipynb", ["x = 42", "print(x)"])
    first = start_child(init=init, environment=environment)
    open_in(first, path, ["x = 42", "print(x)"])
    run_cell(first, "gg<C-CR>")
    pid = first.lua("return vim.fn.getpid()")
    first.keys(":qall!<CR>")
    while is_running(pid):
        os.sched_yield()
    try:
        kept = next(folder.glob("ipynb-kernel-*"))
        second = start_child(environment=environment)
        open_in(second, path, ["x = 42", "print(x)"])
        second.keys(":NotebookKernelConnect<CR>")
        second.wait_for(lambda: kernel(second)["execution_state"] == "idle", KERNEL_START_S)
        run_cell(second, "G<C-CR>")
        second.wait_for_text("│ 42")
        second.keys(":NotebookKernelShutdown!<CR>")
        second.wait_for(lambda: not kernel(second)["connected"])
    finally:
        with contextlib.suppress(ProcessLookupError):  # as it should be
            os.killpg(int((kept / "pid").read_text()), signal.SIGKILL)
        shutil.rmtree(folder)


def test_a_host_killed_while_the_kernel_starts_finds_it_again(
    show: Callable[..., Child],
) -> None:
    child = show("x = 42", "print(x)")
    child.keys(":NotebookKernelStart<CR>")
    child.wait_for(lambda: kernel(child)["id"], what="a kernel that starts")
    old = kernel(child)["id"]
    os.kill(
        child.lua("return vim.fn.jobpid(require('ipynb.host.rpc').status().chan)"), signal.SIGKILL
    )
    child.wait_for(lambda: kernel(child)["execution_state"] in ("unknown", ""), what="no host")
    run_cell(child, ":NotebookExecuteAll<CR>")
    assert (states(child), output_of(child, 1)) == (["ok", "ok"], ["42"])
    assert kernel(child)["id"] == old


def test_a_slow_start_is_said_and_blocks_nothing(
    show: Callable[..., Child], tmp_path: Path
) -> None:
    make_venv(tmp_path / "slow" / "venv", has_ipykernel=True)
    packages = next((tmp_path / "slow").glob("venv/lib/python*/site-packages"))
    late = "import sys, time; 'ipykernel_launcher' in sys.orig_argv and time.sleep(3)\n"
    (packages / "late.pth").write_text(late)
    child = show("print('at last')")
    child.keys(f":NotebookKernelStart {tmp_path}/slow/venv/bin/python<CR>")
    child.wait_for_text("Python 3 (slow) is starting …", KERNEL_START_S)
    child.keys_and_settle(":echo 'still' 'there'<CR>")
    child.wait_for_text("still there")
    child.wait_for_text("Python 3 (slow) is ready", KERNEL_START_S)  # not "is starting" for ever
    run_cell(child)
    child.wait_for_text("│ at last")
