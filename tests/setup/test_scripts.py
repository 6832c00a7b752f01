"""Set-up says in one line what a machine lacks, and does nothing twice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAKE_PYTHON = """#!/bin/sh
case "$*" in
  *platform*) echo {version} ;;
  *version_info*) exit {is_old} ;;
  *ensurepip*) exit {lacks_venv} ;;
  *) echo "started $*" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the set-up scripts, but without a virtual environment."""
    shutil.copytree(ROOT / "scripts", tmp_path / "checkout" / "scripts")
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path / "checkout"


def add_python(checkout: Path, name: str, version: str, *, lacks_venv: bool = False) -> None:
    is_old = tuple(map(int, version.split(".")))[:2] < (3, 10)
    text = FAKE_PYTHON.format(version=version, is_old=int(is_old), lacks_venv=int(lacks_venv))
    program = checkout.parent / "bin" / name
    program.write_text(text)
    program.chmod(0o755)


def run_setup(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = str(checkout.parent / "bin")
    return subprocess.run(
        [str(checkout / "scripts" / "setup"), "run"],
        env={"PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_what_it_needs(checkout: Path) -> None:
    run = run_setup(checkout)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "ipynb.nvim: needs Python 3.10 or newer; there is no python3 on PATH;"
        " name another by make PYTHON=/path/to/python3"
    ]


def test_an_old_python_is_named_with_its_version(checkout: Path) -> None:
    add_python(checkout, "python3", "3.9.2")
    run = run_setup(checkout)
    assert run.returncode == 1
    assert "needs Python 3.10 or newer; python3 is 3.9.2;" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_newer_python_beside_an_old_one_is_taken(checkout: Path) -> None:
    add_python(checkout, "python3", "3.9.2")
    add_python(checkout, "python3.12", "3.12.1")
    assert run_setup(checkout).stdout == "started scripts/setup.py run\n"


def test_a_python_without_venv_gets_the_package_to_install(checkout: Path) -> None:
    add_python(checkout, "python3", "3.11.2", lacks_venv=True)
    run = run_setup(checkout)
    assert run.returncode == 1
    assert run.stderr.endswith("on Debian or Ubuntu: apt install python3.11-venv\n")
    assert len(run.stderr.splitlines()) == 1


def test_the_python_that_was_named_is_used(checkout: Path) -> None:
    add_python(checkout, "mine", "3.13.0")
    run = run_setup(checkout, IPYNB_PYTHON=str(checkout.parent / "bin" / "mine"))
    assert run.stdout == "started scripts/setup.py run\n"


def test_a_second_set_up_does_nothing() -> None:
    command = [str(ROOT / "scripts" / "setup"), "run", "test"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    log = ROOT / ".state" / "setup.log"
    size = log.stat().st_size if log.exists() else 0
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout == ""  # every step that does something says so …
    assert (log.stat().st_size if log.exists() else 0) == size  # … and logs its command
