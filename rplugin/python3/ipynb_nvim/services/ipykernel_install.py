"""Which command puts ipykernel into an environment, and running it; asks nobody.

Each environment has the tool that made it: conda, pixi, uv, or its own pip. Where it has none the
host's pip does it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

from ipynb_nvim.errors import NoKernelError
from ipynb_nvim.services.environment_search import PIXI_FOLDER
from ipynb_nvim.services.environments import EnvironmentKind

if TYPE_CHECKING:
    from ipynb_nvim.services.environments import Environment

_CONDAS = ("conda", "mamba", "micromamba")
_TIMEOUT_S = 600.0


class MissingIpykernelError(NoKernelError):
    """The notebook's environment has no ipykernel; ``command`` would install it."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.command = install_command(environment)
        # The command names the environment; a narrow screen shows the start of a line.
        super().__init__(f"ipykernel is missing: run {shlex.join(self.command)}")


def install_command(environment: Environment) -> tuple[str, ...]:
    """Return the command that installs ipykernel with the environment's own tool."""
    root, python = environment.root, str(environment.python)
    if environment.kind is EnvironmentKind.CONDA and root is not None:
        if root.match(PIXI_FOLDER):
            return ("pixi", "add", "--manifest-path", str(root.parents[2]), "ipykernel")
        conda = next(filter(shutil.which, _CONDAS), "conda")
        return (conda, "install", "--yes", "--prefix", str(root), "ipykernel")
    has_pip = root is None or environment.has_package("pip")
    if shutil.which("uv") and (environment.is_uvs or not has_pip):
        return ("uv", "pip", "install", "--python", python, "ipykernel")
    if has_pip:
        return (python, "-m", "pip", "install", "ipykernel")
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip", "--python", python, "install", "ipykernel")
    return ("uv", "pip", "install", "--python", python, "ipykernel")


def tool_name(command: tuple[str, ...]) -> str:
    """Return the name of the tool for a person: ``uv pip``, ``conda``, ``pip``."""
    if "pip" in command:
        return "uv pip" if command[0] == "uv" else "pip"
    return command[0]


async def install(command: tuple[str, ...]) -> str:
    """Run an install command and return all it wrote.

    Raises NoKernelError with its last line if it fails.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise NoKernelError(f"cannot run {command[0]}: {error.strerror}") from error
    try:
        written, _ = await asyncio.wait_for(process.communicate(), _TIMEOUT_S)
    except asyncio.TimeoutError as error:
        raise NoKernelError(f"{command[0]} did not end in {_TIMEOUT_S:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
    text = written.decode("utf-8", "replace")
    if process.returncode:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        # pip ends with notices about itself.
        errors = [line for line in lines if "error" in line.lower()] or lines or [""]
        raise InstallFailedError(f"ipykernel was not installed: {errors[-1]}", text)
    return text


class InstallFailedError(NoKernelError):
    """An install command failed; ``output`` is all it wrote."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output
