"""Measure what a session adds to draining the same output with raw jupyter_client.

``python tests/kernel/measure_flood.py [rounds]``: both take turns on kernels of their own; prints
the medians of the wall time and of this process's CPU time, and their ratio.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "rplugin/python3")]

from jupyter_client.manager import AsyncKernelManager  # noqa: E402 (after the path is set)

from tests.kernel.conftest import PYTHON, Probe  # noqa: E402 (after the path is set)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CODES = {
    "100,000 lines": "for i in range(100000): print(i)",
    "10,000 flushed": "for i in range(10000): print(i, flush=True)",
    "50 MB": "print('x' * 50_000_000)",
    "1 + 1": "1 + 1",
}


async def drain_raw(client: Any, code: str) -> None:
    """Execute as nbclient does it: iopub until idle, then the reply.

    Without the client's own ``execute``, whose send loses wake-ups: it hangs every few floods.
    """
    content = {"code": code, "silent": False, "allow_stdin": False}
    message = client.session.msg("execute_request", content)
    await client.shell_channel.socket.send_multipart(client.session.serialize(message))
    msg_id = message["msg_id"]
    while True:
        message = await client.get_iopub_msg()
        is_idle = message["content"].get("execution_state") == "idle"
        if is_idle and message["parent_header"].get("msg_id") == msg_id:
            break
    await client.get_shell_msg()


async def drain_session(probe: Probe, code: str) -> None:
    """Execute until the session says that it has finished."""
    probe.events.clear()
    await probe.finished(probe.session.execute(code), 120)


async def measure(run: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Return the wall and the CPU seconds of one run."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    await run()
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


async def main(rounds: int) -> None:
    """Print one line for each kind of output."""
    probe = Probe(PYTHON, ROOT)
    await probe.session.start()
    manager = AsyncKernelManager(transport="ipc", ip=f"{tempfile.mkdtemp()}/k")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready()
    for name, code in CODES.items():
        runs = {
            "raw": lambda c=code: drain_raw(client, c),
            "ours": lambda c=code: drain_session(probe, c),
        }
        samples: dict[str, list[tuple[float, float]]] = {"raw": [], "ours": []}
        for _ in range(rounds):
            for who, run in runs.items():
                samples[who].append(await measure(run))
        for i, what in enumerate(("wall", "cpu")):
            raw, ours = (statistics.median(s[i] for s in samples[who]) for who in runs)
            line = f"{name:15} {what:4} raw {raw:7.4f} s, session {ours:7.4f} s, x{ours / raw:.2f}"
            sys.stdout.write(f"{line}\n")
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    probe.session.kill_now()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
