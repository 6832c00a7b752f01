"""One notebook's kernel: its process and its client, from start to end; knows no cell.

::

    start ──> STARTING ──> IDLE <──> BUSY ──> restart: RESTARTING ──> IDLE
                 │           │        │
                 v           └────────┴──> the process ended: DEAD    shutdown: STOPPED
       KernelError, DEAD

A restart has a new process and new sockets: nothing of the old kernel is taken for the new one's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.errors import KernelDiedError, KernelError
from ipynb_nvim.services.kernel_client import KernelClient
from ipynb_nvim.services.kernel_events import (
    KernelDied,
    KernelReady,
    KernelState,
    KernelStopped,
    StateChanged,
)
from ipynb_nvim.services.kernel_process import KernelProcess
from ipynb_nvim.services.kernel_record import KernelRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ipynb_nvim.domain.messages import KernelInfo
    from ipynb_nvim.services.kernel_channels import Spawn
    from ipynb_nvim.services.kernel_events import KernelEvent
    from ipynb_nvim.services.kernel_questions import KernelQuestions
    from ipynb_nvim.services.launch_spec import LaunchSpec

_START_TIMEOUT_S = 60.0
_ATTACH_TIMEOUT_S = 5.0
_SHUTDOWN_GRACE_S = 2.0

_RUNNING = (KernelState.IDLE, KernelState.BUSY)


class KernelSession:
    """A kernel and everything that is under way with it.

    ``on_event`` is called on the loop, one event at a time, and must not raise. ``spawn`` starts
    the session's tasks; the session ends them. ``owner_pid`` is the editor: the kernel does not
    outlive it, whatever happens to this host.
    """

    def __init__(
        self,
        spec: LaunchSpec,
        cwd: Path,
        on_event: Callable[[KernelEvent], None],
        spawn: Spawn,
        *,
        owner_pid: int | None = None,
    ) -> None:
        """Prepare a session; ``start()`` launches the kernel in ``cwd``."""
        # Mutable state: what the kernel does; its process and client (None before a start and
        # after an end); whether its end is wanted, and for good; the transports worth a try; one
        # start, restart or shutdown at a time.
        self.spec = spec
        self.execution_state = KernelState.STOPPED
        self._cwd = cwd
        self._tell = on_event
        self._spawn = spawn
        self._owner_pid = owner_pid
        self._process: KernelProcess | None = None
        self._client: KernelClient | None = None
        self.questions: KernelQuestions | None = None  # it answers by None when the kernel ends
        self._is_ending = False
        self._is_killed = False
        self._transports = spec.transports
        self._lifecycle = asyncio.Lock()

    @classmethod
    async def attach(
        cls,
        record: KernelRecord,
        on_event: Callable[[KernelEvent], None],
        spawn: Spawn,
        *,
        owner_pid: int | None = None,
        running: Iterable[str] = (),
    ) -> KernelSession:
        """Find the kernel of an earlier session again, busy or not.

        ``running`` are the earlier session's executions that had not finished: each ends by an
        ``ExecutionFinished``, ``aborted`` if nobody was there when it did. Raises KernelError if
        the kernel is gone or does not answer; it is then left as it is.
        """
        session = cls(record.spec, Path(record.cwd), on_event, spawn, owner_pid=owner_pid)
        await session._adopt(KernelProcess.find(record.pid, Path(record.directory)), running)
        return session

    @property
    def is_alive(self) -> bool:
        """Whether there is a kernel process that has not ended."""
        return self._process is not None and self._process.is_alive

    @property
    def record(self) -> KernelRecord | None:
        """What ``attach`` needs; None without a kernel."""
        if self._process is None:
            return None
        directory = str(self._process.directory.path)
        return KernelRecord(self.spec, str(self._cwd), self._process.pid, directory)

    async def start(self) -> None:
        """Launch the kernel and wait until it is ready.

        Raises KernelError, with the kernel's last words, if it ends or says nothing for 60 s.
        """
        async with self._lifecycle:
            await self._open(KernelState.STARTING)

    async def restart(self) -> None:
        """End the kernel, dead or alive, and launch it again; raises as ``start`` does."""
        async with self._lifecycle:
            self._set_state(KernelState.RESTARTING)
            await self._end(is_restart=True)
            await self._open(KernelState.RESTARTING)

    async def shutdown(self) -> None:
        """Ask the kernel to end and kill it if it has not 2 s later.

        One that is not ready is killed at once, and its ``start`` raises KernelError.
        """
        if self.execution_state not in _RUNNING and self._process is not None:
            self._is_ending = True
            self._process.kill()
        async with self._lifecycle:
            await self._end(is_restart=False)
            self._set_state(KernelState.STOPPED)
            self._tell(KernelStopped())

    def kill_now(self) -> None:
        """End the kernel without its consent and without a word to the owner.

        For a host about to end, with or without a running loop: nothing is left on return, and
        the session cannot be started again.
        """
        self._is_killed = True
        self._close()
        self.execution_state = KernelState.STOPPED

    def release(self) -> KernelRecord | None:
        """Leave a running kernel as it is, for ``attach``; None if there is none to leave."""
        record = self.record if self.execution_state in _RUNNING else None
        if record is not None:
            self._close(is_kept=True)
        return record

    def execute(self, code: str) -> str:
        """Send code to run and return its ``msg_id``; never waits.

        Raises KernelDiedError or KernelError if there is no ready kernel.
        """
        client, _ = self._running()
        return client.execute(code, store_history=True, allow_stdin=True, silent=False)

    def reply_input(self, text: str) -> None:
        """Answer the latest ``InputRequest``; nothing happens if none waits."""
        self._running()[0].reply_input(text)

    async def interrupt(self) -> None:
        """Interrupt what runs, as the kernelspec wants it (kernel specs, interrupt_mode)."""
        self._interrupt(*self._running())

    def _interrupt(self, client: KernelClient, process: KernelProcess) -> None:
        if self.spec.interrupt_mode == "message":
            client.control("interrupt_request", {})
        else:
            process.interrupt()

    def _running(self) -> tuple[KernelClient, KernelProcess]:
        is_running = self.execution_state in _RUNNING and not self._is_ending
        if is_running and self._client is not None and self._process is not None:
            return self._client, self._process
        if self.execution_state is KernelState.DEAD:
            raise KernelDiedError(f"{self.spec.display_name} is dead: restart it")
        raise KernelError(f"{self.spec.display_name} is {self.execution_state.value}")

    async def _open(self, state: KernelState) -> None:
        self._set_state(state)
        try:
            info = await asyncio.wait_for(self._launch(), _START_TIMEOUT_S)
        except asyncio.TimeoutError as error:
            last_line = self._process.directory.last_log_line() if self._process else ""
            message = f"{self.spec.display_name} said nothing for {_START_TIMEOUT_S:.0f} s"
            raise KernelError(f"{message}: {last_line}" if last_line else message) from error
        else:
            self._become_ready(info, KernelState.IDLE)
        finally:
            if self.execution_state is state:
                self._close()
                self._set_state(KernelState.DEAD)

    async def _launch(self) -> KernelInfo:
        reason = ""
        for transport in self._transports:
            if self._is_killed:
                break
            process = KernelProcess.launch(self.spec, self._cwd, transport, self._owner_pid)
            self._process, self._is_ending = process, False
            self._tell(StateChanged(self.execution_state))  # there is a record now
            endpoints = await process.wait_for_endpoints()
            if endpoints is not None:
                self._transports = (transport,)
                client = self._connect(process, endpoints)
                info = await client.wait_until_ready(process.ended)
                if info is not None:
                    return info
            reason = await process.ended
            is_unwanted = self._is_ending
            self._close()
            if is_unwanted:
                break
        raise KernelError(f"{self.spec.display_name} {reason}")

    async def _adopt(self, process: KernelProcess, running: Iterable[str]) -> None:
        endpoints = await process.wait_for_endpoints(_ATTACH_TIMEOUT_S)  # it may be starting
        if endpoints is None:
            process.release()
            raise KernelDiedError(f"{self.spec.display_name} has ended: restart it")
        self._process, client = process, self._connect(process, endpoints)
        # The shell of a busy kernel is silent; control answers all the same (messaging 5.4).
        ready = client.wait_until_ready(process.ended, "control")
        try:
            info = await asyncio.wait_for(ready, _ATTACH_TIMEOUT_S)
        except asyncio.TimeoutError:
            info = None
        if info is None:
            client.close()
            process.release()
            raise KernelError(f"{self.spec.display_name} (pid {process.pid}) does not answer")
        self._become_ready(info, KernelState.BUSY)
        client.adopt(running)

    def _connect(self, process: KernelProcess, endpoints: dict[str, str]) -> KernelClient:
        connection = process.directory.connection()
        self._client = KernelClient(endpoints, connection, self._on_event, self._spawn)
        self.questions = self._client.questions
        return self._client

    def _become_ready(self, info: KernelInfo, state: KernelState) -> None:
        assert self._process is not None
        assert self._client is not None
        self._spawn(self._watch(self._process, self._client))
        self._set_state(state)
        self._tell(KernelReady(info))

    async def _watch(self, process: KernelProcess, client: KernelClient) -> None:
        await asyncio.wait({process.ended})
        await client.drain()
        if self._process is not process or self._is_ending:
            return
        client.finish_all("error")
        self._close()
        self._set_state(KernelState.DEAD)
        self._tell(KernelDied(process.ended.result()))

    async def _end(self, *, is_restart: bool) -> None:
        self._is_ending = True
        process, client = self._process, self._client
        if process is not None and client is not None and process.is_alive:
            if client.is_executing:  # a busy kernel may hear the request, but does not end
                self._interrupt(client, process)
            client.control("shutdown_request", {"restart": is_restart})
            await asyncio.wait({process.ended}, timeout=_SHUTDOWN_GRACE_S)
        if client is not None:
            await client.drain()
            client.finish_all("aborted")
        self._close()

    def _close(self, *, is_kept: bool = False) -> None:
        """End what is left of the kernel, at once, or only our part of it."""
        self._is_ending = True
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            self._process.release() if is_kept else self._process.dispose()
        self._client = self._process = None

    def _on_event(self, event: KernelEvent) -> None:
        if not isinstance(event, StateChanged):
            self._tell(event)
        elif self.execution_state in _RUNNING and not self._is_ending:
            self._set_state(event.execution_state)

    def _set_state(self, state: KernelState) -> None:
        if state is not self.execution_state:
            self.execution_state = state
            self._tell(StateChanged(state))
