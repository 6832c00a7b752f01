"""Finds kernels that run already, by their connection files; connects to none.

Jupyter's are in its runtime directory, this plugin's in directories of their own.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from ipynb_nvim.services.kernel_directory import endpoints_of, own_connection_files

_CONNECT_TIMEOUT_S = 0.2
_MAX_FILES = 200


async def running_kernels() -> list[Path]:
    """Return the connection files of kernels that can be reached, the newest first."""
    return await asyncio.to_thread(_running_kernels)


def _running_kernels() -> list[Path]:
    files = [*Path(jupyter_runtime_dir()).glob("kernel-*.json"), *own_connection_files()]
    dated: list[tuple[float, Path]] = []
    for file in files:
        with suppress(OSError):  # it ended meanwhile
            dated.append((file.stat().st_mtime, file))
    newest = [file for _, file in sorted(dated, reverse=True)[:_MAX_FILES]]
    return [file for file in newest if _is_reachable(file)]


def _is_reachable(file: Path) -> bool:
    """Tell whether somebody listens; Jupyter leaves the files of kernels that were killed."""
    try:
        connection = json.loads(file.read_text(encoding="utf-8"))
        if connection["transport"] != "tcp":
            return endpoints_of(connection) is not None
        address = (connection["ip"], connection["shell_port"])
        with socket.create_connection(address, _CONNECT_TIMEOUT_S):
            return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
