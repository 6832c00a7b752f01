"""The private directory of one kernel: its sockets, connection file and log; no process.

::

    <base>/ipynb-kernel-xxxxxxxx/    0700; <base> is $XDG_RUNTIME_DIR or the temporary directory
        kernel.json             the connection file, 0600
        k-1 … k-5               the sockets, which the kernel makes
        log                     what the kernel writes to stdout and stderr
        pid                     whose directory this is
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.connect import write_connection_file

from ipynb_nvim.errors import KernelError
from ipynb_nvim.services.kernel_guard import exists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipynb_nvim.services.launch_spec import Transport

CHANNELS = ("shell", "iopub", "stdin", "control")

_PREFIX = "ipynb-kernel-"
_SOCKET_STEM = "k"
# The address of a Unix socket has 104 bytes on macOS, 108 on Linux. What follows the base here:
# "/ipynb-kernel-xxxxxxxx/k-5".
_MAX_BASE_BYTES = 104 - 27
_TAIL_BYTES = 8192
_MAX_LOG_BYTES = 4_000_000
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]")


class KernelDirectory:
    """One kernel's directory; ``path`` is removed by ``remove()``."""

    def __init__(self, path: Path) -> None:
        """Name a directory that exists."""
        self.path = path
        self.connection_file = path / "kernel.json"
        self.log_file = path / "log"

    @classmethod
    def make(cls, transport: Transport) -> KernelDirectory:
        """Make a directory with a connection file in it, and remove those of dead kernels."""
        base = _base()
        _remove_stale(base)
        try:
            directory = cls(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base)))
            directory._write_connection_file(transport)
        except OSError as error:
            raise KernelError(f"cannot make the kernel's directory in {base}: {error}") from error
        return directory

    def claim(self, pid: int) -> None:
        """Remember whose directory this is."""
        (self.path / "pid").write_text(str(pid), encoding="ascii")

    def connection(self) -> dict[str, Any]:
        """Read the connection file; its keys are jupyter_client's (Kernels, connection files)."""
        try:
            return json.loads(self.connection_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise KernelError(f"cannot read {self.connection_file}: {error}") from error

    def endpoints(self) -> dict[str, str] | None:
        """Return each channel's zmq address; None while the kernel has not made all its sockets."""
        return endpoints_of(self.connection())

    def last_log_line(self) -> str:
        """Return the last line with text of the kernel's log, without control characters."""
        try:
            with self.log_file.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                text = log.read().decode("utf-8", "replace")
        except OSError:
            return ""
        lines = (_CONTROL.sub("", line).strip() for line in reversed(text.splitlines()))
        return next(filter(None, lines), "")

    def trim_log(self) -> None:
        """Empty the log if it is long: code that floods it must not fill the disk or the memory.

        It was opened for appending, so the kernel goes on at the start.
        """
        with suppress(OSError):
            if self.log_file.stat().st_size > _MAX_LOG_BYTES:
                os.truncate(self.log_file, 0)

    def remove(self) -> None:
        """Remove the directory and all in it, if it is still there."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _write_connection_file(self, transport: Transport) -> None:
        write_connection_file(
            str(self.connection_file),
            ip=str(self.path / _SOCKET_STEM) if transport == "ipc" else "127.0.0.1",
            key=secrets.token_hex(32).encode("ascii"),
            transport=transport,
        )


def endpoints_of(connection: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the zmq address of each channel and the heart; None while a socket is not there.

    A TCP kernel's are known at once. An IPC socket is called ``k-1``, as jupyter_client and
    ipykernel do it, or ``k:1``: the specification names no file, and some kernels (IRkernel
    before 0.8, IJulia) put the port behind a colon whatever the transport.
    """
    transport, ip = connection["transport"], connection["ip"]
    ports = {name: connection[f"{name}_port"] for name in (*CHANNELS, "hb")}
    if transport == "tcp":
        return {name: f"tcp://{ip}:{port}" for name, port in ports.items()}
    for separator in "-:":
        paths = {name: f"{ip}{separator}{port}" for name, port in ports.items()}
        if all(Path(paths[name]).exists() for name in CHANNELS):
            return {name: f"ipc://{path}" for name, path in paths.items()}
    return None


def own_connection_files() -> Iterator[Path]:
    """Return the connection files of all kernels of this plugin and user."""
    for path in _own_directories(_base()):
        if (path / "kernel.json").is_file():
            yield path / "kernel.json"


def _base() -> Path:
    """Return the first of the usual places that is writable and short enough for a socket."""
    candidates = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")
    for candidate in filter(None, candidates):
        is_short = len(os.fsencode(candidate)) <= _MAX_BASE_BYTES
        if is_short and os.access(candidate, os.W_OK | os.X_OK):
            return Path(candidate)
    raise KernelError("no writable directory for a kernel's sockets: set $XDG_RUNTIME_DIR")


def _remove_stale(base: Path) -> None:
    for path in _own_directories(base):
        # A directory without a pid is a kernel just about to start.
        with suppress(OSError, ValueError):
            pid = int((path / "pid").read_text(encoding="ascii"))
            if not exists(pid):
                KernelDirectory(path).remove()


def _own_directories(base: Path) -> Iterator[Path]:
    with suppress(OSError):
        for path in base.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                if path.is_dir() and path.lstat().st_uid == os.getuid():
                    yield path
