"""Finds the kernel to launch for a notebook: its environment, then a kernelspec; starts nothing.

Imported late: ``jupyter_client.kernelspec`` takes time that opening a notebook must not wait for.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ipynb_nvim.services.environments import find_environment
from ipynb_nvim.services.kernelspecs import launch_spec_for, list_kernels

if TYPE_CHECKING:
    from pathlib import Path

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.services.launch_spec import LaunchSpec


async def choose_kernel(
    path: Path, metadata: JsonObject, name: str | None, named_python: str | None
) -> LaunchSpec:
    """Return what to launch for the notebook at ``path``; ``name`` is a kernelspec asked for.

    Raises NoKernelError, whose line says what to install.
    """
    environment = find_environment(path.parent, named_python, os.environ)
    return await launch_spec_for(metadata, environment, name)


def kernel_names(path: Path) -> list[str]:
    """Return the names of the installed kernelspecs, for completion."""
    return [spec.name for spec in list_kernels(find_environment(path.parent, None, os.environ))]
