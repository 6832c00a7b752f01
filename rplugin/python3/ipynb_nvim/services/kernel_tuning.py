"""What a kernel that has become ready is made to do before its first cell; sends nothing.

ipykernel sends outputs through a zmq socket that holds 1,000 messages per reader (zmq_setsockopt,
ZMQ_SNDHWM) and drops what comes on top without a word. A Unix socket buffers 200 KB only, so a
host that got no CPU for a moment lost up to a third of 10,000 lines that a cell flushed one by one
(none over TCP, whose buffers are larger). ipykernel (7.4) has no option for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.domain.messages import KernelInfo

# Binds no name the user could see. The socket belongs to the thread that sends, which takes what is
# scheduled in the order of the outputs: from the next one on, nothing is dropped (libzmq 4.2 and
# later, for readers that are connected too). Another kernel's thread may look otherwise.
_LIFT_OUTPUT_LIMIT = """\
try:
    (lambda thread: thread.schedule(lambda: setattr(thread.socket, "sndhwm", 0)))(
        get_ipython().kernel.iopub_thread
    )
except Exception:
    pass
"""


def tuning_request(info: KernelInfo) -> JsonObject | None:
    """Return the content of the execute_request to send to a kernel; None where there is none.

    It is silent: it takes no execution count, leaves no history and runs no hooks of cells
    (messaging 5.4, execute_request).
    """
    if info.implementation != "ipython":
        return None
    return {
        "code": _LIFT_OUTPUT_LIMIT,
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
