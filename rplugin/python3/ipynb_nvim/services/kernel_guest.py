"""A kernel that somebody else started, spoken to by its connection file; never ended unasked.

It has no process here: a heartbeat tells that it is gone. Others may use it at the same time; what
they run and what comes of it is not ours, but that it is busy is.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

from ipynb_nvim.errors import KernelDiedError, KernelError
from ipynb_nvim.services.kernel_client import KernelClient
from ipynb_nvim.services.kernel_directory import endpoints_of
from ipynb_nvim.services.kernel_events import (
    KernelDied,
    KernelReady,
    KernelState,
    KernelStopped,
    StateChanged,
)
from ipynb_nvim.services.kernel_heartbeat import wait_for_silence
from ipynb_nvim.services.kernel_record import KernelRecord
from ipynb_nvim.services.launch_spec import LaunchSpec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ipynb_nvim.domain.messages import KernelInfo
    from ipynb_nvim.services.kernel_channels import Spawn
    from ipynb_nvim.services.kernel_events import KernelEvent
    from ipynb_nvim.services.kernel_questions import KernelQuestions

_CONNECT_TIMEOUT_S = 5.0
_SHUTDOWN_GRACE_S = 2.0

_RUNNING = (KernelState.IDLE, KernelState.BUSY)


class KernelGuest:
    """The same to its owner as a ``KernelSession``, but for whose kernel it is."""

    def __init__(
        self, connection_file: Path, on_event: Callable[[KernelEvent], None], spawn: Spawn
    ) -> None:
        """Prepare; ``start()`` connects."""
        # Mutable state: what is known of the kernel; what it does; the client, while connected;
        # the task that listens for its heart, and the future that ends with it.
        self._file = connection_file
        name = connection_file.stem
        self.spec = LaunchSpec(name, name, "", (), why=f"connected by {connection_file}")
        self.execution_state = KernelState.STOPPED
        self.questions: KernelQuestions | None = None
        self._tell = on_event
        self._spawn = spawn
        self._client: KernelClient | None = None
        self._heart: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def is_alive(self) -> bool:
        """Whether it is connected."""
        return self._client is not None

    @property
    def record(self) -> KernelRecord | None:
        """What a later host needs to connect again; None if not connected."""
        if self._client is None:
            return None
        folder = str(self._file.parent)
        return KernelRecord(self.spec, folder, 0, folder, connection_file=str(self._file))

    async def start(self) -> None:
        """Connect; raises KernelError if nobody answers."""
        self._set_state(KernelState.STARTING)
        try:
            info = await self._connect()
        except KernelError:
            self._close(KernelState.DEAD)
            raise
        language = info.language_info.get("name")
        self.spec = LaunchSpec(
            self.spec.name,
            f"{info.implementation or 'kernel'} in {self._file.name}",
            language if isinstance(language, str) else "",
            (),
            why=self.spec.why,
        )
        self._set_state(KernelState.BUSY)
        self._tell(KernelReady(info))
        assert self._client is not None
        self._client.adopt(())  # it becomes idle when its shell answers

    async def restart(self) -> None:
        """Refuse: only who started the kernel can start it again."""
        raise KernelError(f"{self._file.name} was started elsewhere: restart it there")

    async def shutdown(self) -> None:
        """Leave it; what runs there goes on."""
        self._leave()

    async def shutdown_for_all(self) -> None:
        """Ask the kernel to end, whoever uses it."""
        client = self._client
        if client is not None:
            client.control("shutdown_request", {"restart": False})
            await asyncio.wait({self._ended}, timeout=_SHUTDOWN_GRACE_S)
        self._leave()

    def kill_now(self) -> None:
        """Leave it at once; for a host that is about to end."""
        self._tell = _ignore
        self._close(KernelState.STOPPED)

    def release(self) -> KernelRecord | None:
        """Leave it without a word, for another one that connects."""
        record = self.record
        self.kill_now()
        return record

    def execute(self, code: str) -> str:
        """Send code to run and return its ``msg_id``; raises KernelError if not connected."""
        return self._running().execute(code, store_history=True, allow_stdin=True, silent=False)

    def reply_input(self, text: str) -> None:
        """Answer the latest ``InputRequest``."""
        self._running().reply_input(text)

    async def interrupt(self) -> None:
        """Interrupt what runs, also another's (messaging 5.4, interrupt_request)."""
        self._running().control("interrupt_request", {})

    async def _connect(self) -> KernelInfo:
        connection = _read(self._file)
        endpoints = endpoints_of(connection)
        if endpoints is None:
            raise KernelDiedError(f"{self._file.name}: that kernel has ended")
        self._client = KernelClient(endpoints, connection, self._on_event, self._spawn)
        self.questions = self._client.questions
        try:
            # The shell of a busy kernel is silent; control answers all the same.
            ready = self._client.wait_until_ready(self._ended, "control")
            info = await asyncio.wait_for(ready, _CONNECT_TIMEOUT_S)
        except asyncio.TimeoutError:
            info = None
        if info is None:
            raise KernelError(f"{self._file.name}: no kernel answers there")
        self._heart = self._spawn(self._listen(endpoints["hb"]))
        return info

    async def _listen(self, endpoint: str) -> None:
        await wait_for_silence(endpoint)
        if self._client is None:
            return
        if not self._ended.done():
            self._ended.set_result("has ended")
        await self._client.drain()
        self._client.finish_all("error")
        self._close(KernelState.DEAD)
        self._tell(KernelDied("has ended or does not answer any more"))

    def _running(self) -> KernelClient:
        if self._client is None or self.execution_state not in _RUNNING:
            raise KernelError(f"{self.spec.display_name} is {self.execution_state.value}")
        return self._client

    def _leave(self) -> None:
        if self._client is not None:
            self._client.finish_all("aborted")
        self._close(KernelState.STOPPED)
        self._tell(KernelStopped())

    def _close(self, state: KernelState) -> None:
        client, self._client = self._client, None
        heart, self._heart = self._heart, None
        if client is not None:
            client.close()
        if heart is not None and state is not KernelState.DEAD:  # else it is what closes
            heart.cancel()
        if not self._ended.done():
            self._ended.set_result("was left")
        self._set_state(state)

    def _on_event(self, event: KernelEvent) -> None:
        if not isinstance(event, StateChanged):
            self._tell(event)
        elif self.execution_state in _RUNNING:
            self._set_state(event.execution_state)

    def _set_state(self, state: KernelState) -> None:
        if state is not self.execution_state:
            self.execution_state = state
            self._tell(StateChanged(state))


def _ignore(_: KernelEvent) -> None:
    """Hear nothing any more."""


def _read(path: Path) -> dict[str, Any]:
    try:
        connection: Any = json.loads(path.read_text(encoding="utf-8"))
        names = ("transport", "ip", "key", "shell_port", "iopub_port", "hb_port")
        if isinstance(connection, dict) and all(name in connection for name in names):
            return cast("dict[str, Any]", connection)
    except FileNotFoundError:
        raise KernelError(f"there is no {path}") from None
    except (OSError, ValueError) as error:
        raise KernelError(f"cannot read {path}: {error}") from error
    raise KernelError(f"{path} is no kernel's connection file")
