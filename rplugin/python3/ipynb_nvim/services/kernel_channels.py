"""The four zmq channels to one kernel: frames in and out; knows no request and no process.

The host has one asyncio loop for the editor and the kernel, so receiving must neither wait nor
hold the loop::

    kernel ──> zmq queue (no limit) ──> one pump per channel: at most 5 ms of messages,
                                        then every other callback of the loop gets its turn

The sockets are plain ones: jupyter_client's asynchronous send goes through a shadow of the socket
and loses wake-ups (0 of 25 replies with 5 requests in flight).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.session import DELIM, Session

from ipynb_nvim.services.kernel_directory import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipynb_nvim.domain.json_value import JsonObject

_SLICE_S = 0.005
_RECONNECT_MS = 10
# A flood: more wake-ups in a row than a usual request has messages, each this soon.
_FLOOD_WAKES = 32
_QUICK_S = 0.001
_GATHER_S = 0.003
# Signing and parsing such a message takes longer than a slice.
_LARGE_BYTES = 1_000_000

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class KernelChannels:
    """Open channels to the kernel at ``endpoints``; ``close()`` ends them at once."""

    def __init__(
        self,
        endpoints: Mapping[str, str],
        connection: Mapping[str, Any],
        on_message: Callable[[JsonObject], None],
        spawn: Spawn,
    ) -> None:
        """Connect and begin to receive; every valid message is given to ``on_message``."""
        # Mutable state: the zmq context that owns the sockets; per channel its socket, and the
        # event that says its zmq queue may hold something; the tasks; how often in a row they
        # had to wake up at once since the last request; how much came so far.
        self._on_message = on_message
        self._session = Session(
            key=str(connection["key"]).encode("ascii"),
            signature_scheme=connection.get("signature_scheme", "hmac-sha256"),
        )
        self._context = zmq.Context()
        self._sockets = {name: self._connect(name, endpoints[name]) for name in CHANNELS}
        self._may_receive = {name: asyncio.Event() for name in CHANNELS}
        self._loop = asyncio.get_running_loop()
        self._pumps: list[asyncio.Task[None]] = []
        self._quick_wakes = 0
        self.received_count = 0
        for name in CHANNELS:
            self._loop.add_reader(self._sockets[name].FD, self._may_receive[name].set)
            self._may_receive[name].set()
            self._pumps.append(spawn(self._pump(name)))

    def send(
        self,
        channel: str,
        msg_type: str,
        content: JsonObject,
        parent: JsonObject | None = None,
        subshell_id: str | None = None,
    ) -> str:
        """Send one request and return its ``msg_id``; never waits."""
        parent_message = None if parent is None else dict(parent)
        message = self._session.msg(msg_type, dict(content), parent_message)  # pyright: ignore[reportUnknownMemberType] (jupyter_client has a bare dict)
        if subshell_id is not None:
            message["header"]["subshell_id"] = subshell_id
        self._sockets[channel].send_multipart(self._session.serialize(message))
        # The descriptor signals edges, and sending may have taken one that was meant for the pump
        # (zmq_getsockopt, ZMQ_FD).
        self._may_receive[channel].set()
        self._quick_wakes = 0
        return message["header"]["msg_id"]

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._context.closed

    def close(self) -> None:
        """End receiving and drop what was not sent; may be called twice."""
        if self._context.closed:
            return
        if not self._loop.is_closed():
            for pump in self._pumps:
                pump.cancel()
            for socket in self._sockets.values():
                self._loop.remove_reader(socket.FD)
        self._context.destroy(linger=0)

    def _connect(self, channel: str, endpoint: str) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        socket.linger = 0
        socket.rcvhwm = 0
        socket.sndhwm = 0
        socket.reconnect_ivl = _RECONNECT_MS
        if channel == "iopub":
            socket.subscribe(b"")
        else:
            # The kernel sends input_request to the identity that sent execute_request.
            socket.identity = self._session.bsession
        socket.connect(endpoint)
        return socket

    async def _pump(self, channel: str) -> None:
        socket, may_receive = self._sockets[channel], self._may_receive[channel]
        while True:
            drained_s = time.monotonic()
            await may_receive.wait()
            is_quick = time.monotonic() - drained_s < _QUICK_S
            self._quick_wakes = self._quick_wakes + 1 if is_quick else 0
            if self._quick_wakes > _FLOOD_WAKES:
                await self._let_gather(channel)
            may_receive.clear()
            slice_end_s = time.monotonic() + _SLICE_S
            # A message may lead its receiver to close these channels.
            while not self._context.closed and (frames := _receive(socket)) is not None:
                self.received_count += 1
                message = await self._parse(frames)
                if message is not None:
                    self._on_message(message)
                if time.monotonic() >= slice_end_s:
                    await asyncio.sleep(0)
                    slice_end_s = time.monotonic() + _SLICE_S

    async def _let_gather(self, channel: str) -> None:
        """Let a flood's messages gather for a moment: waking up for each costs more than reading.

        The kernel gets the time instead. Meanwhile the descriptor must not wake the loop.
        """
        self._loop.remove_reader(self._sockets[channel].FD)
        await asyncio.sleep(_GATHER_S)
        self._loop.add_reader(self._sockets[channel].FD, self._may_receive[channel].set)

    async def _parse(self, frames: list[bytes]) -> JsonObject | None:
        if sum(map(len, frames)) < _LARGE_BYTES:
            return _parse(self._session, frames)
        return await self._loop.run_in_executor(None, _parse, self._session, frames)


def _receive(socket: zmq.Socket[bytes]) -> list[bytes] | None:
    try:
        return socket.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return None


def _parse(session: Session, frames: list[bytes]) -> JsonObject | None:
    """Check and read one message (messaging 5.4, wire protocol); None if it is not the kernel's.

    Without the ``metadata`` and the buffers, which nobody here reads, and the dates.
    """
    try:
        start = frames.index(DELIM) + 1
        signature, header, parent_header, _, content = frames[start : start + 5]
        if session.auth is not None:
            expected = session.sign(frames[start + 1 : start + 5])  # pyright: ignore[reportUnknownMemberType] (jupyter_client has a bare list)
            if not compare_digest(signature, expected):
                return None
        return {
            "header": json.loads(header),
            "parent_header": json.loads(parent_header),
            "content": json.loads(content),
        }
    except ValueError:  # too few frames, not UTF-8, not JSON
        return None
