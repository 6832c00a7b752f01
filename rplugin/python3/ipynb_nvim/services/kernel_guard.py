"""A process that ends a kernel when its owner is gone; knows nothing of this package.

A kernel outlives a host that crashes, so that the next host finds it again. It must not outlive
the editor: this waits, asleep, until the editor (``owner``) or the kernel ends. Host and editor
may be killed together, so neither can be trusted with it::

    owner ends ──> 3 s for the host to shut the kernel down ──> kill its group, remove its files
    kernel ends ─> nothing to do: the host tidies up

Run as ``python -I -S kernel_guard.py OWNER_PID KERNEL_PID DIRECTORY``.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import time

_GRACE_S = 3.0
_POLL_S = 1.0


def wait_for_end(pids: tuple[int, ...], timeout_s: float | None = None) -> int | None:
    """Sleep until one of the processes has ended and return it; None if the time was over first.

    A process that ended but was not yet waited for by its parent has ended.
    """
    if not hasattr(os, "pidfd_open"):  # macOS
        return _poll_for_end(pids, timeout_s)
    pidfds: dict[int, int] = {}
    for pid in pids:
        try:
            pidfds[os.pidfd_open(pid)] = pid
        except ProcessLookupError:
            return pid
        except OSError:  # a sandbox, or a Linux before 5.3, refuses the call
            return _poll_for_end(pids, timeout_s)
    ready, _, _ = select.select(list(pidfds), [], [], timeout_s)
    return pidfds[ready[0]] if ready else None


def _poll_for_end(pids: tuple[int, ...], timeout_s: float | None) -> int | None:
    end_s = None if timeout_s is None else time.monotonic() + timeout_s
    while end_s is None or time.monotonic() < end_s:
        for pid in pids:
            if not exists(pid):
                return pid
        time.sleep(_POLL_S)
    return None


def exists(pid: int) -> bool:
    """Tell whether there is a process ``pid``, ended but not waited for included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(owner_pid: int, kernel_pid: int, directory: str) -> None:
    """Wait for the end of the owner or the kernel; end what the owner left."""
    if wait_for_end((owner_pid, kernel_pid)) == kernel_pid:
        return
    if wait_for_end((kernel_pid,), _GRACE_S) is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel_pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
