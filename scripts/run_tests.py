"""Runs pytest on the checkout's Neovim; its last line says how many passed, failed, skipped.

Other arguments go to pytest. Two workers (``IPYNB_TEST_WORKERS``): editors and kernels need a core.
A few tests that failed are run once more, alone and one by one: what fails then is no matter of a
busy machine. Those that pass only then are named.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from checkout import PYTHON, ROOT, STATE, find_nvim, nvim_version

if TYPE_CHECKING:
    from pathlib import Path

REPORT = STATE / "results" / "pytest.xml"
SECOND = STATE / "results" / "pytest-second.xml"
MAX_SECOND_TRIES = 15


@dataclass(frozen=True)
class Counts:
    """What became of the tests; an error in a fixture counts as failed."""

    passed: int
    failed: int
    skipped: int

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_counts() -> Counts:
    """Sum up pytest's report; all zero when pytest did not get as far as writing one."""
    if not REPORT.exists():
        return Counts(0, 0, 0)
    first = _read(REPORT)
    if not SECOND.exists():
        return first
    second = _read(SECOND)
    recovered = first.failed - second.failed
    return Counts(first.passed + recovered, second.failed, first.skipped)


def _read(report: Path) -> Counts:
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total = {name: total[name] + int(suite.get(name, 0)) for name in total}
    failed = total["failures"] + total["errors"]
    return Counts(total["tests"] - failed - total["skipped"], failed, total["skipped"])


def _passed_names(report: Path) -> list[str]:
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return [f"{case.get('classname')}::{case.get('name')}" for case in cases if not list(case)]


def main(arguments: list[str]) -> int:
    """Run the tests; return pytest's exit code, or 1 when no test was run.

    ``--counts`` only says again how the last run ended.
    """
    if arguments == ["--counts"]:
        print(read_counts())
        return 0
    nvim = find_nvim()
    if nvim is None:
        sys.exit("ipynb.nvim: no Neovim of 0.10 or newer; run `make test`, it gets one")
    print(
        f"ipynb.nvim: tests on Neovim {'.'.join(map(str, nvim_version(nvim) or ()))}, {nvim}",
        flush=True,
    )
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.unlink(missing_ok=True)
    SECOND.unlink(missing_ok=True)
    workers = os.environ.get("IPYNB_TEST_WORKERS", "2")
    options = ["-n", workers, "--dist", "worksteal", f"--junit-xml={REPORT}"]
    pytest = [str(PYTHON), "-m", "pytest", *options, *arguments]
    environment = os.environ | {"NVIM": nvim}
    code = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    if code == 1 and 0 < read_counts().failed <= MAX_SECOND_TRIES:
        code = _try_again(arguments, environment)
    counts = read_counts()
    print(counts)
    return code or int(counts.passed == 0)


def _try_again(arguments: list[str], environment: dict[str, str]) -> int:
    """Run the tests that failed alone, one after the other; return pytest's code."""
    print("ipynb.nvim: the tests that failed, once more and alone", flush=True)
    options = ["--last-failed", "--last-failed-no-failures=none", f"--junit-xml={SECOND}"]
    pytest = [str(PYTHON), "-m", "pytest", *options, *arguments]
    code = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    if SECOND.exists():
        for name in _passed_names(SECOND):
            print(f"ipynb.nvim: passed at the second try only: {name}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
