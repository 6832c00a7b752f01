"""What a new host must know to find a running kernel again; a value, starts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.services.launch_spec import LaunchSpec

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject


@dataclass(frozen=True)
class KernelRecord:
    """One running kernel: how it was launched, where it runs, and its directory with the sockets.

    ``connection_file`` if it is somebody else's: then there is no process of ours.

    Holds no key: that stays in the connection file, which only its owner can read.
    """

    spec: LaunchSpec
    cwd: str
    pid: int
    directory: str
    connection_file: str = ""

    def to_json(self) -> JsonObject:
        """Return the record as JSON."""
        return {
            "spec": self.spec.to_json(),
            "cwd": self.cwd,
            "pid": self.pid,
            "directory": self.directory,
            "connection_file": self.connection_file,
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> KernelRecord:
        """Read what ``to_json`` wrote."""
        spec, pid = value["spec"], value["pid"]
        assert isinstance(spec, dict)
        assert isinstance(pid, int)
        return cls(
            LaunchSpec.from_json(spec),
            str(value["cwd"]),
            pid,
            str(value["directory"]),
            str(value.get("connection_file", "")),
        )
