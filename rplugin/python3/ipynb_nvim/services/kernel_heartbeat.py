"""Tells that a kernel of another program is gone, by its heartbeat; knows nothing else of it.

A kernel echoes what comes on its heartbeat channel, also while it runs code (messaging 5.4,
heartbeat). Bytes are looked for once a second, so nothing wakes up in between.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import zmq

_PING_S = 1.0
_SILENT_PINGS = 4


async def wait_for_silence(endpoint: str) -> None:
    """Return when several pings in a row had no answer."""
    context = zmq.Context()
    try:
        socket = context.socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(endpoint)
        silent = 0
        while silent < _SILENT_PINGS:
            with suppress(zmq.Again):
                socket.send_multipart([b"", b"ping"], zmq.NOBLOCK)
            await asyncio.sleep(_PING_S)
            silent = 0 if _has_answer(socket) else silent + 1
    finally:
        context.destroy(linger=0)


def _has_answer(socket: zmq.Socket[bytes]) -> bool:
    has_answer = False
    with suppress(zmq.Again):
        while True:
            socket.recv_multipart(zmq.NOBLOCK)
            has_answer = True
    return has_answer
