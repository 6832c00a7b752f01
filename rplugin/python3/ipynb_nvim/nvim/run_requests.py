"""What each message of the editor about runs and kernels does; knows no cells' structure."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.nvim.wire import from_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from ipynb_nvim.nvim.session import Session


class RunRequests:
    """The messages by name; all name the notebook's buffer first."""

    def __init__(
        self,
        sessions: Mapping[int, Session],
        spawn: Callable[[Coroutine[Any, Any, Any]], object],
    ) -> None:
        """Serve ``sessions``, which stay their owner's."""
        self._sessions = sessions
        self._spawn = spawn
        self.notifications: dict[str, Callable[..., None]] = {
            "execute": lambda buf, ids: sessions[buf].execute(ids),
            "execute_part": self._on_execute_part,
            "cancel": lambda buf, ids=None: sessions[buf].runner.cancel(ids),
            "interrupt": lambda buf: sessions[buf].runner.interrupt(),
            "restart": self._on_restart,
            "shutdown": self._on_shutdown,
            "connect_kernel": self._on_connect,
            "start_kernel": self._on_start_kernel,
            "set_kernel": self._on_set_kernel,
            "list_kernels": self._on_list_kernels,
            "kernel_status": self._on_kernel_status,
            "chosen": lambda buf, no, index: sessions[buf].choices.answer(no, index),
            "reply_input": lambda buf, text: sessions[buf].runner.reply_input(text),
        }
        self.requests: dict[str, Callable[..., Any]] = {
            "kernel_names": self._on_kernel_names,
        }

    def _on_execute_part(self, buf: int, cell_id: str, lines: list[str]) -> None:
        self._sessions[buf].execute_part(cell_id, "\n".join(from_wire(lines)))

    def _on_restart(self, buf: int, is_clearing: bool) -> None:
        session = self._sessions[buf]
        if is_clearing:
            session.clear_outputs(list(session.notebook.order))
        session.runner.restart()

    def _on_start_kernel(self, buf: int, name: str | None) -> None:
        session = self._sessions[buf]
        session.runner.start(name, session.cwd)

    def _on_set_kernel(self, buf: int, name: str) -> None:
        session = self._sessions[buf]
        self._spawn(session.desk.set_kernel(name, session.cwd))

    def _on_shutdown(self, buf: int, is_for_all: bool) -> None:
        self._sessions[buf].runner.shutdown(for_all=is_for_all)

    def _on_connect(self, buf: int, file: str | None) -> None:
        session = self._sessions[buf]
        path = None if file is None else session.cwd / Path(file).expanduser()
        self._spawn(session.desk.connect(path))

    def _on_list_kernels(self, buf: int, purpose: str) -> None:
        self._spawn(self._sessions[buf].desk.list_kernels(purpose))

    def _on_kernel_status(self, buf: int) -> None:
        self._spawn(self._sessions[buf].desk.show_status())

    def _on_kernel_names(self, buf: int) -> list[str]:
        choice = importlib.import_module("ipynb_nvim.services.kernel_choice")
        return choice.kernel_names(Path(self._sessions[buf].file.path))
