"""Finding the processes that one test started, by a marker in their environment."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

MARKER = "IPYNB_TEST_ID"


def marked_pids(test_id: str) -> list[int]:
    """Return the living processes that inherited the marker ``test_id``."""
    needle = f"{MARKER}={test_id}\0".encode()
    return [pid for pid in _all_pids() if needle in _read(pid, "environ")]


def command_line(pid: int) -> str:
    """Return a process's command line, '' when it is gone."""
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace").strip()


def wait_until_gone(test_id: str, timeout_s: float) -> list[int]:
    """Wait for the marked processes to end; return those that are still there."""
    deadline_s = time.monotonic() + timeout_s
    pids = marked_pids(test_id)
    while pids and time.monotonic() < deadline_s:
        time.sleep(0.02)
        pids = marked_pids(test_id)
    return pids


def kill(pids: list[int]) -> None:
    """End processes at once; those already gone are no error."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def resident_bytes(pid: int) -> int:
    """Return the memory a process holds in RAM."""
    pages = int(_read(pid, "statm").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_resident_bytes(pid: int) -> int:
    """Return the most memory a process ever held in RAM (proc(5), VmHWM)."""
    status = dict(line.split(b":", 1) for line in _read(pid, "status").splitlines())
    return int(status[b"VmHWM"].split()[0]) * 1024


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""  # it ended meanwhile, or belongs to someone else
