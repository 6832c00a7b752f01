"""``:checkhealth ipynb`` names what is there, what is missing, and the command that mends it."""

from __future__ import annotations

import sys
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child


def report_of(child: Child) -> str:
    child.command("checkhealth ipynb")
    child.wait_for(lambda: "ipynb: terminal" in "\n".join(child.lines()), what="the report")
    return "\n".join(child.lines())


def test_a_sound_set_up_is_reported_without_an_error(child: Child) -> None:
    report = report_of(child)
    assert "ERROR" not in report
    for package in ("pynvim", "jupyter_client", "nbformat", "pyzmq", "msgpack"):
        assert f"OK {package} " in report
    assert f"Python {sys.version.split()[0]}, from `g:python3_host_prog`" in report
    assert "No host runs (dedicated)" in report
    assert "python3: Python 3 (ipykernel)" in report


def test_a_running_host_and_the_notebook_are_reported(
    child: Child, open_notebook: Callable[..., int]
) -> None:
    open_notebook("1 + 1", ("markdown", "# Title"))
    report = report_of(child)
    assert "The host runs (dedicated, channel" in report
    assert "test.ipynb" in report
    assert "2 cells" in report


def test_missing_packages_come_with_the_command_that_installs_them(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    venv.create(tmp_path / "empty", symlinks=True)
    python = tmp_path / "empty" / "bin" / "python"
    child = start_child(init=f"require('ipynb').setup({{ python = '{python}' }})")
    report = report_of(child)
    assert "Missing: pynvim, jupyter_client, nbformat, pyzmq, msgpack" in report
    assert f"Run: {python} -m pip install pynvim jupyter_client" in report
    assert "from the option `python`" in report


def test_a_program_that_is_no_python_is_reported(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'not me' >&2\nexit 3\n")
    program.chmod(0o755)
    child = start_child(init=f"require('ipynb').setup({{ python = '{program}' }})")
    assert f"ERROR {program} does not run: not me" in report_of(child)


def test_a_manifest_that_names_another_copy_is_warned_of(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    manifest = tmp_path / "rplugin.vim"
    manifest.write_text('" /elsewhere/rplugin/python3/ipynb_nvim\n')
    child = start_child(environment={"NVIM_RPLUGIN_MANIFEST": str(manifest)})
    report = report_of(child)
    assert "names another copy of the plugin" in report
    assert "Run :UpdateRemotePlugins" in report
