"""Which kernel one notebook gets, and that its environment has one; knows no runs.

Where the environment has no ipykernel the user is asked whether to install it; nothing is ever
installed unasked.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.services.ipykernel_install import (
    InstallFailedError,
    MissingIpykernelError,
    install,
    tool_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.nvim.choices import Choices
    from ipynb_nvim.nvim.notebook_file import NotebookFile
    from ipynb_nvim.options import Options
    from ipynb_nvim.services.kernel_choice import KernelChoice
    from ipynb_nvim.services.launch_spec import LaunchSpec

logger = logging.getLogger(__name__)


class KernelChooser:
    """Finds the kernel of a notebook; what the user asked for last holds while it is open."""

    def __init__(
        self,
        file: NotebookFile,
        options: Options,
        choices: Choices,
        tell: Callable[..., None],
    ) -> None:
        """Look for kernels from the folder of ``file``."""
        # Mutable state: what the user asked for last.
        self._file = file
        self._named_python = options.kernel_python
        self._choices = choices
        self._tell = tell
        self.asked: str | None = None

    async def choose(self, asked: str | None) -> LaunchSpec:
        """Return what to launch; raises NoKernelError."""
        try:
            spec = await self.find(asked)
        except MissingIpykernelError as error:
            if not await self._is_wanted(error):
                raise
            await self._install(error)
            spec = await self.find(asked)
        if asked is not None:
            self.asked = asked
        return spec

    async def find(self, asked: str | None) -> LaunchSpec:
        """Return what would be launched, without a question; raises NoKernelError."""
        module = await _load()
        return await module.choose_kernel(
            Path(self._file.path), self._file.metadata, asked or self.asked, self._named_python
        )

    async def list(self) -> list[KernelChoice]:
        """Return what there is to choose from."""
        module = await _load()
        return await module.list_choices(Path(self._file.path), self._named_python)

    async def search_order(self) -> tuple[str, ...]:
        """Return in which order kernels are looked for, in words."""
        return (await _load()).SEARCH_ORDER

    async def _is_wanted(self, error: MissingIpykernelError) -> bool:
        environment = error.environment
        prompt = f"{environment.python} has no ipykernel. Install it?"
        items = [f"Install by {tool_name(error.command)}: {' '.join(error.command)}", "Do not"]
        return await self._choices.ask(prompt, items) == 0

    async def _install(self, error: MissingIpykernelError) -> None:
        name, tool = error.environment.name, tool_name(error.command)
        self._tell("message", level="info", text=f"installing ipykernel into {name} by {tool} …")
        try:
            written = await install(error.command)
        except InstallFailedError as failure:
            logger.warning("%s\n%s", " ".join(error.command), failure.output)
            raise
        logger.info("%s\n%s", " ".join(error.command), written)
        self._tell("message", level="info", text=f"ipykernel is in {name} now")


async def _load() -> Any:
    """Import off the loop: jupyter_client takes 0.1 s that typing must not wait for."""
    return await asyncio.get_running_loop().run_in_executor(
        None, importlib.import_module, "ipynb_nvim.services.kernel_choice"
    )
