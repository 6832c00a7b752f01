"""Runs pytest on the checkout's Neovim; its last line says how many passed, failed, skipped.

Other arguments go to pytest. Two workers (``IPYNB_TEST_WORKERS``): editors and kernels need a core.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from xml.etree import ElementTree

from checkout import PYTHON, ROOT, STATE, find_nvim, nvim_version

REPORT = STATE / "results" / "pytest.xml"


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
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ElementTree.parse(REPORT).getroot().iter("testsuite"):
        total = {name: total[name] + int(suite.get(name, 0)) for name in total}
    failed = total["failures"] + total["errors"]
    return Counts(total["tests"] - failed - total["skipped"], failed, total["skipped"])


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
    workers = os.environ.get("IPYNB_TEST_WORKERS", "2")
    options = ["-n", workers, "--dist", "worksteal", f"--junit-xml={REPORT}"]
    pytest = [str(PYTHON), "-m", "pytest", *options, *arguments]
    environment = os.environ | {"NVIM": nvim}
    code = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    counts = read_counts()
    print(counts)
    return code or int(counts.passed == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
