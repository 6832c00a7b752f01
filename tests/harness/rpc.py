"""A msgpack-rpc peer over two file descriptors, single-threaded; knows nothing of screens.

Everything happens inside ``pump``: it reads what has arrived, keeps responses for their
requesters and hands notifications to ``on_notification`` in order of arrival.
"""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Any

import msgpack

if TYPE_CHECKING:
    from collections.abc import Callable

READ_BYTES = 1 << 18
REQUEST, RESPONSE, NOTIFICATION = 0, 1, 2


class ChildError(Exception):
    """Neovim answered a request with an error; the text is Neovim's own."""


class ChildExitedError(Exception):
    """Neovim closed its end of the connection."""


class ChildTimeoutError(Exception):
    """Neovim did not answer, or a condition did not come true, in time."""


def _decode_handle(_code: int, data: bytes) -> int:
    """Return the number of a buffer, window or tab page (:h api-types)."""
    return msgpack.unpackb(data)


class RpcPeer:
    """One end of a msgpack-rpc connection to Neovim."""

    # Mutable state: the message decoder, the next request's number, the answers nobody has
    # taken yet, and when the last bytes arrived.

    def __init__(
        self,
        read_fd: int,
        write_fd: int,
        on_notification: Callable[[str, list[Any]], None],
    ) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._on_notification = on_notification
        self._packer = msgpack.Packer(unicode_errors="surrogateescape")
        self._unpacker = msgpack.Unpacker(
            ext_hook=_decode_handle,
            max_buffer_size=0,
            strict_map_key=False,
            unicode_errors="surrogateescape",
        )
        self._poll = select.poll()
        self._poll.register(read_fd, select.POLLIN)
        self._next_id = 0
        self._answers: dict[int, tuple[Any, Any]] = {}
        self.arrived_s = time.perf_counter()

    def notify(self, method: str, *args: object) -> None:
        """Send a notification."""
        self._write([NOTIFICATION, method, args])

    def send_request(self, method: str, *args: object) -> int:
        """Send a request and return its number, for ``has_answer`` and ``take_answer``."""
        self._next_id += 1
        self._write([REQUEST, self._next_id, method, args])
        return self._next_id

    def has_answer(self, request_id: int) -> bool:
        """Tell whether the answer to a request has arrived."""
        return request_id in self._answers

    def take_answer(self, request_id: int) -> Any:
        """Return the answer to a request, once; raise ChildError if it is an error."""
        error, result = self._answers.pop(request_id)
        if error is not None:
            raise ChildError(error[1] if isinstance(error, list) else str(error))
        return result

    def request(self, method: str, *args: object, timeout_s: float = 20) -> Any:
        """Send a request and wait for its answer."""
        request_id = self.send_request(method, *args)
        deadline_s = time.perf_counter() + timeout_s
        while not self.has_answer(request_id):
            left_s = deadline_s - time.perf_counter()
            if left_s <= 0:
                raise ChildTimeoutError(f"no answer to {method}{args!r:.300} in {timeout_s} s")
            self.pump(left_s)
        return self.take_answer(request_id)

    def pump(self, timeout_s: float) -> bool:
        """Wait for bytes, at most ``timeout_s``, and dispatch the messages complete by then."""
        if not self._poll.poll(max(0, timeout_s) * 1000):
            return False
        data = os.read(self._read_fd, READ_BYTES)
        self.arrived_s = time.perf_counter()
        if not data:
            raise ChildExitedError("Neovim has exited")
        self._unpacker.feed(data)
        for message in self._unpacker:
            self._dispatch(message)
        return True

    def _dispatch(self, message: list[Any]) -> None:
        if message[0] == NOTIFICATION:
            self._on_notification(message[1], message[2])
        elif message[0] == RESPONSE:
            self._answers[message[1]] = (message[2], message[3])
        else:
            self._write([RESPONSE, message[1], "the test harness answers no requests", None])

    def _write(self, message: list[object]) -> None:
        data = memoryview(self._packer.pack(message))
        try:
            while data:
                data = data[os.write(self._write_fd, data) :]
        except BrokenPipeError as error:
            raise ChildExitedError("Neovim has exited") from error
