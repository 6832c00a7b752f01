"""What a kernel session tells its owner; values only, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from ipynb_nvim.domain.messages import KernelInfo, Message


class KernelState(Enum):
    """A kernel's ``execution_state`` (messaging 5.4, status) and what its process adds."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    RESTARTING = "restarting"
    DEAD = "dead"
    STOPPED = "stopped"


@dataclass(frozen=True)
class KernelReady:
    """The kernel answers and its outputs arrive: after a start, a restart and an attach."""

    info: KernelInfo


@dataclass(frozen=True)
class KernelDied:
    """The process ended without being asked to; ``reason`` is one line without its name."""

    reason: str


@dataclass(frozen=True)
class KernelStopped:
    """The kernel was shut down; nothing of it is left."""


@dataclass(frozen=True)
class StateChanged:
    """The session's ``execution_state`` is now this one."""

    execution_state: KernelState


@dataclass(frozen=True)
class MessageReceived:
    """A message of any request, told by its ``parent_id``, in the order of its channel."""

    message: Message


@dataclass(frozen=True)
class ExecutionReplied:
    """The reply of ``execute`` is there, its last outputs may not be; the kernel is free."""

    msg_id: str
    status: str


@dataclass(frozen=True)
class ExecutionFinished:
    """The reply of ``execute`` and the last of its outputs are there.

    ``status`` is the reply's; ``aborted`` if the kernel was restarted or shut down, ``error`` if it
    died. Each ``execute`` gets exactly one.
    """

    msg_id: str
    status: str
    execution_count: int | None


KernelEvent = Union[  # noqa: UP007 (evaluated at import, so Python 3.10 callers can use it at run time too)
    KernelReady,
    KernelDied,
    KernelStopped,
    StateChanged,
    MessageReceived,
    ExecutionReplied,
    ExecutionFinished,
]
