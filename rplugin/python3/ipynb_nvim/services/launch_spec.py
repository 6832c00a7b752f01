"""How a kernel is launched, as a value that can be stored; decides and starts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject

InterruptMode = Literal["signal", "message"]
Transport = Literal["ipc", "tcp"]


@dataclass(frozen=True)
class LaunchSpec:
    """What it takes to launch one kernel.

    ``argv`` has ``{connection_file}`` and ``{resource_dir}`` where kernel.json has them; ``env`` is
    what is added to the host's own environment, an empty value removes. ``why`` says in a few
    words how it was chosen.
    """

    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    interrupt_mode: InterruptMode = "signal"
    resource_dir: str = ""
    why: str = ""

    @property
    def transports(self) -> tuple[Transport, ...]:
        """The transports to try in turn: IPC is private, TCP is open to other users.

        Kernels made of ipykernel, xeus, IRkernel or IJulia speak IPC; a few others (evcxr, Deno)
        know only TCP and end at once when told otherwise. That an ipykernel ends has other reasons.
        """
        is_ipykernel = any("ipykernel" in word for word in self.argv)
        return ("ipc",) if is_ipykernel else ("ipc", "tcp")

    def to_json(self) -> JsonObject:
        """Return the value for a ``KernelRecord``."""
        return {
            "name": self.name,
            "display_name": self.display_name,
            "language": self.language,
            "argv": list(self.argv),
            "env": dict(self.env),
            "interrupt_mode": self.interrupt_mode,
            "resource_dir": self.resource_dir,
            "why": self.why,
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> LaunchSpec:
        """Read what ``to_json`` wrote."""
        argv, env = value["argv"], value["env"]
        assert not isinstance(argv, (str, int, float, Mapping))
        assert isinstance(env, Mapping)
        return cls(
            name=str(value["name"]),
            display_name=str(value["display_name"]),
            language=str(value["language"]),
            argv=tuple(str(word) for word in argv or ()),
            env={name: str(text) for name, text in env.items()},
            interrupt_mode="message" if value["interrupt_mode"] == "message" else "signal",
            resource_dir=str(value["resource_dir"]),
            why=str(value.get("why", "")),
        )
