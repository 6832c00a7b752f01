"""The floor of running code: a kernel spoken to by jupyter_client and nbclient alone."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import time
from typing import TYPE_CHECKING

import nbformat
import zmq
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TIMEOUT_S = 120
# ipykernel drops what a busy reader has not taken after 1,000 messages; a floor loses nothing.
NO_LIMIT = "get_ipython().kernel.iopub_thread.socket.sndhwm = 0"


class RawKernel:
    """A kernel and a blocking client; ends with the context."""

    def __init__(self, folder: Path) -> None:
        connection_file = str(folder / "raw-kernel.json")
        self._manager = KernelManager(
            kernel_name="python3", transport="ipc", connection_file=connection_file
        )
        # The default of 1,000 messages loses lines of a flood; the plugin's client has none.
        self._manager.context.setsockopt(zmq.RCVHWM, 0)
        self._manager.start_kernel()
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=TIMEOUT_S)
        self.reply_ms(NO_LIMIT)

    def __enter__(self) -> RawKernel:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def reply_ms(self, code: str) -> float:
        """Execute code; return the time until the shell's reply, then wait for idle."""
        start_s = time.perf_counter()
        msg_id = self._client.execute(code)
        while self._client.get_shell_msg(timeout=TIMEOUT_S)["parent_header"]["msg_id"] != msg_id:
            pass
        taken_ms = (time.perf_counter() - start_s) * 1000
        self._drain(msg_id)
        return taken_ms

    def complete_ms(self, code: str) -> float:
        """Ask for completions at the end of code; return the time until the reply."""
        start_s = time.perf_counter()
        msg_id = self._client.complete(code, len(code))
        while self._client.get_shell_msg(timeout=TIMEOUT_S)["parent_header"]["msg_id"] != msg_id:
            pass
        return (time.perf_counter() - start_s) * 1000

    def interrupt_ms(self, code: str, running_s: float) -> float:
        """Execute code that never ends; return the time from an interrupt until its idle."""
        msg_id = self._client.execute(code)
        end_s = time.perf_counter() + running_s
        while time.perf_counter() < end_s:
            self._take_for(end_s - time.perf_counter())
        start_s = time.perf_counter()
        self._manager.interrupt_kernel()
        self._drain(msg_id)
        taken_ms = (time.perf_counter() - start_s) * 1000
        self._client.get_shell_msg(timeout=TIMEOUT_S)
        return taken_ms

    def _take_for(self, seconds: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._client.get_iopub_msg(timeout=max(0.001, seconds))

    def drain_ms(self, code: str) -> tuple[float, int]:
        """Execute code; return the time until its iopub idle, and the lines it printed."""
        start_s = time.perf_counter()
        text = self._drain(self._client.execute(code))
        taken_ms = (time.perf_counter() - start_s) * 1000
        self._client.get_shell_msg(timeout=TIMEOUT_S)
        return taken_ms, text.count("\n")

    def _drain(self, msg_id: str) -> str:
        parts = []
        while True:
            message = self._client.get_iopub_msg(timeout=TIMEOUT_S)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                parts.append(content["text"])
            elif content.get("execution_state") == "idle":
                return "".join(parts)


def nbclient_ms(sources: Sequence[str]) -> float:
    """Execute cells by nbclient; return the time without the kernel's start and end."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    client = NotebookClient(notebook, kernel_name="python3")
    cells = list(notebook.cells)
    with client.setup_kernel(stderr=subprocess.DEVNULL):  # it warns of the TCP ports it uses
        client.execute_cell(nbformat.v4.new_code_cell("pass"), 0, store_history=False)
        start_s = time.perf_counter()
        for index, cell in enumerate(cells):
            client.execute_cell(cell, index)
        return (time.perf_counter() - start_s) * 1000
