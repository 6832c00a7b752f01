"""A kernel that does to the letter what each cell says, over real zmq sockets; no Python runs.

Run as ``python fake_kernel.py CONNECTION_FILE [FLAW]``. A cell's source is a JSON list of steps,
each a list of a name and its arguments (see ``_Kernel``). ``FLAW`` is how it fails at start:
``dies-before-sockets``, ``dies-before-info``, ``is-silent``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

Json = dict[str, Any]


class _Kernel:
    """Each method called ``do_<step>`` is a step; messages name ``parent`` as their parent."""

    def __init__(self, connection: Json, flaw: str) -> None:
        # Mutable state: the sockets; the request in hand and those that were put aside by name;
        # how many requests were executed.
        self._flaw = flaw
        self._session = Session(key=connection["key"].encode())
        self._context = zmq.Context()
        kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB}
        self._sockets = {
            name: self._bind(kind, connection, f"{name}_port") for name, kind in kinds.items()
        }
        self._parent: Json = {}
        self._idents: list[bytes] = []
        self._kept: dict[str, tuple[Json, list[bytes]]] = {}
        self._count = 0

    def _bind(self, kind: int, connection: Json, port: str) -> zmq.Socket[bytes]:
        socket = self._context.socket(kind)
        socket.linger = 1000
        socket.sndhwm = 0
        separator = "-" if connection["transport"] == "ipc" else ":"
        address = f"{connection['ip']}{separator}{connection[port]}"
        socket.bind(f"{connection['transport']}://{address}")
        return socket

    def run(self) -> None:
        """Answer until told to end."""
        poller = zmq.Poller()
        for name in ("shell", "control"):
            poller.register(self._sockets[name], zmq.POLLIN)
        while True:
            for socket, _ in poller.poll():
                self._idents, frames = self._session.feed_identities(socket.recv_multipart())
                self._parent = self._session.deserialize(frames)
                self._answer(socket)

    def _answer(self, socket: zmq.Socket[bytes]) -> None:
        msg_type = self._parent["header"]["msg_type"]
        if self._flaw == "is-silent":
            return
        if msg_type == "kernel_info_request":
            if self._flaw == "dies-before-info":
                self.do_die()
            self.do_status("busy")
            info = {"status": "ok", "implementation": "fake", "protocol_version": "5.4"}
            self._send(socket, "kernel_info_reply", info | {"language_info": {"name": "fake"}})
            self.do_status("idle")
        elif msg_type == "shutdown_request":
            self._send(socket, "shutdown_reply", {"status": "ok", "restart": False})
            self._context.destroy()
            sys.exit()
        elif msg_type == "interrupt_request":
            self._send(socket, "interrupt_reply", {"status": "ok"})
        elif msg_type == "execute_request":
            self._count += 1
            for name, *arguments in json.loads(self._parent["content"]["code"]):
                getattr(self, f"do_{name}")(*arguments)

    def _send(self, socket: zmq.Socket[bytes], msg_type: str, content: Json) -> None:
        idents = None if socket is self._sockets["iopub"] else self._idents
        self._session.send(socket, msg_type, content, parent=self._parent, ident=idents)

    # -- steps ----------------------------------------------------------------------------

    def do_status(self, state: str) -> None:
        self.do_publish("status", {"execution_state": state})

    def do_publish(self, msg_type: str, content: Json) -> None:
        self._send(self._sockets["iopub"], msg_type, content)

    def do_print(self, text: str, times: int = 1) -> None:
        for _ in range(times):
            self.do_publish("stream", {"name": "stdout", "text": text})

    def do_print_large(self, size_mb: int) -> None:
        line = "x" * 99 + "\n"
        self.do_print(line * (size_mb * 10_000))

    def do_display(self, text: str, display_id: str, msg_type: str = "display_data") -> None:
        content = {"data": {"text/plain": text}, "metadata": {}}
        self.do_publish(msg_type, content | {"transient": {"display_id": display_id}})

    def do_reply(self, status: str = "ok") -> None:
        content = {"status": status, "execution_count": self._count}
        self._send(self._sockets["shell"], "execute_reply", content)

    def do_ask(self, prompt: str) -> None:
        """Ask for a line and print the answer."""
        content = {"prompt": prompt, "password": False}
        self._send(self._sockets["stdin"], "input_request", content)
        _, frames = self._session.feed_identities(self._sockets["stdin"].recv_multipart())
        self.do_print(self._session.deserialize(frames)["content"]["value"])

    def do_keep(self, name: str) -> None:
        """Put the request in hand aside."""
        self._kept[name] = self._parent, self._idents

    def do_as(self, name: str) -> None:
        """Take a request in hand that was put aside."""
        self._parent, self._idents = self._kept[name]

    def do_frames(self, channel: str, *frames: str) -> None:
        """Send frames as they are."""
        idents = [] if channel == "iopub" else self._idents
        self._sockets[channel].send_multipart([*idents, *(frame.encode() for frame in frames)])

    def do_signed(self, *frames: str) -> None:
        """Publish four frames of any JSON with a valid signature."""
        packed = [frame.encode() for frame in frames]
        signature = self._session.sign(packed)
        self._sockets["iopub"].send_multipart([b"<IDS|MSG>", signature, *packed])

    def do_forge(self, text: str) -> None:
        """Print, signed by another key."""
        own, self._session = self._session, Session(key=b"another")
        self.do_print(text)
        self._session = own

    def do_wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def do_hang(self) -> None:
        """Hear no signal but SIGKILL, answer nothing."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Path("hangs").touch()
        while True:
            time.sleep(60)

    def do_die(self) -> None:
        time.sleep(0.05)  # zmq sends from a thread of its own
        os.kill(os.getpid(), signal.SIGKILL)


def main(connection_file: str, flaw: str = "") -> None:
    """Play the kernel."""
    if flaw == "dies-before-sockets":
        sys.exit("no sockets today")
    _Kernel(json.loads(Path(connection_file).read_text()), flaw).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
