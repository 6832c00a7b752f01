"""Registration, and what a person sees where the host's Python lacks something."""

from __future__ import annotations

import sys
import venv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

SHARED = "require('ipynb').setup({ host = 'shared' })"
PACKAGES = "pynvim jupyter_client nbformat pyzmq msgpack"


def with_python(python: Path | str) -> str:
    return f"require('ipynb').setup({{ python = '{python}' }})"


def open_and_wait(child: Child, path: Path) -> None:
    child.keys(f":edit {path}<CR>")
    child.wait_for(lambda: child.lua("return #require('ipynb').cells()") == 1, what="one cell")
    child.wait_for_text("answer = 42")


def host_count(child: Child) -> int:
    return len(child.descendants())


def test_no_host_starts_before_the_first_notebook(child: Child) -> None:
    child.command("edit some.py")
    assert host_count(child) == 0
    assert child.lua("return package.loaded['ipynb.host.rpc'] == nil")


@pytest.mark.parametrize("host", ["dedicated", "shared"])
def test_without_a_manifest_the_plugin_registers_itself(
    start_child: Callable[..., Child], notebook: Callable[..., Path], host: str
) -> None:
    child = start_child(init=SHARED if host == "shared" else "")
    open_and_wait(child, notebook("answer = 42"))
    assert child.lua("return require('ipynb.host.rpc').status().mode") == host
    child.keys_and_settle("dd")
    assert child.lines() != []


def test_update_remote_plugins_writes_the_plugin_to_the_manifest(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    manifest = tmp_path / "rplugin.vim"
    environment = {"NVIM_RPLUGIN_MANIFEST": str(manifest)}
    first = start_child(environment=environment)
    first.keys_and_settle(":UpdateRemotePlugins<CR><CR>")
    first.wait_for(manifest.exists, what="the manifest")
    assert "rplugin/python3/ipynb_nvim" in manifest.read_text(encoding="utf-8")
    second = start_child(environment=environment, init=SHARED)
    assert host_count(second) == 0
    open_and_wait(second, notebook("answer = 42"))
    assert second.lua("return require('ipynb.host.rpc').status().mode") == "shared"


def message_of_opening(child: Child, path: Path) -> str:
    """Open a notebook that no host can take; return what was said, one line."""
    child.keys(f":edit {path}<CR>")
    child.wait_for_text("ipynb: ")
    child.settle()
    assert not child.api.get_mode()["blocking"], f"a prompt:\n{child.picture()}"
    said = [line for line in child.messages().splitlines() if line.strip()]
    assert len(said) == 1, said
    return said[0]


def assert_file_is_safe(child: Child, path: Path) -> None:
    before = path.read_bytes()
    assert any("answer = 42" in line for line in child.lines()), "its text is shown"
    child.keys_and_settle(":write<CR>")
    assert path.read_bytes() == before


def test_a_missing_package_is_named_with_its_command(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    venv.create(tmp_path / "empty", symlinks=True)
    python = tmp_path / "empty" / "bin" / "python"
    child = start_child(init=with_python(python), width=320)
    path = notebook("answer = 42")
    message = message_of_opening(child, path)
    assert "pynvim is missing" in message
    assert f"{python} -m pip install {PACKAGES}" in message
    assert_file_is_safe(child, path)


def test_a_python_that_does_not_exist_is_named(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init=with_python("/nowhere/python3"), width=320)
    path = notebook("answer = 42")
    assert "/nowhere/python3" in message_of_opening(child, path)
    assert_file_is_safe(child, path)


def test_an_import_error_is_said_in_one_line(
    start_child: Callable[..., Child], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken" / "pynvim"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('libboom.so: cannot open it')\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={broken.parent} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    child = start_child(init=with_python(python), width=320)
    path = notebook("answer = 42")
    message = message_of_opening(child, path)
    assert "libboom.so: cannot open it" in message
    assert "checkhealth" in message
    assert_file_is_safe(child, path)
