"""The process of one kernel: launch, watch, signal, end; knows no messages.

A kernel leads a session (and so a process group) of its own: a Ctrl-C in Neovim's terminal does
not reach it, and an interrupt reaches the processes that it started too. The group ends with it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from string import Template
from typing import TYPE_CHECKING

from ipynb_nvim.errors import KernelError
from ipynb_nvim.services import kernel_guard
from ipynb_nvim.services.kernel_directory import KernelDirectory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ipynb_nvim.services.launch_spec import LaunchSpec, Transport

_POLL_S = 0.2
_TRIM_S = 2.0
_SOCKETS_POLL_S = 0.005
_REAP_S = 1.0


class KernelProcess:
    """A kernel's process, launched here or found again, with its directory."""

    def __init__(
        self, pid: int, directory: KernelDirectory, child: subprocess.Popen[bytes] | None
    ) -> None:
        """Watch ``pid``; ``child`` if it was launched by this host."""
        # Mutable state: the handle of a child (None: another host's), the guard that ends the
        # kernel when Neovim is gone, what watches for the end (a pidfd, or a timer without it),
        # and the timer of the log.
        self.pid = pid
        self.directory = directory
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self._child = child
        self._guard: subprocess.Popen[bytes] | None = None
        self._pidfd: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._trim_timer = self._loop.call_later(_TRIM_S, self._trim_log)
        self._watch()

    @classmethod
    def launch(
        cls, spec: LaunchSpec, cwd: Path, transport: Transport, owner_pid: int | None
    ) -> KernelProcess:
        """Start the kernel; it has not made its sockets yet.

        With an ``owner_pid`` the kernel ends when that process does, even if this host has died.
        Raises KernelError if the command cannot be run.
        """
        directory = KernelDirectory.make(transport)
        try:
            child = _popen(spec, cwd, directory)
        except OSError as error:
            directory.remove()
            raise KernelError(f"cannot start {spec.display_name}: {error}") from error
        directory.claim(child.pid)
        process = cls(child.pid, directory, child)
        if owner_pid is not None:
            process._guard = _start_guard(owner_pid, child.pid, directory)
        return process

    @classmethod
    def find(cls, pid: int, directory: Path) -> KernelProcess:
        """Watch the kernel that another host launched."""
        return cls(pid, KernelDirectory(directory), None)

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended yet, as far as noticed."""
        return not self.ended.done()

    async def wait_for_endpoints(self, timeout_s: float | None = None) -> dict[str, str] | None:
        """Return each channel's address when the kernel has its sockets.

        None if it ended, or the time was over first.
        """
        end_s = None if timeout_s is None else self._loop.time() + timeout_s
        while self.is_alive and (end_s is None or self._loop.time() < end_s):
            endpoints = self.directory.endpoints()
            if endpoints is not None:
                return endpoints
            await asyncio.wait({self.ended}, timeout=_SOCKETS_POLL_S)
        return None

    def release(self) -> None:
        """Watch it no longer and leave it as it is."""
        self._stop_watching()

    def interrupt(self) -> None:
        """Send SIGINT to the kernel and the processes that it started."""
        self._signal_group(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the kernel and the processes that it started."""
        self._signal_group(signal.SIGKILL)

    def dispose(self) -> None:
        """Kill what is left and forget it: the process, its group, the guard, the directory.

        Waits, milliseconds, until the system has ended them. Works without a running loop.
        """
        self.kill()
        self._stop_watching()
        if self.is_alive:
            kernel_guard.wait_for_end((self.pid,), _REAP_S)
        for handle in filter(None, (self._guard, self._child)):
            handle.kill()
            with suppress(subprocess.TimeoutExpired):
                handle.wait(_REAP_S)
        if self.is_alive and not self._loop.is_closed():
            self.ended.set_result("was killed")
        self.directory.remove()

    def _signal_group(self, signum: signal.Signals) -> None:
        # Once it has ended its id may be another's.
        if not self.is_alive:
            return
        with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM if all are zombies
            os.killpg(self.pid, signum)

    def _watch(self) -> None:
        try:
            self._pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._on_end()
        except (AttributeError, OSError):  # macOS; or a sandbox, or a Linux before 5.3
            self._poll()
        else:
            self._loop.add_reader(self._pidfd, self._on_end)

    def _poll(self) -> None:
        if kernel_guard.exists(self.pid) and (self._child is None or self._child.poll() is None):
            self._timer = self._loop.call_later(_POLL_S, self._poll)
        else:
            self._on_end()

    def _on_end(self) -> None:
        self._stop_watching()
        self.kill()  # what it leaves behind of its group; a child's id is taken until wait()
        returncode = None if self._child is None else self._child.wait()
        if not self.ended.done():
            self.ended.set_result(_reason(returncode, self.directory.last_log_line()))

    def _stop_watching(self) -> None:
        if self._pidfd is not None:
            if not self._loop.is_closed():
                self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._trim_timer.cancel()

    def _trim_log(self) -> None:
        self.directory.trim_log()
        self._trim_timer = self._loop.call_later(_TRIM_S, self._trim_log)


def _popen(spec: LaunchSpec, cwd: Path, directory: KernelDirectory) -> subprocess.Popen[bytes]:
    values = {
        "connection_file": str(directory.connection_file),
        "resource_dir": spec.resource_dir,
        "prefix": sys.prefix,
    }
    argv = [_substituted(word, values) for word in spec.argv]
    with directory.log_file.open("ab") as log:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=_environment(spec.env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _substituted(word: str, values: Mapping[str, str]) -> str:
    """Fill the fields of kernel.json's argv in; other braces stay (jupyter_client, kernels)."""
    for name, value in values.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the host's variables with ``changes``, whose ``${NAME}`` are filled in."""
    environment = dict(os.environ)
    for name, value in changes.items():
        environment[name] = Template(value).safe_substitute(os.environ)
        if not value:
            del environment[name]
    # ipykernel ends itself when its parent, the host, is gone, but the next host shall find it
    # again. 1 is its word for "do not watch" (ipykernel, ParentPollerUnix).
    environment["JPY_PARENT_PID"] = "1"
    # Else debugpy, which ipykernel loads, writes four lines about frozen modules to every log.
    environment.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    return environment


def _start_guard(
    owner_pid: int, kernel_pid: int, directory: KernelDirectory
) -> subprocess.Popen[bytes]:
    script = [sys.executable, "-I", "-S", kernel_guard.__file__]
    return subprocess.Popen(
        [*script, str(owner_pid), str(kernel_pid), str(directory.path)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _reason(returncode: int | None, last_line: str) -> str:
    """Say how a process ended, in one line: ``was killed by SIGKILL``, ``exited with 1: …``."""
    if returncode is None:
        how = "has ended"
    elif returncode < 0:
        how = f"was killed by {_signal_name(-returncode)}"
    else:
        how = f"exited with {returncode}"
    return f"{how}: {last_line}" if last_line else how


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
