"""What the first requests do to a kernel: no output is lost, nothing of the user's changes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from ipynb_nvim.domain.messages import KernelInfo, Status
from ipynb_nvim.services.kernel_session import KernelSession
from ipynb_nvim.services.kernel_tuning import tuning_request

from .conftest import PYTHON, Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Play = Callable[..., None]

# A host that gets no CPU while its kernel prints; and again after a restart.
STOPPED_HOST = """
import asyncio, os, sys
from pathlib import Path
from tests.kernel.conftest import PYTHON, Probe

CODE = '''
import os, signal
os.kill({0}, signal.SIGSTOP)
try:
    for i in range({1}): print(i, "x" * 60, flush=True)
finally:
    os.kill({0}, signal.SIGCONT)
'''

async def main():
    probe = Probe(PYTHON, Path(sys.argv[1]))
    try:
        await probe.session.start()
        for is_again in (False, True):
            if is_again:
                await probe.session.restart()
            # The end is lost, too, if anything is.
            _, text = await probe.run(CODE.format(os.getpid(), int(sys.argv[2])), 8)
            print(text.count(chr(10)), flush=True)
    finally:
        probe.session.kill_now()
        os._exit(0)

asyncio.run(main())
"""


def test_a_host_without_cpu_loses_no_line(tmp_path: Path, runtime_dir: Path) -> None:
    count = 4_000
    log = tmp_path / "counts"
    with log.open("w") as stdout:
        subprocess.run(
            [sys.executable, "-c", STOPPED_HOST, str(tmp_path), str(count)],
            stdout=stdout,
            timeout=30,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
    assert log.read_text().split() == [str(count)] * 2
    assert not list(runtime_dir.glob("ipynb-kernel-*"))


def test_the_kernel_is_as_new_for_the_first_cell(play: Play) -> None:
    code = "print(get_ipython().run_line_magic('who_ls', ''), len(In), In[1][:5])"

    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        msg_id = probe.session.execute(code)
        finished = await probe.finished(msg_id)
        assert (finished.status, finished.execution_count) == ("ok", 1)
        assert probe.text(msg_id) == "[] 2 print\n"
        # Of the session's own requests nobody hears.
        assert {status.parent_id for status in probe.all(Status)} <= {msg_id, ""}

    play(scenario)


def test_a_busy_kernel_that_is_found_again_is_tuned_when_it_is_free(
    play: Play, tmp_path: Path
) -> None:
    async def scenario(first: Probe) -> None:
        await first.session.start()
        thread = "get_ipython().kernel.iopub_thread"
        await first.run(f"{thread}.schedule(lambda: setattr({thread}.socket, 'sndhwm', 999))")
        assert first.session.record is not None
        msg_id = first.session.execute("import time; time.sleep(0.3)")
        await first.until(lambda: [s for s in first.all(Status) if s.parent_id == msg_id])
        second = Probe(PYTHON, tmp_path)
        second.session = await KernelSession.attach(
            first.session.record, second.on_event, second.spawn, running=[msg_id]
        )
        assert (await second.finished(msg_id)).status == "ok"
        assert await second.run(f"{thread}.socket.sndhwm") == ("ok", "0")
        second.session.kill_now()

    play(scenario)


def test_other_kernels_are_left_alone() -> None:
    assert tuning_request(KernelInfo("", "bash_kernel", "5.3", {})) is None
