"""Keeps one notebook's kernel: starts, finds, restarts and ends it as asked; knows no cell."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.errors import KernelError
from ipynb_nvim.services.kernel_record import KernelRecord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.services.kernel_channels import Spawn
    from ipynb_nvim.services.kernel_events import KernelEvent
    from ipynb_nvim.services.kernel_guest import KernelGuest
    from ipynb_nvim.services.kernel_session import KernelSession
    from ipynb_nvim.services.launch_spec import LaunchSpec
    from ipynb_nvim.services.run_settings import RunSettings


class KernelKeeper:
    """The one kernel of a notebook, which may be none, dead, or on its way.

    ``choose`` finds the kernel to launch. ``on_event`` hears what a kernel says; ``on_settled``
    that a start or restart is over, with the reason if it failed, and why anything else did.
    """

    def __init__(
        self,
        choose: Callable[[str | None], Awaitable[LaunchSpec]],
        on_event: Callable[[KernelEvent], None],
        on_settled: Callable[[str | None], None],
        spawn: Spawn,
        settings: RunSettings,
    ) -> None:
        """Prepare; no kernel starts before it is asked for."""
        # Mutable state: the session (None before the first start); how many starts and
        # restarts are under way, the number of the latest, and whether there is none.
        self.session: KernelSession | KernelGuest | None = None
        self._ready = asyncio.Event()
        self._ready.set()
        self._choose = choose
        self._on_event = on_event
        self._on_settled = on_settled
        self._spawn = spawn
        self._owner_pid = None if settings.is_kept else settings.editor_pid
        self._is_kept = settings.is_kept
        self._starts = 0
        self._start_no = 0

    @property
    def is_starting(self) -> bool:
        """Whether a start or restart is under way."""
        return self._starts > 0

    @property
    def is_alive(self) -> bool:
        """Whether there is a kernel, or one is on its way."""
        return self.is_starting or (self.session is not None and self.session.is_alive)

    @property
    def is_running(self) -> bool:
        """Whether there is a kernel that takes code now or after what it runs."""
        return self.session is not None and self.session.is_alive and not self.is_starting

    def start(self, name: str | None, cwd: Path) -> None:
        """Start the kernel unless it runs; ``name`` asks for another than the notebook's own.

        Another one ends the kernel that runs, and one that is on its way.
        """
        if name or not self.is_alive:
            self._begin(self._start(name, cwd, self._start_no + 1))

    def attach(self, record: JsonObject) -> None:
        """Find the kernel again that an earlier host ran, or was connected to."""
        known = KernelRecord.from_json(record)
        if known.connection_file:
            self.connect(Path(known.connection_file))
        else:
            self._begin(self._attach(known))

    def connect(self, connection_file: Path) -> None:
        """Use a kernel that somebody else started; one that runs makes room for it."""
        self._begin(self._connect(connection_file))

    def restart(self) -> None:
        """End the kernel and launch it again."""
        if self.session is None:
            self._on_settled("no kernel runs")
        else:
            self._begin(self.session.restart())

    def interrupt(self) -> None:
        """Interrupt what runs."""
        self._ask("interrupt")

    def shutdown(self, *, for_all: bool = False) -> None:
        """End the kernel; one that somebody else started is left, unless ``for_all``."""
        is_guest = for_all and self.session is not None and not self.session.spec.argv
        self._ask("shutdown_for_all" if is_guest else "shutdown")

    def execute(self, code: str) -> str:
        """Send code and return its ``msg_id``; raises KernelError if no kernel takes it."""
        if self.session is None:
            raise KernelError("no kernel runs")
        return self.session.execute(code)

    def reply_input(self, text: str) -> None:
        """Answer the kernel's question; raises KernelError if no kernel runs."""
        if self.session is not None:
            self.session.reply_input(text)

    def release(self) -> JsonObject | None:
        """Leave a running kernel for another keeper's ``attach``; None if none runs."""
        record = None if self.session is None else self.session.release()
        return None if record is None else record.to_json()

    def kill_now(self) -> None:
        """End the kernel at once, or leave it if so set; for a host that is about to end."""
        if self.session is not None and not (self._is_kept and self.session.release()):
            self.session.kill_now()

    def _ask(self, deed: str) -> None:
        self._spawn(self._settle(self._do(deed)))

    async def _do(self, deed: str) -> None:
        if self.session is None:
            await self._ready.wait()  # for one that is on its way
        if self.session is None:
            raise KernelError("no kernel runs")
        await getattr(self.session, deed)()

    def _begin(self, start: Awaitable[None]) -> None:
        self._starts += 1
        self._start_no += 1
        self._ready.clear()
        self._spawn(self._settle(start, self._start_no))

    async def _settle(self, deed: Awaitable[None], start_no: int | None = None) -> None:
        """Wait for a deed; ``start_no`` if it is a start: one that was overtaken is not told."""
        is_start = start_no is not None
        reason: str | None = None
        try:
            await deed
        except KernelError as error:
            is_overtaken = is_start and start_no != self._start_no
            reason = None if is_overtaken else str(error)
        finally:
            self._starts -= is_start
            if not self.is_starting:
                self._ready.set()
        if is_start or reason is not None:
            self._on_settled(reason)

    async def _start(self, name: str | None, cwd: Path, start_no: int) -> None:
        spec = await self._choose(name)
        module = await _load()
        if start_no != self._start_no:
            return  # another one is wanted since
        if self.session is not None and self.session.is_alive:
            await self.session.shutdown()
        session: KernelSession = module.KernelSession(
            spec, cwd, self._on_event, self._spawn, owner_pid=self._owner_pid
        )
        self.session = session
        await session.start()

    async def _connect(self, connection_file: Path) -> None:
        module = await _load("kernel_guest")
        if self.session is not None and self.session.is_alive:
            await self.session.shutdown()
        guest: KernelGuest = module.KernelGuest(connection_file, self._on_event, self._spawn)
        self.session = guest
        await guest.start()

    async def _attach(self, record: KernelRecord) -> None:
        module = await _load()
        self.session = await module.KernelSession.attach(
            record, self._on_event, self._spawn, owner_pid=self._owner_pid
        )


async def _load(name: str = "kernel_session") -> Any:
    """Import off the loop: jupyter_client takes 0.1 s that typing must not wait for."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, importlib.import_module, f"ipynb_nvim.services.{name}")
